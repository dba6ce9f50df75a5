/** Layers that use one weight of the network lie on one set of arrays, which has one description. */
import { problem, type Problem } from '../problems'
import { layerHardware, type Hardware } from './hardware'

export interface LayerOnArrays {
  name: string
  /** The first layer with the same weights; null for that layer itself. */
  sharesArraysOf: string | null
}

/**
 * HARDWARE_INVALID for each layer whose settings differ from those of a layer before it on the same arrays. Layers that are
 * digital use no array.
 * @param layers The analog layers of the network in order.
 */
export function sharedArrayProblems(hardware: Hardware, layers: readonly LayerOnArrays[]): Problem[] {
  const names = layers.map(({ name }) => name)
  const first = new Map<string, { name: string; settings: string }>()
  return layers.flatMap(({ name, sharesArraysOf }, index) => {
    const own = layerHardware(hardware, names, index)
    if (own === 'digital') return []
    const settings = JSON.stringify(own)
    const before = first.get(sharesArraysOf ?? name)
    if (before === undefined) first.set(sharesArraysOf ?? name, { name, settings })
    if (before === undefined || before.settings === settings) return []
    return [problem('HARDWARE_INVALID', `hardware.layers.${name}`, `This layer uses the same weights as “${before.name}” and lies on its arrays, but has other settings.`, { tip: 'Give both layers the same settings, or keep one of them digital.' })]
  })
}

/**
 * Ranges of converters that are learnt with the weights (docs/decisions/0031): the step Δ of each DAC and each ADC of a layer is a parameter, its gradient that
 * of a learned step size (S. K. Esser et al., arXiv:1902.08153), which `../analog/learnt-converter.ts` explains. Full scale is Q_p·Δ.
 */
import type { FinetuneConfig, FinetuneSettings, LearntRangeResult } from '@shared/finetune'
import { hardwareInForce, layerHardware, type Hardware, type LayerHardware } from '@shared/hardware'
import { fail } from '@shared/problems'
import { layerNames, mappedLayers } from '../analog/compile'
import type { LearntRange } from '../analog/program'
import type { Network } from '../onnx/network'
import type { Evaluator } from '../simulate/evaluator'
import { drawnHardware } from './training-hardware'

/** Factor on the gradient of a step, so that it moves in proportion as weights do (arXiv:1902.08153, section 2.2): 1/√(N·Q_p) with N values for one image. */
export const stepGradientScale = ({ values, steps }: Pick<LearntRange, 'values' | 'steps'>): number => 1 / Math.sqrt(values * steps)

/** A step stays above this part of what it began as: converters have no step of zero or less. */
const smallestShare = 1e-3

/** Brings a step that fell too low back, in place. */
export function limitStep(step: Float32Array, range: Pick<LearntRange, 'step'>): void {
  step[0] = Math.max(step[0]!, range.step * smallestShare)
}

/** Problem FINETUNE_INVALID where ranges are to be learnt that a layer does not have, or has not as one number. */
export function checkLearntRanges({ settings, hardware }: FinetuneConfig, network: Network): void {
  const { learntRanges, method, frozenLayers } = settings
  const names = layerNames(mappedLayers(network))
  const acting = drawnHardware(hardware, method)
  for (const kind of ['dac', 'adc'] as const) {
    if (!learntRanges[kind]) continue
    const where = `settings.learntRanges.${kind}`
    let found = false
    names.forEach((name, index) => {
      const own = layerHardware(acting, names, index)
      if (own === 'digital' || frozenLayers.includes(name)) return
      const obstacle = kind === 'dac' ? dacObstacle(own) : adcObstacle(own)
      if (obstacle === undefined) found = true
      else if (obstacle !== null) fail('FINETUNE_INVALID', where, `The ${kind.toUpperCase()} range of layer “${name}” cannot be learnt: ${obstacle.found}.`, obstacle.tip)
    })
    if (found) continue
    const reason = method === 'plain' ? 'plain SGD has no converters in the loop' : `no layer that is trained has ${kind === 'dac' ? 'a DAC' : 'an ADC'} that acts`
    fail('FINETUNE_INVALID', where, `There is no ${kind.toUpperCase()} range to learn: ${reason}.`, `Give the ${kind.toUpperCase()} a resolution in bits, or leave its range as it is.`)
  }
}

/** Why a range is not one number per layer; undefined where it is, null where there is no converter. */
type Obstacle = { found: string; tip: string } | undefined | null

function dacObstacle(own: Hardware): Obstacle {
  const { dac } = hardwareInForce(own)
  if (dac === null) return null
  return dac.range.kind === 'per-vector' ? { found: 'it follows each input vector', tip: 'Choose a calibrated or a fixed range, from which learning begins.' } : undefined
}

function adcObstacle(own: Hardware): Obstacle {
  const { adc, conductance, sliceCount } = hardwareInForce(own)
  if (adc === null || adc.outputBits === 0) return null
  const { range } = adc
  const severalArrays = conductance !== null && (sliceCount > 1 || own.cell.kind === 'offset' || own.cell.digitization === 'separate')
  const begin = 'Choose one calibrated range per layer, or a fixed one, from which learning begins.'
  if (severalArrays) return { found: 'its weights lie in several arrays (slices, offset cells or pairs that are digitised separately), which training sees as one', tip: 'Learn the DAC ranges alone, or let one array hold the weights.' }
  if (range.kind === 'full-scale') return { found: 'it is all the current of the rows', tip: begin }
  if (range.kind === 'calibrated' && range.scope === 'tile') return { found: 'each tile has its own', tip: begin }
  if (range.kind === 'fixed' && range.minimum !== null) return { found: 'it has a lower end of its own', tip: 'Leave the lower end empty.' }
  return undefined
}

/** Full scale of each learnt range, with `steps` behind each other in their order. */
export const fullScalesOf = (ranges: readonly LearntRange[], steps: readonly Float32Array[]): number[] => ranges.map((range, r) => range.steps * steps[r]![0]!)

export const learntResults = (ranges: readonly LearntRange[], steps: readonly Float32Array[]): LearntRangeResult[] =>
  fullScalesOf(ranges, steps).map((after, r) => ({ layer: ranges[r]!.layer, converter: ranges[r]!.kind, before: ranges[r]!.steps * ranges[r]!.step, after }))

/**
 * `hardware` with learnt ranges as fixed ranges of its layers: a description like any other. The range of an ADC is there in currents of one cell, which depend
 * on the scale of the weights and the range of the inputs: `network` must hold the weights with which it will be used.
 */
export async function hardwareWithRanges(hardware: Hardware, ranges: readonly LearntRange[], steps: readonly Float32Array[], network: Network, evaluator: Evaluator): Promise<Hardware> {
  if (ranges.length === 0) return hardware
  const names = layerNames(mappedLayers(network))
  const scales = fullScalesOf(ranges, steps)
  const section = (of: Hardware, layer: string): Hardware => asAnalog(layerHardware(of, names, names.indexOf(layer)))
  const withSection = <K extends 'dac' | 'adc'>(of: Hardware, layer: string, key: K, changed: Hardware[K]): Hardware => ({
    ...of, layers: { ...of.layers, [layer]: { digital: false, ...of.layers[layer], [key]: changed } }
  })
  const each = (kind: LearntRange['kind'], change: (of: Hardware, range: LearntRange, fullScale: number) => Hardware, of: Hardware): Hardware =>
    ranges.reduce((changed, range, r) => (range.kind === kind ? change(changed, range, scales[r]!) : changed), of)

  const inputs = each('dac', (of, { layer, signed }, maximum) => withSection(of, layer, 'dac', { ...section(of, layer).dac, range: { kind: 'fixed', maximum }, sign: signed ? 'signed' : 'unsigned' }), hardware)
  const outputs = (fullScale: (layer: string, learnt: number) => number): Hardware =>
    each('adc', (of, { layer }, learnt) => withSection(of, layer, 'adc', { ...section(of, layer).adc, range: { kind: 'fixed', maximum: fullScale(layer, learnt), minimum: null, perSlice: [] } }), inputs)
  if (!ranges.some(({ kind }) => kind === 'adc')) return inputs
  const { converters } = await evaluator.prepare(outputs(() => 1), network)
  const cellCurrents = new Map(converters.flatMap(({ kind, layer, cellCurrent }) => (kind === 'adc' && cellCurrent !== null ? [[layer, cellCurrent]] : [])))
  return outputs((layer, learnt) => learnt / (cellCurrents.get(layer) ?? notFound(layer)))
}

function asAnalog(own: LayerHardware): Hardware {
  if (own === 'digital') throw new Error('A digital layer has no converters')
  return own
}

function notFound(layer: string): never {
  throw new Error(`The ADC of ${layer} is not in the program`)
}

/** Something is learnt besides the weights. */
export const learnsRanges = ({ learntRanges: { dac, adc } }: FinetuneSettings): boolean => dac || adc

/** The table of layers on the Fine-tune screen. Pure. */
import type { FinetuneSettings } from '@shared/finetune'
import type { NetworkReport } from '@shared/network'

export interface TrainedLayer {
  name: string
  frozen: boolean
  factor: number
  /** The network has this layer; a setting may be left from another one. */
  known: boolean
}

/** The network's analog layers in their order, then names in the settings that it does not have. */
export function trainedLayers(network: NetworkReport | null, settings: Pick<FinetuneSettings, 'frozenLayers' | 'learningRateFactors'>): TrainedLayer[] {
  const names = network === null ? [] : network.nodes.filter(({ placement }) => placement === 'analog').map(({ name }) => name)
  const strange = [...new Set([...settings.frozenLayers, ...Object.keys(settings.learningRateFactors)])].filter((name) => !names.includes(name))
  return [...names, ...strange].map((name) => ({
    name, frozen: settings.frozenLayers.includes(name), factor: settings.learningRateFactors[name] ?? 1, known: names.includes(name)
  }))
}

export const toggledLayer = (frozen: readonly string[], name: string, wanted: boolean): string[] => [...frozen.filter((other) => other !== name), ...(wanted ? [name] : [])]

/** A factor of 1 is what a layer has without one. */
export function changedFactor(factors: Readonly<Record<string, number>>, name: string, factor: number): Record<string, number> {
  const others = Object.entries(factors).filter(([other]) => other !== name)
  return Object.fromEntries(factor === 1 ? others : [...others, [name, factor]])
}

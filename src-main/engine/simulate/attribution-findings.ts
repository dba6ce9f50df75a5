/** From finished trials to what an attribution says: statistics, differences chip by chip, signal-to-noise ratios. Pure. */
import type {
  AttributionFindings, AttributionPoint, AttributionTrial, CumulativeStep, EffectAttribution, LayerAttribution, LayerEnergy, LayerSignal, PairedDifference, SignalToNoise
} from '@shared/attribution'
import type { DigitalResult } from '@shared/simulation'
import type { AttributionPlan, PlannedPoint } from './attribution-plan'
import { accuracyStatistics, pairedDifference } from './statistics'

/** What a chip instance did at a point. */
interface Accuracy {
  top1: number
  top5: number
  loss: number
}
/** By chip instance, in ascending order. */
type ByChip<T> = ReadonlyMap<number, T>

/** Findings from the trials so far. Where a point draws nothing, its one chip instance stands for all. */
export function attributionFindings(plan: AttributionPlan, trials: readonly AttributionTrial[], digital: DigitalResult | null): AttributionFindings {
  const accuracies = new Map<string, Map<number, Accuracy>>()
  const energies = new Map<string, Map<number, readonly LayerEnergy[]>>()
  for (const trial of trials) {
    if (trial.measure === 'accuracy') into(accuracies, trial.point).set(trial.chipInstance, trial)
    else into(energies, trial.point).set(trial.chipInstance, trial.layers)
  }
  const points = new Map(plan.points.map((point) => [point.key, point]))
  const chips = <T>(source: ReadonlyMap<string, ReadonlyMap<number, T>>, key: string | null): ByChip<T> => {
    const planned = key === null ? undefined : points.get(key)
    return planned === undefined ? new Map() : forAllChips(planned, plan.chipInstances, source.get(planned.key))
  }
  const measured = (key: string | null): AttributionPoint | null => statisticsOf(key === null ? undefined : points.get(key), chips(accuracies, key))
  /** `from` minus `to`; null stands for the digital network. */
  const difference = (from: string | null, to: string | null): PairedDifference | null => {
    const of = (key: string | null, other: ByChip<Accuracy>): ByChip<Accuracy> =>
      key !== null ? chips(accuracies, key) : digital === null ? new Map() : new Map([...other.keys()].map((chip) => [chip, { ...digital, loss: 0 }]))
    const first = of(from, to === null ? new Map() : chips(accuracies, to))
    return pairedDifference(first, of(to, first))
  }

  const effects = plan.effects.map(({ switch: effect, name, description, companions, alone, before, without, notes }): EffectAttribution => ({
    switch: effect, name, description, companions: [...companions], notes: [...notes],
    alone: measured(alone), lossAlone: difference(before, alone),
    without: measured(without), gainWithout: without === null ? null : difference(without, plan.all)
  }))
  const cumulative = plan.cumulative.map(({ switches, name, point }, index): CumulativeStep => ({
    switches: [...switches], name, point: measured(point),
    loss: difference(plan.cumulative[index - 1]?.point ?? null, point), lossSoFar: difference(null, point)
  }))
  const onePerLayer = plan.layers.some(({ alone, digital: without }) => alone !== null || without !== null)
  const layers = !onePerLayer ? [] : plan.layers.map(({ layer, alone, digital: without }): LayerAttribution => ({
    layer, alone: measured(alone), lossAlone: alone === null ? null : difference(null, alone),
    digital: measured(without), gainDigital: without === null ? null : difference(without, plan.all)
  }))
  const snr = plan.layers.flatMap(({ layer, own }): LayerSignal[] => {
    const accumulated = signalToNoise(layer, chips(energies, plan.all))
    return accumulated === null ? [] : [{ layer, ...accumulated, own: own === null ? null : signalToNoise(layer, chips(energies, own)) }]
  })
  return { digital, all: measured(plan.all), loss: difference(null, plan.all), effects, cumulative, layers, layerNotes: [...plan.layerNotes], snr }
}

function into<K, C, T>(map: Map<K, Map<C, T>>, key: K): Map<C, T> {
  const found = map.get(key) ?? new Map<C, T>()
  map.set(key, found)
  return found
}

function forAllChips<T>(point: PlannedPoint, chipInstances: number, done: ReadonlyMap<number, T> = new Map()): ByChip<T> {
  const only = done.get(0)
  if (point.drawn) return new Map([...done].sort(([a], [b]) => a - b))
  return new Map(only === undefined ? [] : Array.from({ length: chipInstances }, (_, chip) => [chip, only]))
}

function statisticsOf(point: PlannedPoint | undefined, done: ByChip<Accuracy>): AttributionPoint | null {
  if (point === undefined || done.size === 0) return null
  const values = [...done.values()]
  return {
    on: [...point.on], drawn: point.drawn, chipInstances: values.length,
    top1: accuracyStatistics(values.map(({ top1 }) => top1)),
    top5: accuracyStatistics(values.map(({ top5 }) => top5)),
    loss: accuracyStatistics(values.map(({ loss }) => loss))
  }
}

/** 10·log₁₀ of a ratio of energies. */
const decibels = (ratio: number): number => 10 * Math.log10(ratio)

/**
 * Ratio of one layer over chip instances: energies are summed before the logarithm is taken (physics §9). The interval is that
 * of the mean error energy N̄ (Student t), carried through the logarithm to first order.
 */
function signalToNoise(layer: string, done: ByChip<readonly LayerEnergy[]>): SignalToNoise | null {
  const chips = [...done.values()].flatMap((layers) => layers.filter((each) => each.layer === layer))
  if (chips.length === 0) return null
  const finite = chips.flatMap(({ signal, noise }) => (signal === null || noise === null ? [] : [{ signal, noise }]))
  const instances = chips.map(({ signal, noise }) => (signal === null || noise === null || signal === 0 || noise === 0 ? null : decibels(signal / noise)))
  if (finite.length < chips.length) return { decibels: null, interval: null, outcome: 'overflow', instances }
  const noise = accuracyStatistics(finite.map((each) => each.noise))
  const signal = accuracyStatistics(finite.map((each) => each.signal)).mean
  if (noise.mean === 0) return { decibels: null, interval: null, outcome: 'exact', instances }
  if (signal === 0) return { decibels: null, interval: null, outcome: 'silent', instances }
  const interval = noise.ci95 === null ? null : ((10 / Math.LN10) * noise.ci95) / noise.mean
  return { decibels: decibels(signal / noise.mean), interval, outcome: 'finite', instances }
}

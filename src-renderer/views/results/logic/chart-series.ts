/** Runs as series of the charts of accuracy and of fidelity. */
import type { AccuracySeries, FidelitySeries } from '@shared/charts'
import { isFidelityResult } from '@shared/finetune'
import type { AttributionRun, RunRecord } from '@shared/run'
import type { SimulationPoint, SweepParameterId } from '@shared/simulation'

export interface Comparable {
  parameter: SweepParameterId | null
  series: AccuracySeries[]
  /** Names of runs that vary something else, or are no accuracy against it, and are not drawn. */
  leftOut: string[]
}

/** What a simulation of the same hardware, chips and images finds: the accuracy with all effects. */
function pointOfAttribution({ config, activeEffects, result }: AttributionRun & { result: NonNullable<AttributionRun['result']> }): SimulationPoint {
  const { device } = config.hardware
  const { chipInstances, top1, top5, loss } = result.all
  const { sigma, mu } = device.kind === 'weight-referred' ? device : { sigma: null, mu: null }
  return { value: null, sigma, mu, chipInstances, top1, top5, loss, activeEffects, confusion: [], seconds: 0, imagesPerSecond: 0 }
}

/** What the first simulation varies. */
const sweepOf = (runs: readonly RunRecord[]): SweepParameterId | null => runs.find((run) => run.kind === 'simulate')?.config.settings.sweep?.parameter ?? null

/** The run has a place on an axis of this parameter. */
const fits = (run: RunRecord, parameter: SweepParameterId | null): boolean =>
  run.kind !== 'curvature' && run.kind !== 'study' && (run.kind === 'simulate'
    ? (run.config.settings.sweep?.parameter ?? null) === parameter
    : parameter === null || ((parameter === 'sigma' || parameter === 'mu') && (run.kind === 'finetune' || run.config.hardware.device.kind === 'weight-referred')))

/** A single point where it lies in a sweep. */
const placed = <P extends { value: number | string | null; sigma: number | null; mu: number | null }>(point: P, parameter: SweepParameterId | null): P =>
  parameter === 'sigma' || parameter === 'mu' ? { ...point, value: point[parameter] } : point

/**
 * A fine-tuning contributes its network before and after, an attribution its network with all effects, as single points: at the
 * hardware's own σ or μ beside sweeps over them (of a device that has them), and beside runs without a sweep.
 */
export function comparableSeries(runs: readonly RunRecord[]): Comparable {
  const parameter = sweepOf(runs)
  const series = runs.filter((run) => fits(run, parameter)).flatMap((run): AccuracySeries[] => {
    if (run.kind === 'curvature' || run.kind === 'study' || run.result === null) return []
    if (run.kind === 'simulate') return [{ name: run.name, points: run.result.points, digitalTop1: run.result.digital?.top1 ?? null }]
    if (run.kind === 'attribute') return [{ name: run.name, points: [placed(pointOfAttribution({ ...run, result: run.result }), parameter)], digitalTop1: run.result.digital.top1 }]
    if (isFidelityResult(run.result)) return []
    return [
      { name: `${run.name}, before`, points: [placed(run.result.before.noisy, parameter)], digitalTop1: run.result.before.digital.top1 },
      { name: `${run.name}, after`, points: [placed(run.result.after.noisy, parameter)], digitalTop1: run.result.after.digital.top1 }
    ]
  })
  return { parameter, series, leftOut: runs.filter((run) => !fits(run, parameter) || run.result === null).map((run) => run.name) }
}

export interface ComparableFidelity extends Omit<Comparable, 'series'> {
  series: FidelitySeries[]
}

/** The run is of a network without classes, and has no accuracy. */
export const measuresFidelity = (run: RunRecord): boolean =>
  run.result !== null && ((run.kind === 'simulate' && run.result.fidelity !== undefined) || (run.kind === 'finetune' && isFidelityResult(run.result)))

/** Runs of networks without classes: simulations that vary the same; fine-tunings as {@link comparableSeries} has them. */
export function comparableFidelity(runs: readonly RunRecord[]): ComparableFidelity {
  const parameter = sweepOf(runs)
  const fitting = runs.filter((run) => fits(run, parameter))
  const series = fitting.flatMap((run): FidelitySeries[] => {
    if (run.kind === 'simulate') return [{ name: run.name, points: run.result?.fidelity ?? [] }]
    if (run.kind !== 'finetune' || run.result === null || !isFidelityResult(run.result)) return []
    const { before, after } = run.result
    return [{ name: `${run.name}, before`, points: [placed(before.noisy, parameter)] }, { name: `${run.name}, after`, points: [placed(after.noisy, parameter)] }]
  })
  return { parameter, series, leftOut: runs.filter((run) => !fitting.includes(run)).map(({ name }) => name) }
}

/** Runs as series of the accuracy chart. */
import type { AccuracySeries } from '@shared/charts'
import type { RunRecord } from '@shared/run'
import type { SimulationPoint, SweepParameterId } from '@shared/simulation'

export interface Comparable {
  parameter: SweepParameterId | null
  series: AccuracySeries[]
  /** Names of runs that vary something else, or are no accuracy against it, and are not drawn. */
  leftOut: string[]
}

/**
 * A fine-tuning contributes its network before and after as single points: at the hardware's own σ or μ beside sweeps over
 * them, and beside runs without a sweep.
 */
export function comparableSeries(runs: readonly RunRecord[]): Comparable {
  const simulations = runs.filter((run) => run.kind === 'simulate')
  const parameter = simulations[0]?.config.settings.sweep?.parameter ?? null
  const fits = (run: RunRecord): boolean =>
    run.kind === 'simulate'
      ? (run.config.settings.sweep?.parameter ?? null) === parameter
      : run.kind === 'finetune' && (parameter === null || parameter === 'sigma' || parameter === 'mu')
  const placed = (point: SimulationPoint): SimulationPoint => (parameter === 'sigma' || parameter === 'mu' ? { ...point, value: point[parameter] } : point)
  const series = runs.filter(fits).flatMap((run): AccuracySeries[] => {
    if (run.result === null || run.kind === 'attribute') return []
    if (run.kind === 'simulate') return [{ name: run.name, points: run.result.points, digitalTop1: run.result.digital.top1 }]
    return [
      { name: `${run.name}, before`, points: [placed(run.result.before.noisy)], digitalTop1: run.result.before.digital.top1 },
      { name: `${run.name}, after`, points: [placed(run.result.after.noisy)], digitalTop1: run.result.after.digital.top1 }
    ]
  })
  return { parameter, series, leftOut: runs.filter((run) => !fits(run) || run.result === null).map((run) => run.name) }
}

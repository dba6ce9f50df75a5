/** Raw trials for other programs. */
import { toCsv, trialsTable } from '@shared/charts'
import type { SimulationRun } from '@shared/run'
import type { Trial } from '@shared/simulation'

/** One line per chip instance and point, accuracies as fractions. */
export function trialsCsv(run: SimulationRun, trials: readonly Trial[]): string {
  return toCsv(trialsTable(trials, run.result?.points ?? [], run.config.settings.sweep?.parameter ?? null))
}

/** Everything known about the run with all its trials, confusion matrices included. */
export function trialsJson(run: SimulationRun, trials: readonly Trial[]): string {
  return `${JSON.stringify({ id: run.id, name: run.name, config: run.config, provenance: run.provenance, result: run.result, trials }, null, 2)}\n`
}

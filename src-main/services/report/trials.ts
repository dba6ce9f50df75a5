/** Raw trials for other programs. */
import type { AttributionTrial } from '@shared/attribution'
import type { StoredCalibration } from '@shared/calibration'
import { attributionTrialsTable, curvatureStepsTable, fidelityTrialsTable, studyTrialsTable, toCsv, trialsTable } from '@shared/charts'
import type { CurvatureStep } from '@shared/curvature'
import type { AttributionRun, CurvatureRun, SimulationRun, StudyRun } from '@shared/run'
import type { FidelityTrial, Trial } from '@shared/simulation'
import { originalName, type StudyTrial } from '@shared/study'

/** One line per chip instance and point, accuracies as fractions. */
export function trialsCsv(run: SimulationRun, trials: readonly Trial[]): string {
  return toCsv(trialsTable(trials, run.result?.points ?? [], run.config.settings.sweep?.parameter ?? null))
}

/** The same for a network without classes: energies of signal and error. */
export function fidelityTrialsCsv(run: SimulationRun, trials: readonly FidelityTrial[]): string {
  return toCsv(fidelityTrialsTable(trials, run.result?.fidelity ?? [], run.config.settings.sweep?.parameter ?? null))
}

/** Everything known about the run with all its trials, confusion matrices and calibrations included. */
export function trialsJson(run: SimulationRun, trials: readonly (Trial | FidelityTrial)[], calibration: StoredCalibration | null): string {
  return `${JSON.stringify({ id: run.id, name: run.name, config: run.config, provenance: run.provenance, result: run.result, calibration: calibration?.sets ?? null, trials }, null, 2)}\n`
}

/** One line per chip instance and point, and one per layer of each comparison. */
export const attributionTrialsCsv = (trials: readonly AttributionTrial[]): string => toCsv(attributionTrialsTable(trials))

export const attributionTrialsJson = (run: AttributionRun, trials: readonly AttributionTrial[], calibration: StoredCalibration | null): string =>
  `${JSON.stringify({ id: run.id, name: run.name, config: run.config, provenance: run.provenance, result: run.result, calibration: calibration?.sets ?? null, trials }, null, 2)}\n`

/** One line per finished step; of a probe one per layer. */
export const curvatureStepsCsv = (run: CurvatureRun, steps: readonly CurvatureStep[]): string => toCsv(curvatureStepsTable(steps, run.result?.before.layers.map(({ layer }) => layer) ?? []))

export const curvatureStepsJson = (run: CurvatureRun, trials: readonly CurvatureStep[]): string =>
  `${JSON.stringify({ id: run.id, name: run.name, config: run.config, provenance: run.provenance, result: run.result, trials }, null, 2)}\n`

/** One line per digital network, and one per chip instance of each network, representation and value. */
export function studyTrialsCsv({ config: { settings: { tuned, sweep } } }: StudyRun, trials: readonly StudyTrial[]): string {
  return toCsv(studyTrialsTable(trials, [originalName, ...tuned.map(({ name }) => name)], sweep?.values ?? [], sweep?.parameter ?? null))
}

export const studyTrialsJson = (run: StudyRun, trials: readonly StudyTrial[]): string =>
  `${JSON.stringify({ id: run.id, name: run.name, config: run.config, provenance: run.provenance, result: run.result, trials }, null, 2)}\n`

/** A stored run with everything that a report says about it, from its folder alone. */
import { z } from 'zod'
import { dirname, join, resolve } from 'node:path'
import { calibrationFile } from '@shared/calibration'
import { fail, ProblemError } from '@shared/problems'
import { attributionTrialSchema, type AttributionTrial } from '@shared/attribution'
import { curvatureStepSchema, type CurvatureStep } from '@shared/curvature'
import { fidelityTrialSchema, trialSchema } from '@shared/simulation'
import { studyTrialSchema, type StudyTrial } from '@shared/study'
import { formats } from './formats'
import type { StoredFormat } from './migrations'
import { isChildName } from './names'
import { importFileName, projectFolder } from './project-folder'
import type { ReportedRun } from './report/report-input'
import { readCalibration } from './run-calibration'
import { readLines, readStored } from './storage'

/** A network or data set that the project no longer holds, or that is damaged, is left out of a report: the run stands alone. */
async function readImport<S extends z.ZodType>(format: StoredFormat<S>, parent: string, folder: string): Promise<z.output<S> | null> {
  if (!isChildName(folder)) return null
  try {
    return await readStored(format, join(parent, folder, importFileName), folder)
  } catch (thrown) {
    if (thrown instanceof ProblemError) return null
    throw thrown
  }
}

const simulationLineSchema = z.union([trialSchema, fidelityTrialSchema])

/**
 * Reads runs/<id> of any project; the project need not be open. Raises RUN_NOT_FOUND when the folder holds no run.json,
 * RUN_INVALID or PROJECT_TOO_NEW when it cannot be read.
 */
export async function readReportedRun(runFolder: string): Promise<ReportedRun> {
  const path = resolve(runFolder)
  const run = await readStored(formats.run, join(path, 'run.json'), join(runFolder, 'run.json')).catch((thrown: unknown) => {
    if (thrown instanceof ProblemError && thrown.problem.code === 'RUN_NOT_FOUND') fail('RUN_NOT_FOUND', runFolder, 'The folder holds no run.json.')
    throw thrown
  })
  const project = projectFolder(dirname(dirname(path)))
  const trials = run.kind === 'simulate' ? await readLines(simulationLineSchema, join(path, 'trials.jsonl'), join(runFolder, 'trials.jsonl'), 'RUN_INVALID') : []
  const calibration = await readCalibration(path, join(runFolder, calibrationFile))
  const network = await readImport(formats.networkImport, project.models, run.provenance.network.folder)
  const dataset = await readImport(formats.datasetImport, project.datasets, run.provenance.dataset.folder)
  return {
    run, trials: trials.filter((trial) => 'top1' in trial), fidelityTrials: trials.filter((trial) => 'noise' in trial), calibration,
    network: network?.network ?? null, dataset: dataset?.dataset ?? null
  }
}

/** Lines of trials.jsonl of an attribution. Raises RUN_INVALID. */
export const readAttributionTrials = (runFolder: string): Promise<AttributionTrial[]> =>
  readLines(attributionTrialSchema, join(runFolder, 'trials.jsonl'), join(runFolder, 'trials.jsonl'), 'RUN_INVALID')

/** Lines of trials.jsonl of a curvature run. Raises RUN_INVALID. */
export const readCurvatureSteps = (runFolder: string): Promise<CurvatureStep[]> =>
  readLines(curvatureStepSchema, join(runFolder, 'trials.jsonl'), join(runFolder, 'trials.jsonl'), 'RUN_INVALID')

/** Lines of trials.jsonl of a study. Raises RUN_INVALID. */
export const readStudyTrials = (runFolder: string): Promise<StudyTrial[]> =>
  readLines(studyTrialSchema, join(runFolder, 'trials.jsonl'), join(runFolder, 'trials.jsonl'), 'RUN_INVALID')

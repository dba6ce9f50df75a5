/** What calibration found at the converters of a run, as the engine left it in the run's folder. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { calibrationFile, hasConverters, type ShownCalibration, type StoredCalibration } from '@shared/calibration'
import { fail } from '@shared/problems'
import type { RunRecord } from '@shared/run'
import { hardwareAt } from '@shared/sweep'
import { formats } from './formats'
import { failForFile, isMissing, readStored } from './storage'

/**
 * Null without a file, and for the list without a version that earlier programs left there: it lacks most of what is shown.
 * Raises RUN_INVALID for a damaged file. `where` is how the file is named to the person.
 */
export async function readCalibration(runFolder: string, where: string): Promise<StoredCalibration | null> {
  const file = join(runFolder, calibrationFile)
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => (isMissing(thrown) ? null : failForFile(thrown, where)))
  if (text === null || text.startsWith('[')) return null
  return readStored(formats.calibration, file, where)
}

/** Problem REQUEST_INVALID for a set that the run does not have. */
export async function shownCalibration(run: RunRecord, runFolder: string, index: number | null): Promise<ShownCalibration> {
  const stored = await readCalibration(runFolder, `runs/${run.id}/${calibrationFile}`)
  if (stored === null || stored.sets.length === 0) return { kind: 'missing', reason: convertsAnywhere(run) ? (run.status === 'finished' ? 'not-kept' : 'not-yet') : 'no-converters' }
  const { sets } = stored
  const shown = index ?? sets.length - 1
  const set = sets[shown]
  if (set === undefined) fail('REQUEST_INVALID', 'index', `The run has ${sets.length} ${sets.length === 1 ? 'calibration' : 'calibrations'}, counted from 0; there is none with number ${shown}.`)
  return { kind: 'kept', occasions: sets.map(({ occasions }) => occasions), index: shown, set }
}

/** At some point of the run some converter acts. */
function convertsAnywhere(run: RunRecord): boolean {
  const { hardware } = run.config
  const sweep = run.kind === 'simulate' ? run.config.settings.sweep : null
  return sweep === null ? hasConverters(hardware) : sweep.values.some((value) => hasConverters(hardwareAt(hardware, sweep.parameter, value)))
}

/** acim simulate */
import { join } from 'node:path'
import type { SimulationRun } from '@shared/run'
import { requireRunnable, runWarnings } from '@shared/run-problems'
import { availableForEvaluation } from '../../engine/data/split'
import { baseHardware, hardwareFrom } from './hardware-options'
import { checkPaths, importInputs, noteDefaults, saveSettings } from './inputs'
import type { HardwareOptions, InputOptions } from './options'
import { writeOut } from './output'
import { calibrationSets } from './calibration-results'
import { simulationJson, simulationText, type SimulationValues } from './results'
import { simulationFrom, type SimulationOptions } from './settings'
import { withProject, type Outcome, type Workplace } from './workplace'

/** Digital result and points of a run, whole or as far as it came. */
export function simulationValues({ run, partial }: Outcome): SimulationValues {
  if (run.kind === 'simulate' && run.result !== null) return run.result
  return partial?.kind === 'simulate' ? partial : { digital: null, points: [] }
}

/** Where a run lies that outlives the command. */
export const storedRun = (place: Pick<Workplace, 'projectFolder'>, runId: string): { id: string; folder: string } | null =>
  place.projectFolder === null ? null : { id: runId, folder: join(place.projectFolder, 'runs', runId) }

/** Told after an interruption. */
export function noteKept(place: Workplace, runId: string): void {
  const stored = storedRun(place, runId)
  place.progress.note(
    stored === null
      ? 'Interrupted. The project was temporary; use --out to continue a run later.'
      : `Interrupted. The same command continues ${stored.folder}.`
  )
}

export async function simulate(options: InputOptions & HardwareOptions & SimulationOptions): Promise<number> {
  // All options are checked before anything is computed.
  const { hardware, sweep } = hardwareFrom(options, await baseHardware(options))
  simulationFrom(options, sweep, 1)
  requireRunnable(hardware, sweep)
  await checkPaths(options)
  return withProject(options, async (place) => {
    const inputs = await importInputs(place, options)
    await saveSettings(place, hardware, inputs, { simulation: simulationFrom(options, sweep, availableForEvaluation(inputs.dataset)) })
    noteDefaults(place, options, inputs, runWarnings(hardware, sweep))
    const outcome = await place.run('simulate', null)
    const run = outcome.run as SimulationRun
    const values = simulationValues(outcome)
    await writeOut(options.json === true ? JSON.stringify(simulationJson(run, values, storedRun(place, run.id), await calibrationSets(place, run.id)), null, 2) : simulationText(run, values))
    if (!place.interrupted()) return 0
    noteKept(place, run.id)
    return 130
  })
}

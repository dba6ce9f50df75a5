/** acim study */
import { basename } from 'node:path'
import { scaleGranularities, type Hardware, type ScaleGranularity } from '@shared/hardware'
import { fail, parseOrFail } from '@shared/problems'
import type { StudyRun } from '@shared/run'
import { requestWarnings, requireRunnableRequest } from '@shared/run-problems'
import type { Sweep } from '@shared/simulation'
import { studySettingsSchema, type StudyFindings, type StudySettings, type TunedNetwork } from '@shared/study'
import { availableForEvaluation } from '../../engine/data/split'
import { sweepOptions } from '../../services/report/hardware-flags'
import { parseNameSweep } from './arguments'
import { baseHardware, hardwareFrom } from './hardware-options'
import { checkPaths, choiceOf, comparedFile, importCompared, importInputs, noteDefaults, saveSettings } from './inputs'
import type { HardwareOptions, InputOptions } from './options'
import { writeOut } from './output'
import { simulationFrom, type SimulationOptions } from './settings'
import { noteKept, storedRun } from './simulate'
import { studyJson, studyText } from './study-results'
import { withProject, type Outcome } from './workplace'

export interface StudyOptions extends SimulationOptions {
  /** As typed, in order. */
  tuned?: string[]
  scales?: string
}

interface NamedPath {
  name: string
  path: string
}

/** `NAME=FILE`, or `FILE` alone, which is then the name. */
export function tunedPath(text: string): NamedPath {
  const at = text.indexOf('=')
  const [name, path] = at < 0 ? [basename(text).replace(/\.onnx$/i, ''), text] : [text.slice(0, at).trim(), text.slice(at + 1)]
  if (name === '' || path === '') fail('ARGUMENT_INVALID', '--tuned', `Found "${text}", expected NAME=FILE.`, 'For example --tuned HA-SGD=tuned.onnx.')
  return { name, path }
}

function scalesFrom(text: string | undefined, standard: ScaleGranularity[]): ScaleGranularity[] {
  if (text === undefined) return standard
  const parsed = parseNameSweep('--scales', text, scaleGranularities)
  return parsed.kind === 'single' ? [parsed.value] : parsed.values
}

/** What varies: the sweep of the options; else the one value of `--sigma`; else the default where the device has a σ. */
function sweepFrom(options: HardwareOptions, hardware: Hardware, sweep: Sweep | null, standard: StudySettings['sweep']): Sweep | null {
  if (sweep !== null || hardware.device.kind !== 'weight-referred') return sweep
  return options.sigma === undefined ? standard : { parameter: 'sigma', values: [hardware.device.sigma] }
}

/** `available`: images that may be evaluated; the default asks for no more. */
export function studyFrom(options: StudyOptions & HardwareOptions, hardware: Hardware, sweep: Sweep | null, available: number, tuned: readonly TunedNetwork[]): StudySettings {
  if (options.scale !== undefined) fail('ARGUMENT_INVALID', '--scale', 'A study compares several representations.', 'Name them with --scales.')
  const defaults = studySettingsSchema.parse({})
  const { chipInstances, images, seed, batch } = simulationFrom({ ...options, instances: options.instances ?? String(defaults.chipInstances) }, null, available)
  return parseOrFail(
    studySettingsSchema,
    { tuned, scales: scalesFrom(options.scales, defaults.scales), sweep: sweepFrom(options, hardware, sweep, defaults.sweep), chipInstances, images, seed, batch },
    'STUDY_INVALID', 'study'
  )
}

/** Findings of a run, whole or as far as it came. */
function findingsOf({ run, partial }: Outcome): StudyFindings {
  if (run.kind === 'study' && run.result !== null) return run.result
  return partial?.kind === 'study' ? partial.findings : { networks: [], points: [] }
}

export async function study(options: InputOptions & HardwareOptions & StudyOptions): Promise<number> {
  // All options are checked before anything is computed.
  const { hardware, sweep } = hardwareFrom(options, await baseHardware(options))
  if (sweep?.parameter === 'scale') fail('ARGUMENT_INVALID', sweepOptions.scale, 'A study compares several representations.', 'Name them with --scales.')
  const named = (options.tuned ?? []).map(tunedPath)
  const provisional = named.map(({ name }): TunedNetwork => ({ name, network: { kind: 'network', folder: '' } }))
  requireRunnableRequest({ kind: 'study', config: { hardware, settings: studyFrom(options, hardware, sweep, 1, provisional) } })
  await checkPaths(options)
  const files: NamedPath[] = []
  for (const { name, path } of named) files.push({ name, path: await comparedFile(path) })
  return withProject(options, async (place) => {
    const tuned: TunedNetwork[] = []
    for (const { name, path } of files) tuned.push({ name, network: await importCompared(place, path, choiceOf(options)) })
    const inputs = await importInputs(place, options)
    const settings = studyFrom(options, hardware, sweep, availableForEvaluation(inputs.dataset), tuned)
    await saveSettings(place, hardware, inputs, { study: settings })
    noteDefaults(place, options, inputs, requestWarnings({ kind: 'study', config: { hardware, settings } }))
    const outcome = await place.run('study', null)
    const run = outcome.run as StudyRun
    const findings = findingsOf(outcome)
    await writeOut(options.json === true ? JSON.stringify(studyJson(run, findings, storedRun(place, run.id)), null, 2) : studyText(run, findings))
    if (!place.interrupted()) return 0
    noteKept(place, run.id)
    return 130
  })
}

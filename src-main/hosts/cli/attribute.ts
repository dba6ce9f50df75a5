/** acim attribute */
import { attributionSettingsSchema, type AttributionFindings, type AttributionSettings } from '@shared/attribution'
import { fail, parseOrFail } from '@shared/problems'
import type { AttributionRun } from '@shared/run'
import { requireRunnable, runWarnings } from '@shared/run-problems'
import { availableForEvaluation } from '../../engine/data/split'
import { sweepOptions } from '../../services/report/hardware-flags'
import { parseChoice, parseInteger } from './arguments'
import { attributionJson, attributionText, noFindings } from './attribution-results'
import { baseHardware, hardwareFrom } from './hardware-options'
import { checkPaths, importInputs, noteDefaults, saveSettings } from './inputs'
import type { HardwareOptions, InputOptions } from './options'
import { writeOut } from './output'
import { simulationFrom, type SimulationOptions } from './settings'
import { noteKept, storedRun } from './simulate'
import { withProject, type Outcome } from './workplace'

export interface AttributionOptions extends SimulationOptions {
  layers?: string
  signalImages?: string
  ownSignal?: boolean
}

/** `available`: images that may be evaluated; the default asks for no more. */
export function attributionFrom(options: AttributionOptions, available: number): AttributionSettings {
  const defaults = attributionSettingsSchema.parse({})
  const images = options.images ?? String(Math.max(1, Math.min(defaults.images.count, available)))
  const { sweep: _none, ...common } = simulationFrom({ ...options, images }, null, available)
  const layers = parseChoice('--layers', options.layers ?? 'alone', ['none', 'alone', 'digital', 'both'] as const)
  return parseOrFail(
    attributionSettingsSchema,
    {
      ...common,
      layersAlone: layers === 'alone' || layers === 'both',
      layersDigital: layers === 'digital' || layers === 'both',
      signalImages: options.signalImages === undefined ? defaults.signalImages : parseInteger('--signal-images', options.signalImages, 0, 100_000),
      ownSignal: options.ownSignal ?? true
    },
    'SIMULATION_INVALID', 'attribution'
  )
}

/** Findings of a run, whole or as far as it came. */
function findingsOf({ run, partial }: Outcome): AttributionFindings {
  if (run.kind === 'attribute' && run.result !== null) return run.result
  return partial?.kind === 'attribute' ? partial.findings : noFindings
}

export async function attribute(options: InputOptions & HardwareOptions & AttributionOptions): Promise<number> {
  // All options are checked before anything is computed.
  const { hardware, sweep } = hardwareFrom(options, await baseHardware(options))
  if (sweep !== null) fail('ARGUMENT_INVALID', sweepOptions[sweep.parameter], 'Found a sweep; an attribution is for one hardware.', 'Give one value.')
  attributionFrom(options, 1)
  requireRunnable(hardware, null)
  await checkPaths(options)
  return withProject(options, async (place) => {
    const inputs = await importInputs(place, options)
    await saveSettings(place, hardware, inputs, { attribution: attributionFrom(options, availableForEvaluation(inputs.dataset)) })
    noteDefaults(place, options, inputs, runWarnings(hardware, null))
    const outcome = await place.run('attribute', null)
    const run = outcome.run as AttributionRun
    const findings = findingsOf(outcome)
    await writeOut(options.json === true ? JSON.stringify(attributionJson(run, findings, storedRun(place, run.id)), null, 2) : attributionText(findings))
    if (!place.interrupted()) return 0
    noteKept(place, run.id)
    return 130
  })
}

/** acim curvature */
import type { ComparedNetwork } from '@shared/compared-network'
import { curvatureSettingsSchema, landscapeKinds, type CurvatureFindings, type CurvatureSettings } from '@shared/curvature'
import { fail, parseOrFail } from '@shared/problems'
import type { CurvatureRun } from '@shared/run'
import { requireRunnable, runWarnings } from '@shared/run-problems'
import { availableForEvaluation } from '../../engine/data/split'
import { sweepOptions } from '../../services/report/hardware-flags'
import { parseChoice, parseInteger, parseNumber } from './arguments'
import { curvatureJson, curvatureText } from './curvature-results'
import { baseHardware, hardwareFrom } from './hardware-options'
import { checkPaths, comparedFile, importCompared, importInputs, noteDefaults, saveSettings } from './inputs'
import type { HardwareOptions, InputOptions } from './options'
import { writeOut } from './output'
import { seedFrom } from './settings'
import { noteKept, storedRun } from './simulate'
import { withProject, type Outcome } from './workplace'

export interface CurvatureOptions {
  after?: string
  images?: string
  firstImage?: string
  probes?: string
  eigenvalues?: string
  iterations?: string
  instances?: string
  landscape?: string
  batch?: string
  seed?: string
}

/** `line`, `plane:15`, `plane:15:1`; raises ARGUMENT_INVALID. */
function landscapeFrom(text: string): CurvatureSettings['landscape'] {
  const option = '--landscape'
  const defaults = curvatureSettingsSchema.parse({}).landscape
  const [kind = '', points, extent, ...rest] = text.split(':')
  if (rest.length > 0) fail('ARGUMENT_INVALID', option, `Found “${text}”; expected kind:points:extent.`, 'For example line:21:0.5.')
  const count = points === undefined ? defaults.points : parseInteger(option, points, 3, 201)
  if (count % 2 === 0) fail('ARGUMENT_INVALID', option, `Found ${count} points; expected an odd number, so that the network itself is one of them.`, `Ask for ${count + 1}.`)
  const reach = extent === undefined ? defaults.extent : parseNumber(option, extent, Number.MIN_VALUE, 10)
  return { kind: parseChoice(option, kind, landscapeKinds), points: count, extent: reach }
}

/** `available`: images that may be evaluated; the default asks for no more. */
export function curvatureFrom(options: CurvatureOptions, available: number, after: ComparedNetwork | null): CurvatureSettings {
  const defaults = curvatureSettingsSchema.parse({})
  const integer = (option: string, text: string | undefined, standard: number, from: number, to: number): number => (text === undefined ? standard : parseInteger(option, text, from, to))
  return parseOrFail(
    curvatureSettingsSchema,
    {
      images: {
        count: integer('--images', options.images, Math.max(1, Math.min(defaults.images.count, available)), 1, 1e9),
        first: options.firstImage === undefined ? null : parseInteger('--first-image', options.firstImage, 0, 1e9)
      },
      probes: integer('--probes', options.probes, defaults.probes, 2, 100_000),
      eigenvalues: integer('--eigenvalues', options.eigenvalues, defaults.eigenvalues, 0, 50),
      iterations: integer('--iterations', options.iterations, defaults.iterations, 1, 10_000),
      chipInstances: integer('--instances', options.instances, defaults.chipInstances, 0, 100_000),
      landscape: options.landscape === undefined ? defaults.landscape : landscapeFrom(options.landscape),
      after,
      seed: seedFrom(options.seed),
      batch: integer('--batch', options.batch, defaults.batch, 0, 4096)
    },
    'CURVATURE_INVALID', 'curvature'
  )
}

/** Findings of a run, whole or as far as it came. */
function findingsOf({ run, partial }: Outcome): CurvatureFindings {
  if (run.kind === 'curvature' && run.result !== null) return run.result
  return partial?.kind === 'curvature' ? partial.findings : { before: null, after: null }
}

export async function curvature(options: InputOptions & HardwareOptions & CurvatureOptions): Promise<number> {
  // All options are checked before anything is computed.
  const { hardware, sweep } = hardwareFrom(options, await baseHardware(options))
  if (sweep !== null) fail('ARGUMENT_INVALID', sweepOptions[sweep.parameter], 'Found a sweep; a curvature run is for one hardware.', 'Give one value.')
  curvatureFrom(options, 1, null)
  requireRunnable(hardware, null)
  await checkPaths(options)
  const compared = options.after === undefined ? null : await comparedFile(options.after)
  return withProject(options, async (place) => {
    const after = compared === null ? null : await importCompared(place, compared)
    const inputs = await importInputs(place, options)
    await saveSettings(place, hardware, inputs, { curvature: curvatureFrom(options, availableForEvaluation(inputs.dataset), after) })
    noteDefaults(place, options, inputs, runWarnings(hardware, null))
    const outcome = await place.run('curvature', null)
    const run = outcome.run as CurvatureRun
    const findings = findingsOf(outcome)
    await writeOut(options.json === true ? JSON.stringify(curvatureJson(run, findings, storedRun(place, run.id)), null, 2) : curvatureText(findings))
    if (!place.interrupted()) return 0
    noteKept(place, run.id)
    return 130
  })
}

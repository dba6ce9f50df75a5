/** What does not fit together in what a run would compute: at every point of its sweep, or in its hardware. */
import { sweepPhrase, sweepValueLabel } from './charts'
import { hardwareProblems, isConductanceDevice, type Hardware, type ScaleGranularity } from './hardware'
import { problem, ProblemError, type Problem } from './problems'
import type { RunRequest } from './run'
import type { Sweep, SweepValue } from './simulation'
import type { StudySettings } from './study'
import { hardwareAt } from './sweep'

interface Found {
  problem: Problem
  /** Values of the sweep at which it was found. */
  values: SweepValue[]
}

/** Errors and warnings. With a sweep the hardware itself is not computed, only its points are. */
export function runProblems(hardware: Hardware, sweep: Sweep | null): Problem[] {
  if (sweep === null) return hardwareProblems(hardware)
  const found = new Map<string, Found>()
  for (const value of sweep.values) {
    for (const problem of problemsAt(hardware, sweep, value)) {
      const key = problem.severity + problem.where + problem.message
      const known = found.get(key)
      if (known === undefined) found.set(key, { problem, values: [value] })
      else known.values.push(value)
    }
  }
  return [...found.values()].map(({ problem, values }) => (values.length === sweep.values.length ? problem : { ...problem, message: `${placeInSweep(sweep, values)}: ${problem.message}` }))
}

function problemsAt(hardware: Hardware, sweep: Sweep, value: SweepValue): Problem[] {
  try {
    return hardwareProblems(hardwareAt(hardware, sweep.parameter, value))
  } catch (thrown) {
    if (thrown instanceof ProblemError) return [thrown.problem]
    throw thrown
  }
}

/** `At ADC bits 4, 8` */
function placeInSweep({ parameter }: Sweep, values: readonly SweepValue[]): string {
  const shown = values.slice(0, 3).map((value) => sweepValueLabel(value, parameter))
  return `At ${sweepPhrase(parameter)} ${shown.join(', ')}${values.length > shown.length ? ', …' : ''}`
}

/** Errors and warnings of a study: in any of its representations, at any point of its sweep. */
export function studyProblems(hardware: Hardware, { scales, sweep }: Pick<StudySettings, 'scales' | 'sweep'>): Problem[] {
  if (sweep !== null && (sweep.parameter === 'sigma' || sweep.parameter === 'mu') && isConductanceDevice(hardware.device)) {
    return [problem('STUDY_INVALID', 'study.sweep.parameter', `Only the weight-referred device has ${sweep.parameter === 'sigma' ? 'an uncertainty σ' : 'an offset μ'}; the device is ${hardware.device.kind}.`, {
      tip: 'Sweep the time, converter bits or nothing, or choose the weight-referred device.'
    })]
  }
  const found = new Map<string, { problem: Problem; scales: ScaleGranularity[] }>()
  for (const scale of scales) {
    for (const each of runProblems(hardwareAt(hardware, 'scale', scale), sweep)) {
      const key = each.severity + each.where + each.message
      const known = found.get(key)
      if (known === undefined) found.set(key, { problem: each, scales: [scale] })
      else known.scales.push(scale)
    }
  }
  const ofScales = [...found.values()].map(({ problem: each, scales: own }) => (own.length === scales.length ? each : { ...each, message: `With scales ${own.join(', ')}: ${each.message}` }))
  return [...ofScales, ...representationWarnings(hardware, { scales, sweep })]
}

function representationWarnings({ array, layers }: Hardware, { scales, sweep }: Pick<StudySettings, 'scales' | 'sweep'>): Problem[] {
  const warnings: Problem[] = []
  const own = Object.entries(layers).flatMap(([name, override]) => (override.representation !== undefined && !override.digital ? [name] : []))
  if (own.length > 0) {
    warnings.push(problem('STUDY_INVALID', 'hardware.layers', `Layers with a representation of their own keep it throughout the study: ${own.join(', ')}.`, { severity: 'warning', tip: 'Remove it from these layers to compare whole representations.' }))
  }
  const tiled = scales.filter((scale) => scale === 'tile' || scale === 'tile-column')
  const unlimited = array.rows === 0 && array.columns === 0 && sweep?.parameter !== 'array-rows' && sweep?.parameter !== 'array-columns'
  if (tiled.length > 0 && unlimited) {
    warnings.push(problem('STUDY_INVALID', 'study.scales', `Arrays have no limit, so that a layer is one tile: ${tiled.join(' and ')} ${tiled.length === 1 ? 'says' : 'say'} the same as without tiles.`, { severity: 'warning', tip: 'Give arrays a number of rows or columns.' }))
  }
  return warnings
}

/** Errors and warnings of what a run computes. */
export function problemsOf({ kind, config }: RunRequest): Problem[] {
  if (kind === 'study') return studyProblems(config.hardware, config.settings)
  return runProblems(config.hardware, kind === 'simulate' ? config.settings.sweep : null)
}

const throwFirstError = (problems: readonly Problem[]): void => {
  const first = problems.find(({ severity }) => severity === 'error')
  if (first !== undefined) throw new ProblemError(first)
}

/** Ends the operation with the first error of a run. */
export const requireRunnable = (hardware: Hardware, sweep: Sweep | null): void => throwFirstError(runProblems(hardware, sweep))
export const requireRunnableRequest = (request: RunRequest): void => throwFirstError(problemsOf(request))

export const runWarnings = (hardware: Hardware, sweep: Sweep | null): Problem[] => runProblems(hardware, sweep).filter(({ severity }) => severity !== 'error')
export const requestWarnings = (request: RunRequest): Problem[] => problemsOf(request).filter(({ severity }) => severity !== 'error')

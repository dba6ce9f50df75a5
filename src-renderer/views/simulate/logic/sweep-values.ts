/** Values of a sweep as people enter them: from–to–step, a list, or names. */
import { sweepValueLabel } from '@shared/charts'
import { changesWithTime, deviceCatalogue } from '@shared/devices'
import { effectNames } from '@shared/effects'
import { hardwareProblems, isConductanceDevice, largestSolvedArray, type EffectSwitch, type Hardware } from '@shared/hardware'
import { deviceName } from '@shared/hardware-settings'
import { ProblemError } from '@shared/problems'
import { hardwareAt, sweepParameters } from '@shared/sweep'
import type { SweepParameterId, SweepValue } from '@shared/simulation'

export interface LinearSweep {
  from: number
  to: number
  step: number
}

/** The most values that a sweep may have (simulation.ts). */
export const mostValues = 200

/** A sensible first sweep of each parameter. */
export const defaultSweeps: Record<SweepParameterId, SweepValue[]> = {
  sigma: linearValues({ from: 0, to: 0.2, step: 0.02 }),
  mu: linearValues({ from: -0.08, to: 0.08, step: 0.02 }),
  scale: ['network', 'layer', 'layer-bi-scale', 'column'],
  'weight-bits': [2, 3, 4, 5, 6, 8],
  'bits-per-cell': [1, 2, 4],
  levels: [4, 8, 16, 32, 64, 128],
  // At once, a second, an hour, a day, 30 days, a year.
  time: [0, 1, 3600, 86_400, 2_592_000, 31_536_000],
  'wire-resistance': [0, 0.5, 1, 2, 5],
  'adc-bits': [4, 5, 6, 7, 8, 10],
  'dac-bits': [2, 3, 4, 6, 8],
  'array-rows': [64, 128, 256, 512, 1024],
  'array-columns': [64, 128, 256, 512, 1024]
}

/** What one press of an arrow key changes in a range of the parameter. */
export const sweepSteps: Record<SweepParameterId, number> = {
  sigma: 0.01, mu: 0.01, scale: 1, 'weight-bits': 1, 'bits-per-cell': 1, levels: 1, time: 3600, 'wire-resistance': 0.1, 'adc-bits': 1, 'dac-bits': 1, 'array-rows': 16, 'array-columns': 16
}

/** The switch without which a parameter changes nothing. */
const sweepSwitches: Partial<Record<SweepParameterId, EffectSwitch>> = {
  sigma: 'programmingError', mu: 'programmingError', 'weight-bits': 'weightQuantization', 'bits-per-cell': 'weightQuantization', levels: 'conductanceLevels', time: 'drift', 'wire-resistance': 'wireResistance',
  'adc-bits': 'outputQuantization', 'dac-bits': 'inputQuantization'
}

/** A year: what does not change in that time does not change at all. */
const longSeconds = 31_536_000

/** Why sweeping a parameter makes no sense with this hardware, in a few words; null where it does. */
export function sweepReason(hardware: Hardware, parameter: SweepParameterId): string | null {
  const { device, array, slices, effects } = hardware
  const key = sweepSwitches[parameter]
  if (parameter === 'sigma' || parameter === 'mu') {
    if (isConductanceDevice(device)) return 'only the weight-referred device has it'
  } else if (parameter === 'bits-per-cell' || parameter === 'levels' || parameter === 'time' || parameter === 'wire-resistance') {
    if (!isConductanceDevice(device)) return 'the weight-referred device has no cells'
    if (parameter === 'bits-per-cell' && slices.weightBits === 0) return 'continuous weights have no slices'
    if (parameter === 'time' && !changesWithTime(device, longSeconds)) return `${deviceName(device)} does not change with time`
    if (parameter === 'wire-resistance') {
      if (deviceCatalogue[device.kind].quantity.unit !== 'µS') return `${deviceCatalogue[device.kind].title} is described by currents`
      if ([array.rows, array.columns].some((size) => size === 0 || size > largestSolvedArray)) return `needs arrays of at most ${largestSolvedArray} rows and columns`
    }
  }
  return key === undefined || effects[key] ? null : `${effectNames[key]} is switched off`
}

/** The default values of a parameter that fit this hardware, for example slices of at most its weight bits. */
export function defaultSweep(hardware: Hardware, parameter: SweepParameterId): SweepValue[] {
  const fitting = defaultSweeps[parameter].filter((value) => sweepProblem(hardware, parameter, [value]) === null)
  return fitting.length > 0 ? fitting : defaultSweeps[parameter]
}

/** from, from + step, … up to and including `to` where it is met; without the noise of binary fractions. Empty for a step that leads nowhere. */
export function linearValues({ from, to, step }: LinearSweep): number[] {
  if (!(step > 0) || to < from) return from === to ? [from] : []
  const count = Math.floor((to - from) / step + 1e-9) + 1
  return Array.from({ length: Math.min(count, mostValues + 1) }, (_, index) => Number((from + index * step).toPrecision(12)))
}

/** The from–to–step that gives exactly these values, or null. */
export function asLinear(values: readonly SweepValue[]): LinearSweep | null {
  const [first, second] = values
  const last = values.at(-1)
  if (typeof first !== 'number' || typeof second !== 'number' || typeof last !== 'number' || second <= first) return null
  const linear = { from: first, to: last, step: Number((second - first).toPrecision(12)) }
  return JSON.stringify(linearValues(linear)) === JSON.stringify(values) ? linear : null
}

/** Numbers separated by commas, semicolons or blanks; null when something is not a number. */
export function parseList(text: string): number[] | null {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '')
  const values = words.map((word) => Number(word.replaceAll('−', '-')))
  return words.length > 0 && values.every(Number.isFinite) ? values : null
}

/** Why these values cannot be swept, in one sentence; null when they can. */
export function sweepProblem(hardware: Hardware, parameter: SweepParameterId, values: readonly SweepValue[]): string | null {
  if (values.length === 0) return 'There is no value: check from, to and step.'
  if (values.length > mostValues) return `There are more than ${mostValues} values.`
  const already = new Set(hardwareProblems(hardware).map(({ where, message }) => where + message))
  for (const value of values) {
    const label = `${sweepParameters[parameter].label} cannot be ${sweepValueLabel(value, parameter)}`
    try {
      // What is wrong with the hardware whatever the value is said on its own screen.
      const problem = hardwareProblems(hardwareAt(hardware, parameter, value)).find(({ severity, where, message }) => severity === 'error' && !already.has(where + message))
      if (problem !== undefined) return `${label}: ${problem.message}`
    } catch (thrown) {
      if (!(thrown instanceof ProblemError)) throw thrown
      return `${label}: ${thrown.problem.message}`
    }
  }
  return null
}

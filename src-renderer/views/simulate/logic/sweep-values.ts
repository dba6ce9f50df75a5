/** Values of a sweep as people enter them: from–to–step, a list, or names. */
import { ProblemError } from '@shared/problems'
import { hardwareAt, sweepParameters } from '@shared/sweep'
import type { Hardware } from '@shared/hardware'
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
  'adc-bits': [4, 5, 6, 7, 8, 10],
  'dac-bits': [2, 3, 4, 6, 8],
  'array-rows': [64, 128, 256, 512, 1024]
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
  for (const value of values) {
    try {
      hardwareAt(hardware, parameter, value)
    } catch (thrown) {
      if (!(thrown instanceof ProblemError)) throw thrown
      return `${sweepParameters[parameter].label} cannot be ${value}: ${thrown.problem.message}`
    }
  }
  return null
}

/** Reading, stepping and describing the number in a NumberField. */

export interface NumberLimits {
  min?: number | undefined
  max?: number | undefined
  /** Exclusive limits. */
  above?: number | undefined
  below?: number | undefined
  integer: boolean
}

const inRange = (value: number, limits: NumberLimits): boolean =>
  (limits.min === undefined || value >= limits.min) &&
  (limits.max === undefined || value <= limits.max) &&
  (limits.above === undefined || value > limits.above) &&
  (limits.below === undefined || value < limits.below) &&
  (!limits.integer || Number.isInteger(value))

/** The number that `text` stands for, or null when it is none or out of range. A decimal comma and a leading + are accepted. */
export function parseNumber(text: string, limits: NumberLimits): number | null {
  const clean = text.trim().replace(',', '.').replace('−', '-')
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(clean)) return null
  const value = Number(clean)
  return Number.isFinite(value) && inRange(value, limits) ? value : null
}

/** Shortest text that reads back as the same number, without the noise of binary fractions (0.30000000000000004). */
export const formatForField = (value: number): string => String(Number(value.toPrecision(12)))

/** `value + change`, kept within the limits; unchanged where an exclusive limit would be crossed. */
export function stepValue(value: number, change: number, limits: NumberLimits): number {
  const next = Number((value + change).toPrecision(12))
  const clamped = Math.min(limits.max ?? Infinity, Math.max(limits.min ?? -Infinity, next))
  return inRange(clamped, limits) ? clamped : value
}

/** What is expected, in words: shown when the entry does not fit. */
export function describeRange(limits: NumberLimits): string {
  const kind = limits.integer ? 'a whole number' : 'a number'
  const low = limits.min !== undefined ? `${limits.min}` : limits.above !== undefined ? `above ${limits.above}` : null
  const high = limits.max !== undefined ? `${limits.max}` : limits.below !== undefined ? `below ${limits.below}` : null
  if (low === null && high === null) return `Enter ${kind}.`
  if (high === null) return limits.min !== undefined ? `Enter ${kind} of at least ${low}.` : `Enter ${kind} ${low}.`
  if (low === null) return limits.max !== undefined ? `Enter ${kind} of at most ${high}.` : `Enter ${kind} ${high}.`
  if (limits.min !== undefined && limits.max !== undefined) return `Enter ${kind} from ${low} to ${high}.`
  return `Enter ${kind} ${limits.min !== undefined ? `of at least ${low}` : low} and ${limits.max !== undefined ? `at most ${high}` : high}.`
}

/** A logarithmic axis for times, which also has a place for 0: the state directly after programming. */
import { describeDuration } from '../effects'

export interface TimeScale {
  minimum: number
  maximum: number
  /** Positions of ticks, in ascending order. */
  ticks: readonly number[]
  /** Where a time lies: itself, or for 0 the left end, a decade or more below the first time. */
  position(seconds: number): number
  /** How the tick at a position is written. */
  label(position: number): string
}

const day = 86_400
const year = 31_536_000
/** Times that people count in; between them decades. */
const roundTimes = [1e-9, 1e-6, 1e-3, 1, 60, 3600, day, 30 * day, year, 10 * year, 100 * year]

const shortNames = new Map<number, string>([
  [1e-9, '1 ns'], [1e-6, '1 µs'], [1e-3, '1 ms'], [1, '1 s'], [60, '1 min'], [3600, '1 h'], [day, '1 day'], [30 * day, '30 days'], [year, '1 year'], [10 * year, '10 years'], [100 * year, '100 years']
])

/** The scale for these times; null where none is above 0, which a logarithm cannot show. */
export function timeScale(seconds: readonly number[]): TimeScale | null {
  const positive = [...new Set(seconds.filter((time) => time > 0))].sort((a, b) => a - b)
  const [first] = positive
  const last = positive.at(-1)
  if (first === undefined || last === undefined) return null
  // Powers of ten, so that the left end has a tick of its own.
  const zero = seconds.some((time) => time === 0) ? 10 ** (Math.floor(Math.log10(first)) - 1) : null
  const minimum = zero ?? (first === last ? first / 10 : first)
  const maximum = first === last ? last * 10 : last
  const between = roundTimes.filter((time) => time >= first * (1 - 1e-9) && time <= maximum * (1 + 1e-9))
  // Two times within a minute: the times themselves say more than the one round time between them, if any.
  const ticks = between.length >= 2 ? between : [...new Set([first, ...between, last])].sort((a, b) => a - b)
  return {
    minimum, maximum,
    ticks: zero === null ? ticks : [zero, ...ticks],
    position: (time) => (time === 0 ? (zero ?? minimum) : time),
    label: (position) => (zero !== null && position <= zero * (1 + 1e-9) ? '0' : (shortNames.get(roundTimes.find((time) => Math.abs(time - position) <= time * 1e-6) ?? NaN) ?? describeDuration(position)))
  }
}

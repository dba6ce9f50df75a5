/** Times of a form in units that people count in. */

export const durationUnits = [
  { id: 's', label: 'seconds', seconds: 1 },
  { id: 'min', label: 'minutes', seconds: 60 },
  { id: 'h', label: 'hours', seconds: 3600 },
  { id: 'day', label: 'days', seconds: 86_400 },
  { id: 'year', label: 'years', seconds: 31_536_000 }
] as const
export type DurationUnit = (typeof durationUnits)[number]['id']

export const secondsOf = (unit: DurationUnit): number => durationUnits.find(({ id }) => id === unit)?.seconds ?? 1

/** The largest unit in which a time is a number of at most three decimals; seconds for 0. */
export function naturalUnit(seconds: number): DurationUnit {
  const fits = durationUnits.filter((unit) => seconds >= unit.seconds && Math.abs(Number((seconds / unit.seconds).toFixed(3)) * unit.seconds - seconds) <= seconds * 1e-9)
  return fits.at(-1)?.id ?? 's'
}

/** A time in a unit without the noise of binary fractions, and back. */
export const inUnit = (seconds: number, unit: DurationUnit): number => Number((seconds / secondsOf(unit)).toPrecision(12))
export const fromUnit = (value: number, unit: DurationUnit): number => Number((value * secondsOf(unit)).toPrecision(12))

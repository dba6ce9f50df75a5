/** How numbers are written in charts, tables and reports: one place, so that the same figure looks the same everywhere. */

/** Digits of a percentage that tell `step` (a fraction) apart; at least 0, at most 3. */
export function percentDigits(step: number): number {
  if (!(step > 0)) return 1
  return Math.min(3, Math.max(0, Math.ceil(-Math.log10(step * 100) - 1e-9)))
}

/** The minus of typography (U+2212) for that of ASCII, in a number written for people. Files keep the ASCII one. */
export const typographicMinus = (number: string): string => number.replaceAll('-', '−')

/** As `toFixed`, with a typographic minus and none before a rounded zero: −0.004 → `0.00`. */
export function fixedNumber(value: number, digits: number): string {
  const text = value.toFixed(digits)
  return typographicMinus(Number(text) === 0 ? text.replace('-', '') : text)
}

/** 0.9814 → `98.1 %`, with a no-break space. Null, and anything that is not a number, is an en dash. */
export function percent(fraction: number | null | undefined, digits = 1): string {
  return fraction === null || fraction === undefined || !Number.isFinite(fraction) ? '–' : `${fixedNumber(fraction * 100, digits)}\u00a0%`
}

/** `98.1 ± 0.4 %`; without an interval only the mean. */
export function percentInterval(mean: number, halfWidth: number | null, digits = 1): string {
  return halfWidth === null ? percent(mean, digits) : `${fixedNumber(mean * 100, digits)}\u00a0±\u00a0${fixedNumber(halfWidth * 100, digits)}\u00a0%`
}

/** At most `digits` significant digits without trailing zeros: 0.1 → `0.1`, 0.30000000000000004 → `0.3`, -1.5 → `−1.5`. */
export function compactNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return '–'
  return typographicMinus(String(Number(value.toPrecision(digits))))
}

/** 400906 → `400 906` with narrow no-break spaces, the same in every locale. */
export function groupedInteger(value: number): string {
  return typographicMinus(Math.round(value).toString().replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f'))
}

/** 75 → `1 min 15 s`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '–'
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

/** For text that enters HTML or XML. Names come from files and are hostile. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')
}

export interface AxisRange {
  min: number
  max: number
  /** Distance of ticks. */
  interval: number
}

/** Smallest span of an accuracy axis: less would turn the noise of one image into a landslide. */
const smallestSpan = 0.02

/**
 * Range of an accuracy axis for values between `low` and `high` (fractions): from 0 when accuracy falls below one half,
 * else closed in on the data with ticks at 1, 2 or 5 · 10^k. Never leaves [0, 1].
 */
export function accuracyRange(low: number, high: number): AxisRange {
  if (!(low <= high) || low < 0.5) return { min: 0, max: 1, interval: 0.2 }
  const span = Math.max(high - low, smallestSpan)
  const rough = span / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const interval = ([1, 2, 5, 10].find((factor) => factor * power >= rough * (1 - 1e-9)) ?? 10) * power
  const steps = (value: number): number => value / interval
  const max = Math.min(1, Math.ceil(steps(high) - 1e-9) * interval)
  const min = Math.max(0, Math.min(Math.floor(steps(low) + 1e-9) * interval, max - 2 * interval))
  const round = (value: number): number => Number(value.toFixed(8))
  return { min: round(min), max: round(max), interval: round(interval) }
}

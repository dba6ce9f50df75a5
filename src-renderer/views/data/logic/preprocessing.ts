/** Preprocessings by the names under which people know them: comparing, spreading over channels, writing as a formula. */
import { compactNumber } from '@shared/charts'
import type { Preprocessing } from '@shared/dataset'

const close = (a: readonly number[], b: readonly number[]): boolean => {
  const length = Math.max(a.length, b.length)
  for (let k = 0; k < length; k++) if (Math.abs((a[a.length === 1 ? 0 : k] ?? NaN) - (b[b.length === 1 ? 0 : k] ?? NaN)) > 1e-9) return false
  return a.length > 0 && b.length > 0
}

/** Equal in effect: one value for all channels is the same as that value for each. */
export const samePreprocessing = (a: Preprocessing, b: Preprocessing): boolean => a.divisor === b.divisor && close(a.mean, b.mean) && close(a.std, b.std)

/** One value per channel, as the form shows it. */
export const perChannel = (values: readonly number[], channels: number): number[] =>
  Array.from({ length: channels }, (_, k) => values[values.length === 1 ? 0 : k] ?? values[0] ?? 0)

/** `(v / 255 − 0.1307) / 0.3081`, numbers to four digits. */
export function describePreprocessing(preprocessing: Preprocessing): string {
  const list = (values: readonly number[]): string => (values.length === 1 ? compactNumber(values[0] ?? 0) : `[${values.map((value) => compactNumber(value)).join(', ')}]`)
  const scaled = preprocessing.divisor === 1 ? 'v' : `v / ${preprocessing.divisor}`
  const centred = preprocessing.mean.every((value) => value === 0) ? scaled : `(${scaled} − ${list(preprocessing.mean)})`
  return preprocessing.std.every((value) => value === 1) ? centred : `${centred} / ${list(preprocessing.std)}`
}

/** Measured points by time, and which of the offered fits to begin with. */
import type { TablePoint } from '@shared/devices'
import type { MeasuredFit } from '@shared/measurements'

/** Times of the points in ascending order. */
export const measuredTimes = (points: readonly TablePoint[]): number[] => [...new Set(points.map(({ seconds }) => seconds))].sort((a, b) => a - b)

export const pointsAt = (points: readonly TablePoint[], seconds: number): TablePoint[] => points.filter((point) => point.seconds === seconds)

/** So much of the variance may be given up for a simpler form. */
const simplicity = 0.01

/** The form with the fewest coefficients whose R² is nearly the best; null where none is offered. */
export function simplestGoodFit(fits: readonly MeasuredFit[]): MeasuredFit | null {
  const best = Math.max(...fits.map(({ rSquared }) => rSquared))
  return [...fits].sort((a, b) => a.coefficients.length - b.coefficients.length || b.rSquared - a.rSquared).find(({ rSquared }) => rSquared >= best - simplicity) ?? null
}

/** Means are the targets themselves, as far as the file's digits say. */
export const isUnbiased = (points: readonly TablePoint[]): boolean =>
  points.every(({ targetMicrosiemens, meanMicrosiemens }) => Math.abs(targetMicrosiemens - meanMicrosiemens) <= 1e-9 * Math.max(1, Math.abs(targetMicrosiemens)))

/** Name of a device from that of its file. */
export const nameFromFile = (file: string): string => file.replace(/\.[^.]+$/, '').slice(0, 200) || 'Measured device'

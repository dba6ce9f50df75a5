/** Measured points by time, and which of the offered fits to begin with. */
import type { TablePoint } from '@shared/devices'
import type { MeasuredFit } from '@shared/measurements'

/** Times of the points in ascending order. */
export const measuredTimes = (points: readonly TablePoint[]): number[] => [...new Set(points.map(({ seconds }) => seconds))].sort((a, b) => a - b)

export const pointsAt = (points: readonly TablePoint[], seconds: number): TablePoint[] => points.filter((point) => point.seconds === seconds)

/** A form that leaves up to this much of what the best one leaves is nearly as good, and so is one that leaves next to nothing. */
const nearlyBest = 2
const nextToNothing = 1e-3

/** The form with the fewest coefficients that leaves nearly as little of the variance as the best; null where none is offered. */
export function simplestGoodFit(fits: readonly MeasuredFit[]): MeasuredFit | null {
  const left = ({ rSquared }: MeasuredFit): number => 1 - rSquared
  const allowed = Math.max(nearlyBest * Math.min(...fits.map(left)), nextToNothing)
  return [...fits].sort((a, b) => a.coefficients.length - b.coefficients.length || left(a) - left(b)).find((fit) => left(fit) <= allowed) ?? null
}

/** Means are the targets themselves, as far as the file's digits say. */
export const isUnbiased = (points: readonly TablePoint[]): boolean =>
  points.every(({ targetMicrosiemens, meanMicrosiemens }) => Math.abs(targetMicrosiemens - meanMicrosiemens) <= 1e-9 * Math.max(1, Math.abs(targetMicrosiemens)))

const superscripts = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹']
/** A formula of a fit with raised powers: `0.4·G^2` becomes `0.4·G²`. */
export const typographicFormula = (formula: string): string => formula.replace(/\^(\d)/g, (_, digit: string) => superscripts[Number(digit)] ?? digit).replaceAll('-', '−')

/** Name of a device from that of its file. */
export const nameFromFile = (file: string): string => file.replace(/\.[^.]+$/, '').slice(0, 200) || 'Measured device'

/** What tells how good a network is on hardware: how it is called, written, and laid on an axis. */
import type { AxisRange } from './format'
import { accuracyRange, fixedNumber, percent, percentDigits, percentInterval } from './format'
import type { Column } from './tables'

export interface QualityMeasure {
  /** Name of its axis. */
  axisName: string
  /** In the middle of a sentence. */
  name: string
  /** Its column of a table. */
  column: Column
  /** A value for people, with its unit. */
  text(value: number, digits?: number): string
  /** Mean and half-width of its interval; null: no interval. */
  interval(mean: number, halfWidth: number | null, digits?: number): string
  /** The nearest value that exists. */
  clamp(value: number): number
  /** Ends of the axis for values between two, and how its ticks are written. */
  axis(low: number, high: number): { range: AxisRange | { scale: true }; label: (value: number) => string }
}

/** Fractions of images. */
export function accuracyMeasure(metric: 'top1' | 'top5'): QualityMeasure {
  const name = metric === 'top1' ? 'Top-1' : 'Top-5'
  return {
    axisName: `${name} accuracy`, name: `${name.toLowerCase()} accuracy`, column: { key: metric, label: name, kind: 'percent' },
    text: percent, interval: percentInterval,
    clamp: (value) => Math.min(1, Math.max(0, value)),
    axis: (low, high) => {
      const range = accuracyRange(low, high)
      const digits = percentDigits(range.interval)
      return { range, label: (value) => percent(value, digits) }
    }
  }
}

/** Signal-to-noise ratio of the output against the digital network's, in decibels. */
export const fidelityMeasure: QualityMeasure = {
  axisName: 'Fidelity (dB)', name: 'fidelity', column: { key: 'fidelity', label: 'Fidelity (dB)', kind: 'number' },
  text: (value, digits = 1) => `${fixedNumber(value, digits)}\u00a0dB`,
  interval: (mean, halfWidth, digits = 1) => `${fixedNumber(mean, digits)}${halfWidth === null ? '' : `\u00a0±\u00a0${fixedNumber(halfWidth, digits)}`}\u00a0dB`,
  clamp: (value) => value,
  axis: () => ({ range: { scale: true }, label: (value) => fixedNumber(value, Number.isInteger(value) ? 0 : 1) })
}

/** Where the points of a sweep lie on the horizontal axis, and what the axis is called. */
import { describeDuration } from '../effects'
import { sweepParameters } from '../sweep'
import type { PlacedPoint, SweepParameterId } from '../simulation'
import type { EChartsOption } from 'echarts'
import { compactNumber } from './format'
import { axisStyle } from './frame'
import type { ChartPalette } from './palette'
import { timeScale, type TimeScale } from './time-scale'

export interface SweepAxis {
  /** Numbers on a number line, times on a logarithmic one, or names side by side. */
  type: 'value' | 'log' | 'category'
  name: string
  /** Names in order, for the type `category`. */
  categories: readonly string[]
  /** Ends and ticks, for the type `log`. */
  times: TimeScale | null
  /** A line between neighbouring points means something. */
  connected: boolean
  /** Position of a point: its value, or the index of its category. */
  position(point: PlacedPoint): number
}

/** Parameters for which 0 stands for "ideal" or "unlimited" and which are usually swept in powers of two. */
const zeroMeans: Partial<Record<SweepParameterId, string>> = {
  'adc-bits': 'ideal', 'dac-bits': 'ideal', 'array-rows': 'unlimited', 'array-columns': 'unlimited', 'weight-bits': 'continuous', 'bits-per-cell': 'all bits', levels: 'continuous'
}

/** How a value of a sweep is written: `0.1`, `ideal`, `1 day`, `layer-bi-scale`. */
export function sweepValueLabel(value: number | string, parameter: SweepParameterId): string {
  if (typeof value === 'string') return value
  if (parameter === 'time') return describeDuration(value)
  return value === 0 ? (zeroMeans[parameter] ?? '0') : compactNumber(value)
}

/** How the value of a point is written, for axes, tooltips, tables. Without a sweep, its σ where the device has one. */
export function pointLabel(point: PlacedPoint, parameter: SweepParameterId | null): string {
  if (parameter !== null && point.value !== null) return sweepValueLabel(point.value, parameter)
  return point.sigma === null ? 'as described' : `σ = ${compactNumber(point.sigma)}`
}

/** A parameter within a sentence: `rows per array`, `ADC bits`. */
export function sweepPhrase(parameter: SweepParameterId): string {
  const { label } = sweepParameters[parameter]
  return /^[A-Z][a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label
}

/** A point within a sentence: `σ = 0.1`, `ADC bits 8`, `1 day after programming`. */
export function pointName(point: PlacedPoint, parameter: SweepParameterId | null): string {
  const label = pointLabel(point, parameter)
  if (parameter === null || typeof point.value === 'string') return label
  if (parameter === 'sigma') return `σ = ${label}`
  if (parameter === 'mu') return `μ = ${label}`
  if (parameter === 'time') return point.value === 0 ? 'directly after programming' : `${label} after programming`
  return `${sweepPhrase(parameter)} ${label}${parameter === 'wire-resistance' ? ` ${sweepParameters[parameter].unit}` : ''}`
}

/** The same as a place: `at σ = 0.1`, `1 day after programming`. */
export const pointPlace = (point: PlacedPoint, parameter: SweepParameterId | null): string => `${parameter === 'time' ? '' : 'at '}${pointName(point, parameter)}`

/** `Device uncertainty σ (of full scale)`. Times are written with their own units. */
export function sweepLabel(parameter: SweepParameterId | null): string {
  if (parameter === null) return 'Hardware'
  const { label, unit } = sweepParameters[parameter]
  return unit === '' || parameter === 'time' || label.toLowerCase().includes(unit) ? label : `${label} (${unit})`
}

const symbols: Record<SweepParameterId, string> = {
  sigma: 'σ', mu: 'μ', scale: 'Scales', 'weight-bits': 'Weight bits', 'bits-per-cell': 'Bits per cell', levels: 'Levels', time: 'Time', 'wire-resistance': 'Wire (Ω)',
  'adc-bits': 'ADC bits', 'dac-bits': 'DAC bits', 'array-rows': 'Rows', 'array-columns': 'Columns'
}

/** The swept parameter as the head of a narrow column: `σ`. */
export const sweepSymbol = (parameter: SweepParameterId | null): string => (parameter === null ? 'Hardware' : symbols[parameter])

/** More ticks than this crowd a narrow chart. */
const mostIntervals = 10

/**
 * Distance of ticks that puts them on the points of an evenly spaced sweep, or undefined when there is none: ticks are
 * multiples of their distance, and two alone would say too little.
 */
export function evenInterval(values: readonly number[]): number | undefined {
  const sorted = [...new Set(values)].sort((a, b) => a - b)
  const [first = 0] = sorted
  const count = sorted.length - 1
  const step = ((sorted.at(-1) ?? 0) - first) / count
  // Values come from decimal text: what differs by a millionth of a step is rounding.
  const near = (a: number, b: number): boolean => Math.abs(a - b) <= step * 1e-6
  if (count < 2 || !sorted.every((value, index) => near(value, first + index * step))) return undefined
  for (let every = 1; count / every >= 2; every++) {
    const interval = step * every
    if (count % every === 0 && count / every <= mostIntervals && near(Math.round(first / interval) * interval, first)) return Number(interval.toPrecision(12))
  }
  return undefined
}

export function sweepAxis(points: readonly PlacedPoint[], parameter: SweepParameterId | null): SweepAxis {
  const numeric = parameter !== null && points.every((point) => typeof point.value === 'number')
  const name = sweepLabel(parameter)
  const times = numeric && parameter === 'time' ? timeScale(points.map((point) => Number(point.value))) : null
  if (times !== null) return { type: 'log', name, categories: [], times, connected: true, position: (point) => times.position(Number(point.value)) }
  if (numeric && parameter !== 'time' && zeroMeans[parameter] === undefined) {
    return { type: 'value', name, categories: [], times: null, connected: true, position: (point) => Number(point.value) }
  }
  // Numbers in ascending order with "ideal" and "unlimited" (0) at the far end, where they belong; names as they came.
  const rank = (point: PlacedPoint): number => (point.value === 0 ? Infinity : Number(point.value))
  const ordered = numeric ? [...points].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b))) : points
  const categories = [...new Set(ordered.map((point) => pointLabel(point, parameter)))]
  return { type: 'category', name, categories, times: null, connected: numeric, position: (point) => categories.indexOf(pointLabel(point, parameter)) }
}

/**
 * The horizontal axis of a chart of sweeps.
 * @param points All that the chart may show, for ticks that lie on them.
 * @param ends Of a number line: those of what is drawn, or of all points where some have nothing to draw.
 */
export function horizontalSweepAxis(axis: SweepAxis, palette: ChartPalette, points: readonly PlacedPoint[]): NonNullable<EChartsOption['xAxis']> {
  const style = axisStyle(palette, axis.name, 30)
  const { times } = axis
  if (times !== null) {
    return {
      ...style, type: 'log', logBase: 10, min: times.minimum, max: times.maximum, splitLine: { show: false },
      axisTick: { ...style.axisTick, customValues: [...times.ticks] },
      axisLabel: { ...style.axisLabel, customValues: [...times.ticks], formatter: times.label }
    }
  }
  if (axis.type !== 'value') return { ...style, type: 'category', data: [...axis.categories], splitLine: { show: false } }
  const positions = points.map(axis.position)
  const interval = evenInterval(positions)
  const limits = positions.length === 0 ? {} : { min: Math.min(...positions), max: Math.max(...positions) }
  return { ...style, type: 'value', ...limits, splitLine: { show: false }, ...(interval === undefined ? {} : { interval }) }
}

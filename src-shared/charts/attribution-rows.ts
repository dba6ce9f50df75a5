/** What the charts of attribution share: rows with a name on the left, ranges in percentage points, marks with intervals. */
import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemReturn } from 'echarts'
import type { PairedDifference } from '../attribution'
import { fixedNumber } from './format'
import { axisStyle } from './frame'
import type { ChartPalette } from './palette'

/** Letters of a row's name that fit beside the plot. */
const nameLetters = 30
export const rowNameWidth = 192

/** The end of a long name: names of layers begin alike. */
export const shortRowName = (name: string): string => (name.length <= nameLetters ? name : `…${name.slice(1 - nameLetters)}`)

/** Height in pixels at which so many rows are readable, axis and legend included. */
export const attributionHeight = (rows: number, perRow = 30): number => 96 + Math.max(1, rows) * perRow

/** Names from top to bottom, whole in the tooltip, short on the axis. */
export function rowAxis(palette: ChartPalette, names: readonly string[]) {
  const style = axisStyle(palette, '', 0)
  return {
    ...style, type: 'category' as const, data: names.map(shortRowName), inverse: true, splitLine: { show: false }, axisTick: { show: false },
    axisLabel: { ...style.axisLabel, interval: 0, overflow: 'truncate' as const, width: rowNameWidth - 12, color: palette.text, formatter: (value: string) => value }
  }
}

/** A second column of words to the right of the plot, one for each row. */
export function wordAxis(palette: ChartPalette, words: readonly string[]) {
  return {
    ...rowAxis(palette, words), position: 'right' as const, axisLine: { show: false },
    axisLabel: { ...axisStyle(palette, '', 0).axisLabel, interval: 0, color: palette.text, formatter: (value: string) => value },
    // Equal words in two rows are two categories all the same.
    data: words.map((value) => ({ value }))
  }
}

/** `−2.3 ± 0.4`, in percentage points; without an interval only the mean. */
export function pointsInterval({ mean, ci95 }: Pick<PairedDifference, 'mean' | 'ci95'>, digits = 2): string {
  const half = ci95 === null ? '' : `\u00a0±\u00a0${fixedNumber(ci95 * 100, digits)}`
  return `${mean > 0 ? '+' : ''}${fixedNumber(mean * 100, digits)}${half}`
}

export interface ValueRange {
  min: number
  max: number
  interval: number
}

/** A range with round ends and some four ticks that holds 0 and the values; at least `smallest` wide. */
export function rangeAround(values: readonly number[], smallest: number): ValueRange {
  const low = Math.min(0, ...values)
  const high = Math.max(low + smallest, ...values)
  const rough = (high - low) / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const interval = ([1, 2, 5, 10].find((factor) => factor * power >= rough * (1 - 1e-9)) ?? 10) * power
  const round = (steps: number): number => Number((steps * interval).toFixed(10)) + 0
  const min = Math.floor(low / interval + 1e-9)
  return { min: round(min), max: round(Math.max(Math.ceil(high / interval - 1e-9), min + 1)), interval: Number(interval.toFixed(10)) }
}

/** Distance of an axis's labels below the plot, so that its ticks do not touch them. */
export const labelMargin = 11

/** A horizontal bar within a row. */
export interface RowBar {
  row: number
  from: number
  to: number
  /** Half-width of the interval at `to`; null for none. */
  half: number | null
  fill: string
  /** Place among the bars of its row, and how many there are. */
  slot: number
  slots: number
}

/** Rectangle and whisker of one bar. */
export function drawRowBar(bar: RowBar, api: CustomSeriesRenderItemAPI, palette: ChartPalette): CustomSeriesRenderItemReturn {
  const place = (value: number): number => api.coord([value, bar.row])[0] ?? 0
  const middle = api.coord([0, bar.row])[1] ?? 0
  // For two numbers `size` answers with the width and the height of one row.
  const size = api.size?.([1, 1])
  const band = Array.isArray(size) ? (size[1] ?? 0) : (size ?? 0)
  const height = Math.min(18, (band * 0.68) / bar.slots)
  const top = middle + (bar.slot - bar.slots / 2) * height
  const [a, b] = [place(bar.from), place(bar.to)]
  const centre = top + height / 2
  const style = { stroke: palette.text, lineWidth: 1.2 }
  const line = (x1: number, y1: number, x2: number, y2: number) => ({ type: 'line' as const, shape: { x1, y1, x2, y2 }, style })
  const whisker = (half: number) => {
    const [low, high] = [place(bar.to - half), place(bar.to + half)]
    const cap = Math.min(4, height / 3)
    return [line(low, centre, high, centre), line(low, centre - cap, low, centre + cap), line(high, centre - cap, high, centre + cap)]
  }
  return {
    type: 'group',
    children: [
      // A bar of no length is a line: the effect was measured and does nothing.
      { type: 'rect', shape: { x: Math.min(a, b), y: top + 1, width: Math.max(1.5, Math.abs(b - a)), height: Math.max(1, height - 2) }, style: { fill: bar.fill } },
      ...(bar.half === null || bar.half === 0 ? [] : whisker(bar.half))
    ]
  }
}

/** What reaches the converters of a layer, with their range drawn on it. */
import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams, CustomSeriesRenderItemReturn, EChartsOption, TooltipComponentFormatterCallbackParams } from 'echarts'
import type { ConverterCalibration, Digitized } from '../calibration'
import { choiceName, clippedShares, converterName, effectiveBits, hasFixedRange, stepsUsed, tileName } from './calibration-words'
import { compactNumber, fixedNumber, groupedInteger, percent } from './format'
import { axisStyle, frame, insideZoom, legend, type ChartOptions } from './frame'
import { seriesColour, translucent } from './palette'

export interface ConverterHistogramOptions extends ChartOptions {
  /** Position of the tile that is shown; null: all together. */
  tile?: number | null
  /** Counts on a logarithmic axis. */
  logarithmic?: boolean
}

/** More lines than this are a grey area: then the smallest and the largest range of a tile stand for all. */
const mostTileLines = 64
/** Foot of the bars on a logarithmic axis: one value must be seen. */
const logarithmicFoot = 0.5
/** Ends that differ by less than this share of the axis are labelled on one side each. */
const labelRoom = 0.22

/** The converter itself, or one of its tiles. */
export const shownPart = (converter: ConverterCalibration, tile: number | null): Digitized => (tile === null ? converter : (converter.tiles?.each[tile] ?? converter))

/** Share of values in words: too small to write is not nothing. */
const share = (fraction: number): string => (fraction > 0 && fraction < 0.00005 ? `< 0.01\u00a0%` : percent(fraction, 2))

/** What the chart shows, in sentences. */
export function converterSentences(converter: ConverterCalibration, tile: number | null): string[] {
  const shown = shownPart(converter, tile)
  const { lowest, highest, histogram } = shown
  const { below, above } = clippedShares(shown)
  const together = tile === null && converter.tiles !== null
  const tops = converter.tiles?.each.map((each) => each.highest) ?? []
  const of = converter.cellCurrent === null ? '' : `, the current of ${compactNumber(highest / converter.cellCurrent, 3)} full cells`
  const range = !hasFixedRange(converter)
    ? 'The range follows the largest magnitude of each input vector.'
    : together
      ? `Each of ${tops.length} tiles has a range of its own, with upper ends from ${compactNumber(Math.min(...tops), 3)} to ${compactNumber(Math.max(...tops), 3)} (${choiceName(converter.choice)}).`
      : `Range from ${compactNumber(lowest, 3)} to ${compactNumber(highest, 3)}${of} (${choiceName(converter.choice)}).`
  const step = converter.step === null ? null : (converter.step * highest) / converter.highest
  const steps = together ? null : stepsUsed(converter, shown)
  const bits = effectiveBits(steps)
  const levels = converter.step === null ? 0 : Math.round((converter.highest - converter.lowest) / converter.step) + 1
  return [
    `Values seen from ${compactNumber(histogram.lowest, 3)} to ${compactNumber(histogram.highest, 3)}.`,
    range,
    ...(converter.step === null
      ? ['The converter has no resolution of its own.']
      : step === null || together || !hasFixedRange(converter)
        ? [`${converter.bits} bits, ${groupedInteger(levels)} codes.`]
        : [`${converter.bits} bits: ${groupedInteger(levels)} codes in steps of ${compactNumber(step, 3)}${steps === null || bits === null ? '' : `, of which the values reach ${groupedInteger(steps)} (${fixedNumber(bits, 1)} bits)`}.`]),
    below + above === 0 ? 'Nothing is clipped.' : `Clipped: ${share(below)} below, ${share(above)} above.`
  ]
}

export function converterHistogram(converter: ConverterCalibration, options: ConverterHistogramOptions): EChartsOption {
  const { palette, tile = null, logarithmic = true } = options
  const shown = shownPart(converter, tile)
  const { lowest: seenLow, highest: seenHigh, counts } = shown.histogram
  const ranged = hasFixedRange(converter)
  const together = tile === null && converter.tiles !== null
  const ends = ranged ? { low: shown.lowest, high: shown.highest } : { low: seenLow, high: seenHigh }
  const low = Math.min(seenLow, ends.low)
  const high = Math.max(seenHigh, ends.high)
  const room = (high > low ? high - low : 1) * 0.04
  const foot = logarithmic ? logarithmicFoot : 0
  const most = Math.max(1, ...counts)
  // Tiles with ranges of their own are clipped at those: all together are not coloured.
  const bars = barsOf(shown, ranged && !together ? ends : null)
  const renderItem = (colour: string) => (_: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI): CustomSeriesRenderItemReturn => {
    const [x = 0, top = 0] = api.coord([Number(api.value(0)), Number(api.value(2))])
    const [right = x, bottom = top] = api.coord([Number(api.value(1)), foot])
    return { type: 'rect', shape: { x, y: top, width: Math.max(1, right - x), height: Math.max(0, bottom - top) }, style: { fill: colour } }
  }
  const series = [{ name: withinName, clipped: false }, { name: clippedName, clipped: true }].map(({ name, clipped }, index) => ({
    id: name, type: 'custom' as const, name, renderItem: renderItem(seriesColour(palette, index)), encode: { x: [0, 1], y: 2 }, itemStyle: { color: seriesColour(palette, index) }, clip: true,
    data: bars.filter((bar) => bar.clipped === clipped).map(({ from, to, count, bin }) => ({ value: [from, to, count], bin }))
  }))

  const line = (value: number, label: string | null, align: 'left' | 'right') => ({
    xAxis: value,
    lineStyle: { color: palette.reference, type: label === null ? ('dotted' as const) : ('dashed' as const), width: label === null ? 0.8 : 1.4 },
    label: label === null ? { show: false } : { show: true, formatter: label, position: 'end' as const, align, color: palette.text, fontFamily: palette.fontFamily, fontSize: 11, padding: [0, 2] }
  })
  /** Text at the edges of the plot stays inside of it. */
  const label = (value: number, text: string, fallback: 'left' | 'right') => {
    const place = (value - low) / (high - low || 1)
    return line(value, text, place < labelRoom ? 'left' : place > 1 - labelRoom ? 'right' : fallback)
  }
  const own = (): ReturnType<typeof line>[] => {
    if (!ranged) return []
    if (!together) {
      return [...(ends.low === 0 && seenLow === 0 ? [line(0, '0', 'left')] : [label(ends.low, compactNumber(ends.low, 3), 'right')]), label(ends.high, compactNumber(ends.high, 3), 'left')]
    }
    const each = converter.tiles?.each ?? []
    const tops = [...new Set(each.map((one) => one.highest))].sort((a, b) => a - b)
    const bottoms = [...new Set(each.map((one) => one.lowest))].filter((end) => end !== 0).sort((a, b) => a - b)
    const some = (values: number[]): number[] => (values.length > mostTileLines ? [values[0] ?? 0, values.at(-1) ?? 0] : values)
    return [...some(bottoms), ...some(tops)].map((end) => line(end, null, 'left'))
  }

  const formatter = (given: TooltipComponentFormatterCallbackParams): string => {
    const hit = Array.isArray(given) ? given[0] : given
    const { bin = -1 } = (hit?.data ?? {}) as { bin?: number }
    const count = counts[bin]
    return count === undefined ? '' : `${compactNumber(edgeOf(shown, bin))} to ${compactNumber(edgeOf(shown, bin + 1))}<br><b>${groupedInteger(count)}</b> values`
  }
  const what = `${converterName(converter)} of ${converter.layer}${tile === null || converter.tiles === null ? '' : `, ${tileName(converter.tiles, tile)}`}`
  const base = frame(palette, `Histogram of what reaches the ${what}. ${converterSentences(converter, tile).join(' ')}`)
  const unit = converter.kind === 'dac' ? 'Input of the layer' : converter.perColumnScale ? 'Partial sum of a tile, in units of its column’s scale' : 'Partial sum of a tile, weight × input'
  const style = axisStyle(palette, unit, 28)
  const counting = axisStyle(palette, 'Values', 52)
  return {
    ...base,
    legend: { ...legend(palette, [withinName, clippedName]), show: bars.some(({ clipped }) => clipped) },
    grid: { left: 74, right: 24, top: 46, bottom: 48 },
    tooltip: { ...base.tooltip, trigger: 'item', formatter },
    xAxis: { ...style, type: 'value', min: low - room, max: high + room, splitLine: { show: false }, axisLabel: { ...style.axisLabel, showMinLabel: false, showMaxLabel: false, hideOverlap: true } },
    yAxis: {
      ...counting, type: logarithmic ? 'log' : 'value', min: foot, ...(logarithmic ? { max: 10 ** Math.ceil(Math.log10(most * 1.5)) } : {}),
      axisLabel: { ...counting.axisLabel, formatter: (value: number) => (logarithmic && Math.abs(Math.log10(value) - Math.round(Math.log10(value))) > 1e-6 ? '' : groupedInteger(value)) }
    },
    ...(options.zoom === true ? { dataZoom: insideZoom('x') } : {}),
    series: series.map((each, index) => (index > 0 ? each : {
      ...each,
      markLine: { silent: true, symbol: 'none', animation: false, data: own() },
      ...(ranged && !together ? { markArea: { silent: true, animation: false, itemStyle: { color: translucent(palette.reference, 0.07) }, data: [[{ xAxis: ends.low }, { xAxis: ends.high }]] } } : {})
    }))
  }
}

const withinName = 'Within the range'
const clippedName = 'Clipped'

interface Bar {
  from: number
  to: number
  count: number
  bin: number
  clipped: boolean
}

const edgeOf = ({ histogram: { lowest, highest, counts } }: Digitized, bin: number): number => lowest + (bin / counts.length) * (highest - lowest)

/** One bar per bin that holds anything; a bin in which an end of the range lies is cut there. */
function barsOf(shown: Digitized, ends: { low: number; high: number } | null): Bar[] {
  return shown.histogram.counts.flatMap((count, bin): Bar[] => {
    if (count === 0) return []
    const [from, to] = [edgeOf(shown, bin), edgeOf(shown, bin + 1)]
    if (ends === null) return [{ from, to, count, bin, clipped: false }]
    // An end that lies at the edge of a bin, but for rounding, leaves it whole.
    const sliver = (to - from) * 1e-3
    const cuts = [from, ...[ends.low, ends.high].filter((end) => end > from + sliver && end < to - sliver), to]
    return cuts.slice(1).map((right, part) => {
      const left = cuts[part] ?? from
      const middle = (left + right) / 2
      return { from: left, to: right, count, bin, clipped: middle < ends.low || middle > ends.high }
    })
  })
}

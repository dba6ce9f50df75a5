/** Accuracy against a swept parameter: mean, confidence band, spread over chip instances, digital reference. */
import type {
  CustomSeriesOption, CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams, CustomSeriesRenderItemReturn, EChartsOption,
  LineSeriesOption, SeriesOption, TooltipComponentFormatterCallbackParams
} from 'echarts'
import type { AccuracyStatistics } from '../statistics'
import type { SimulationPoint, SweepParameterId } from '../simulation'
import { band, type Interval } from './band'
import { accuracyRange, escapeHtml, percent, percentDigits, percentInterval } from './format'
import { axisStyle, frame, insideZoom, legend, type ChartOptions } from './frame'
import { seriesColour, seriesDash, seriesSymbol } from './palette'
import { horizontalSweepAxis, pointLabel, sweepAxis } from './sweep-axis'

export interface AccuracySeries {
  name: string
  points: readonly SimulationPoint[]
  /** Accuracy of the digital network; null draws no reference. */
  digitalTop1: number | null
}

export interface AccuracyAgainstSweepOptions extends ChartOptions {
  /** What is swept; null for runs without a sweep (points side by side). */
  parameter: SweepParameterId | null
  metric?: 'top1' | 'top5'
  /** A second, fainter band for the spread over chip instances. */
  spread?: 'none' | 'min-max' | 'q05-q95'
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value))

const confidence = (s: AccuracyStatistics): [number, number] => [clamp(s.mean - (s.ci95 ?? 0)), clamp(s.mean + (s.ci95 ?? 0))]

function spreadOf(s: AccuracyStatistics, spread: 'none' | 'min-max' | 'q05-q95'): [number, number] {
  if (spread === 'min-max') return [s.min, s.max]
  if (spread === 'q05-q95') return [s.quantiles.q05, s.quantiles.q95]
  return confidence(s)
}

/** A vertical bar with caps per interval, for points that no line joins. */
function whiskers(name: string, intervals: readonly Interval[], colour: string, halfWidth: number, offset: number): CustomSeriesOption {
  const renderItem = (params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI): CustomSeriesRenderItemReturn => {
    const interval = intervals[params.dataIndex]
    if (interval === undefined) return null
    const [x = 0, bottom = 0] = api.coord([interval[0], interval[1]])
    const top = api.coord([interval[0], interval[2]])[1] ?? bottom
    const style = { stroke: colour, lineWidth: 1.5 }
    const line = (x1: number, y1: number, x2: number, y2: number) => ({ type: 'line' as const, shape: { x1, y1, x2, y2 }, style })
    const at = x + offset
    return {
      type: 'group',
      children: [line(at, bottom, at, top), line(at - halfWidth, top, at + halfWidth, top), line(at - halfWidth, bottom, at + halfWidth, bottom)]
    }
  }
  return {
    type: 'custom', name, renderItem, data: intervals.map((interval) => [...interval]), encode: { x: 0, y: [1, 2] },
    silent: true, z: 1, itemStyle: { color: colour }, tooltip: { show: false }
  }
}

/** Where the words of the reference lines stand, so that those of two nearly equal references do not lie on each other. */
const referencePositions = ['insideEndTop', 'insideStartBottom', 'insideMiddleTop', 'insideEndBottom'] as const

/** Pixels between the markers of series that share a category. */
const dodge = 14

export function accuracyAgainstSweep(series: readonly AccuracySeries[], options: AccuracyAgainstSweepOptions): EChartsOption {
  const { palette, parameter, metric = 'top1', spread = 'none' } = options
  const axis = sweepAxis(series.flatMap((s) => [...s.points]), parameter)
  const sorted = series.map((s) => ({ ...s, points: [...s.points].sort((a, b) => axis.position(a) - axis.position(b)) }))
  const references = metric === 'top1' ? series.map((s) => s.digitalTop1) : []
  const shownReferences = references.filter((value) => value !== null)
  const values = [
    ...shownReferences,
    ...series.flatMap((s) => s.points.flatMap((p) => [p[metric].mean, ...confidence(p[metric]), ...spreadOf(p[metric], spread)]))
  ]
  const range = accuracyRange(Math.min(...values), Math.max(...values))
  const digits = percentDigits(range.interval)
  // One line for all when every series has the same digital accuracy (same network and images).
  const oneReference = new Set(shownReferences.map((value) => value.toFixed(6))).size === 1

  const all: SeriesOption[] = []
  sorted.forEach((s, index) => {
    const colour = seriesColour(palette, index)
    const offset = axis.type === 'category' && !axis.connected ? (index - (sorted.length - 1) / 2) * dodge : 0
    const intervals = (of: (statistics: AccuracyStatistics) => [number, number]): Interval[] =>
      s.points.map((p) => [axis.position(p), ...of(p[metric])])
    const reference = references[index] ?? null
    const line: LineSeriesOption = {
      id: `mean-${index}`, type: 'line', name: s.name, z: 3,
      data: s.points.map((p) => [axis.position(p), p[metric].mean]),
      symbol: seriesSymbol(index), symbolSize: s.points.length > 60 ? 4 : 7, showSymbol: true, symbolOffset: [offset, 0],
      lineStyle: { color: colour, width: axis.connected ? 2 : 0, type: seriesDash(palette, index) },
      itemStyle: { color: colour },
      emphasis: { focus: 'series' }
    }
    if (reference !== null && (!oneReference || index === references.findIndex((value) => value !== null))) {
      const referenceColour = oneReference ? palette.reference : colour
      const words = oneReference ? `digital ${percent(reference)}` : `${s.name}, digital ${percent(reference)}`
      line.markLine = {
        silent: true, symbol: 'none', animation: false,
        lineStyle: { color: referenceColour, type: 'dashed', width: 1.2 },
        label: { position: referencePositions[index % referencePositions.length] ?? 'insideEndTop', color: referenceColour, fontFamily: palette.fontFamily, fontSize: 11, formatter: () => words },
        data: [{ yAxis: reference }]
      }
    }
    all.push(line)
    const joined = axis.connected && s.points.length > 1
    if (spread !== 'none') {
      const outer = intervals((statistics) => spreadOf(statistics, spread))
      all.push(joined ? band(s.name, outer, colour, 0.1) : whiskers(s.name, outer, colour, 3, offset))
    }
    const inner = intervals(confidence)
    all.push(joined ? band(s.name, inner, colour, 0.25) : whiskers(s.name, inner, colour, 6, offset))
  })

  const formatter = (given: TooltipComponentFormatterCallbackParams): string => {
    const hits = (Array.isArray(given) ? given : [given]).filter((hit) => String(hit.seriesId).startsWith('mean-'))
    const lines = hits.flatMap((hit) => {
      const s = sorted[Number(String(hit.seriesId).slice('mean-'.length))]
      const point = s?.points[hit.dataIndex]
      if (s === undefined || point === undefined) return []
      const statistics = point[metric]
      return [
        `<b>${escapeHtml(s.name)}</b> ${escapeHtml(pointLabel(point, parameter))}: ${percentInterval(statistics.mean, statistics.ci95, 2)}` +
          `<br>min ${percent(statistics.min, 2)}, max ${percent(statistics.max, 2)}, ${point.chipInstances} chip instances`
      ]
    })
    return lines.join('<br>')
  }

  const base = frame(palette, describe(sorted, options))
  return {
    ...base,
    legend: legend(palette, series.map((s) => s.name)),
    grid: { left: 64, right: 20, top: series.length > 1 ? 34 : 16, bottom: 52 },
    tooltip: { ...base.tooltip, trigger: 'axis', axisPointer: { type: 'line', lineStyle: { color: palette.axisLine } }, formatter },
    xAxis: horizontalSweepAxis(axis, palette, series.flatMap((s) => [...s.points]), 'drawn'),
    yAxis: {
      ...axisStyle(palette, metric === 'top1' ? 'Top-1 accuracy' : 'Top-5 accuracy', 46),
      type: 'value', ...range,
      axisLabel: { ...axisStyle(palette, '', 0).axisLabel, formatter: (value: number) => percent(value, digits) }
    },
    ...(options.zoom === true ? { dataZoom: insideZoom('x') } : {}),
    series: all
  }
}

/** For screen readers: what the picture shows, in sentences. */
function describe(series: readonly AccuracySeries[], { parameter, metric = 'top1' }: AccuracyAgainstSweepOptions): string {
  const sentences = series.map((s) => {
    const points = s.points.map((p) => `${pointLabel(p, parameter)}: ${percentInterval(p[metric].mean, p[metric].ci95)}`)
    const shown = points.length <= 12 ? points : [...points.slice(0, 6), '…', ...points.slice(-5)]
    return `${s.name}: ${s.digitalTop1 === null ? '' : `digital ${percent(s.digitalTop1)}; `}${shown.join(', ')}.`
  })
  const what = metric === 'top1' ? 'Top-1' : 'Top-5'
  return `${what} accuracy against ${parameter === null ? 'hardware' : spokenNames[parameter]}, mean and 95 % confidence interval. ${sentences.join(' ')}`
}

/** Parameters as they are read aloud. */
const spokenNames: Record<SweepParameterId, string> = {
  sigma: 'device uncertainty sigma', mu: 'device offset mu', scale: 'scale granularity', 'weight-bits': 'weight bits', 'bits-per-cell': 'bits per cell', levels: 'conductance levels',
  time: 'time since programming', 'wire-resistance': 'wire resistance per cell in ohm', 'adc-bits': 'ADC bits', 'dac-bits': 'DAC bits', 'array-rows': 'rows per array', 'array-columns': 'columns per array'
}

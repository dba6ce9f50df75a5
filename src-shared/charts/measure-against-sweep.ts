/** What a network's quality is on hardware against a swept parameter: mean, confidence band, spread over chip instances, digital reference. */
import type { EChartsOption, LineSeriesOption, SeriesOption, TooltipComponentFormatterCallbackParams } from 'echarts'
import type { PlacedPoint, SweepParameterId } from '../simulation'
import type { AccuracyStatistics } from '../statistics'
import { band, type Interval } from './band'
import { escapeHtml } from './format'
import { axisStyle, frame, insideZoom, legend, type ChartOptions } from './frame'
import { seriesColour, seriesDash, seriesSymbol } from './palette'
import type { QualityMeasure } from './quality-measure'
import { horizontalSweepAxis, pointLabel, sweepAxis } from './sweep-axis'
import { whiskers } from './whiskers'

export interface MeasuredPoint {
  point: PlacedPoint & { chipInstances: number }
  /** Over the chip instances of the point; null: none has a number, and the point is only on the axis. */
  statistics: AccuracyStatistics | null
  /** Mean and interval in the tooltip, where there is more to say. */
  words?: string
}

type DrawnPoint = MeasuredPoint & { statistics: AccuracyStatistics }

export interface MeasuredSeries {
  name: string
  points: readonly MeasuredPoint[]
  /** What the digital network has; null draws no reference. */
  reference: number | null
}

/** What a second, fainter band shows. */
export type Spread = 'none' | 'min-max' | 'q05-q95'

export interface AgainstSweepOptions extends ChartOptions {
  /** What is swept; null for runs without a sweep (points side by side). */
  parameter: SweepParameterId | null
  /** A second, fainter band for the spread over chip instances. */
  spread?: Spread
}

export interface MeasureAgainstSweepOptions extends AgainstSweepOptions {
  measure: QualityMeasure
  /** For screen readers. */
  description: string
}

/** Where the words of the reference lines stand, so that those of two nearly equal references do not lie on each other. */
const referencePositions = ['insideEndTop', 'insideStartBottom', 'insideMiddleTop', 'insideEndBottom'] as const

/** Pixels between the markers of series that share a category. */
const dodge = 14

export function measureAgainstSweep(series: readonly MeasuredSeries[], options: MeasureAgainstSweepOptions): EChartsOption {
  const { palette, parameter, measure, spread = 'none' } = options
  const { clamp } = measure
  const placed = series.flatMap(({ points }) => points.map(({ point }) => point))
  const axis = sweepAxis(placed, parameter)
  const sorted = series.map((s) => ({ ...s, points: s.points.filter((each): each is DrawnPoint => each.statistics !== null).sort((a, b) => axis.position(a.point) - axis.position(b.point)) }))
  const confidence = ({ mean, ci95 }: AccuracyStatistics): [number, number] => [clamp(mean - (ci95 ?? 0)), clamp(mean + (ci95 ?? 0))]
  const spreadOf = (s: AccuracyStatistics): [number, number] =>
    spread === 'min-max' ? [s.min, s.max] : spread === 'q05-q95' ? [s.quantiles.q05, s.quantiles.q95] : confidence(s)
  const references = series.flatMap(({ reference }) => (reference === null ? [] : [reference]))
  const values = [...references, ...sorted.flatMap(({ points }) => points.flatMap(({ statistics: s }) => [s.mean, ...confidence(s), ...spreadOf(s)]))]
  const { range, label } = measure.axis(Math.min(...values), Math.max(...values))
  // One line for all when every series has the same digital network and images.
  const oneReference = new Set(references.map((value) => value.toFixed(6))).size === 1

  const all: SeriesOption[] = []
  sorted.forEach(({ name, points, reference }, index) => {
    const colour = seriesColour(palette, index)
    const offset = axis.type === 'category' && !axis.connected ? (index - (sorted.length - 1) / 2) * dodge : 0
    const intervals = (of: (statistics: AccuracyStatistics) => [number, number]): Interval[] => points.map(({ point, statistics }) => [axis.position(point), ...of(statistics)])
    const line: LineSeriesOption = {
      id: `mean-${index}`, type: 'line', name, z: 3,
      data: points.map(({ point, statistics }) => [axis.position(point), statistics.mean]),
      symbol: seriesSymbol(index), symbolSize: points.length > 60 ? 4 : 7, showSymbol: true, symbolOffset: [offset, 0],
      lineStyle: { color: colour, width: axis.connected ? 2 : 0, type: seriesDash(palette, index) },
      itemStyle: { color: colour },
      emphasis: { focus: 'series' }
    }
    if (reference !== null && (!oneReference || index === series.findIndex((each) => each.reference !== null))) {
      const referenceColour = oneReference ? palette.reference : colour
      const text = `${oneReference ? '' : `${name}, `}digital ${measure.text(reference)}`
      line.markLine = {
        silent: true, symbol: 'none', animation: false,
        lineStyle: { color: referenceColour, type: 'dashed', width: 1.2 },
        label: { position: referencePositions[index % referencePositions.length] ?? 'insideEndTop', color: referenceColour, fontFamily: palette.fontFamily, fontSize: 11, formatter: () => text },
        data: [{ yAxis: reference }]
      }
    }
    all.push(line)
    const joined = axis.connected && points.length > 1
    if (spread !== 'none') {
      const outer = intervals(spreadOf)
      all.push(joined ? band(name, outer, colour, 0.1) : whiskers(name, outer, colour, 3, offset))
    }
    const inner = intervals(confidence)
    all.push(joined ? band(name, inner, colour, 0.25) : whiskers(name, inner, colour, 6, offset))
  })

  const formatter = (given: TooltipComponentFormatterCallbackParams): string => {
    const hits = (Array.isArray(given) ? given : [given]).filter((hit) => String(hit.seriesId).startsWith('mean-'))
    const lines = hits.flatMap((hit) => {
      const s = sorted[Number(String(hit.seriesId).slice('mean-'.length))]
      const found = s?.points[hit.dataIndex]
      if (s === undefined || found === undefined) return []
      const { point, statistics, words = measure.interval(statistics.mean, statistics.ci95, 2) } = found
      return [
        `<b>${escapeHtml(s.name)}</b> ${escapeHtml(pointLabel(point, parameter))}: ${words}` +
          `<br>min ${measure.text(statistics.min, 2)}, max ${measure.text(statistics.max, 2)}, ${point.chipInstances} chip instances`
      ]
    })
    return lines.join('<br>')
  }

  const base = frame(palette, options.description)
  return {
    ...base,
    legend: legend(palette, series.map(({ name }) => name)),
    grid: { left: 64, right: 20, top: series.length > 1 ? 34 : 16, bottom: 52 },
    tooltip: { ...base.tooltip, trigger: 'axis', axisPointer: { type: 'line', lineStyle: { color: palette.axisLine } }, formatter },
    xAxis: horizontalSweepAxis(axis, palette, placed),
    yAxis: { ...axisStyle(palette, measure.axisName, 46), type: 'value', ...range, axisLabel: { ...axisStyle(palette, '', 0).axisLabel, formatter: label } },
    ...(options.zoom === true ? { dataZoom: insideZoom('x') } : {}),
    series: all
  }
}

/** The points of a series for screen readers; of a long sweep the first and the last. */
export function spokenPoints(points: readonly string[]): string {
  return (points.length <= 12 ? points : [...points.slice(0, 6), '…', ...points.slice(-5)]).join(', ')
}

/** Parameters as they are read aloud. */
const spokenNames: Record<SweepParameterId, string> = {
  sigma: 'device uncertainty sigma', mu: 'device offset mu', scale: 'scale granularity', 'weight-bits': 'weight bits', 'bits-per-cell': 'bits per cell', levels: 'conductance levels',
  time: 'time since programming', 'wire-resistance': 'wire resistance per cell in ohm', 'adc-bits': 'ADC bits', 'dac-bits': 'DAC bits', 'array-rows': 'rows per array', 'array-columns': 'columns per array'
}
export const spokenSweep = (parameter: SweepParameterId | null): string => (parameter === null ? 'hardware' : spokenNames[parameter])

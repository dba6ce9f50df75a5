/** Accuracy of several networks against what varies, one panel per representation: mean, 95 % band, digital reference of the first network. */
import type { EChartsOption, LineSeriesOption, SeriesOption, TitleComponentOption, TooltipComponentFormatterCallbackParams } from 'echarts'
import { granularityLabels, type ScaleGranularity } from '../hardware'
import type { SweepParameterId } from '../simulation'
import type { StudyFindings, StudyPoint } from '../study'
import { band, type Interval } from './band'
import { accuracyRange, escapeHtml, percent, percentDigits, percentInterval } from './format'
import { axisStyle, frame, legend, type ChartOptions } from './frame'
import { seriesColour, seriesDash, seriesSymbol } from './palette'
import { horizontalSweepAxis, pointLabel, sweepAxis, sweepSymbol } from './sweep-axis'
import { whiskers } from './whiskers'

const rowHeight = 290
const legendHeight = 30
const titleHeight = 34
const axisHeight = 54
/** Per cent of the width: for labels on the left, and between panels. */
const leftMargin = 8
const rightMargin = 2
const gap = 3
/** Pixels between the markers of networks that share a category. */
const dodge = 12

const columnsFor = (panels: number): number => (panels === 4 ? 2 : Math.min(3, Math.max(1, panels)))

/** Pixels that the chart takes for so many representations. */
export const studyHeight = (panels: number): number => legendHeight + Math.max(1, Math.ceil(panels / columnsFor(panels))) * rowHeight

const placed = ({ value }: StudyPoint) => ({ value, sigma: null })
const confidence = ({ top1: { mean, ci95 } }: StudyPoint): [number, number] => [Math.max(0, mean - (ci95 ?? 0)), Math.min(1, mean + (ci95 ?? 0))]

export interface StudyChartOptions extends ChartOptions {
  parameter: SweepParameterId | null
  /** Panels in order, those without a point too. */
  scales: readonly ScaleGranularity[]
}

export function studyChart({ networks, points }: StudyFindings, { palette, parameter, scales }: StudyChartOptions): EChartsOption {
  const columns = columnsFor(scales.length)
  const reference = networks[0]?.digital?.top1 ?? null
  const axis = sweepAxis(points.map(placed), parameter)
  const values = [...(reference === null ? [] : [reference]), ...points.flatMap((point) => [point.top1.mean, ...confidence(point)])]
  const range = accuracyRange(Math.min(...values), Math.max(...values))
  const digits = percentDigits(range.interval)
  const panelWidth = (100 - leftMargin - rightMargin) / columns
  const panels = scales.map((scale, index) => ({
    scale, index, left: `${leftMargin + (index % columns) * panelWidth}%`, top: legendHeight + Math.floor(index / columns) * rowHeight, first: index % columns === 0
  }))

  const series = panels.flatMap(({ scale, index }): SeriesOption[] =>
    networks.flatMap(({ name }, network): SeriesOption[] => {
      const own = points.filter((point) => point.scale === scale && point.network === network).sort((a, b) => axis.position(placed(a)) - axis.position(placed(b)))
      const colour = seriesColour(palette, network)
      const offset = axis.connected ? 0 : (network - (networks.length - 1) / 2) * dodge
      const at = { xAxisIndex: index, yAxisIndex: index }
      const line: LineSeriesOption = {
        id: `mean-${index}-${network}`, type: 'line', name, z: 3, ...at, data: own.map((point) => [axis.position(placed(point)), point.top1.mean]),
        symbol: seriesSymbol(network), symbolSize: 6, symbolOffset: [offset, 0], lineStyle: { color: colour, width: axis.connected ? 2 : 0, type: seriesDash(palette, network) }, itemStyle: { color: colour }
      }
      if (network === 0 && reference !== null) {
        line.markLine = {
          silent: true, symbol: 'none', animation: false, lineStyle: { color: palette.reference, type: 'dashed', width: 1.2 },
          label: { show: index === 0, position: 'insideEndTop', color: palette.reference, fontFamily: palette.fontFamily, fontSize: 11, formatter: () => `digital ${percent(reference)}` },
          data: [{ yAxis: reference }]
        }
      }
      const intervals = own.map((point): Interval => [axis.position(placed(point)), ...confidence(point)])
      const shape = axis.connected && own.length > 1 ? band(name, intervals, colour, 0.22) : whiskers(name, intervals, colour, 5, offset)
      return [line, { ...shape, ...at }]
    }))

  const pointOf = (seriesId: unknown, position: number): StudyPoint | undefined => {
    const [, panel, network] = String(seriesId).split('-').map(Number)
    return points.find((point) => point.scale === scales[panel ?? -1] && point.network === network && axis.position(placed(point)) === position)
  }
  const formatter = (given: TooltipComponentFormatterCallbackParams): string => {
    const found = (Array.isArray(given) ? given : [given]).flatMap((hit) => {
      if (!String(hit.seriesId).startsWith('mean-')) return []
      return pointOf(hit.seriesId, Number((hit.value as number[])[0])) ?? []
    })
    const [first] = found
    if (first === undefined) return ''
    const head = `${escapeHtml(granularityLabels[first.scale])}, ${parameter === null ? '' : `${sweepSymbol(parameter)} `}${escapeHtml(pointLabel(placed(first), parameter))}`
    return [head, ...found.map(({ network, top1, chipInstances }) =>
      `<b>${escapeHtml(networks[network]?.name ?? '')}</b> ${percentInterval(top1.mean, top1.ci95, 2)} (${chipInstances} chip instance${chipInstances === 1 ? '' : 's'})`)].join('<br>')
  }

  const base = frame(palette, describe({ networks, points }, scales, parameter))
  const horizontal = horizontalSweepAxis(axis, palette, points.map(placed)) as Record<string, unknown>
  const vertical = axisStyle(palette, 'Top-1 accuracy', 46)
  return {
    ...base,
    legend: legend(palette, networks.map(({ name }) => name)),
    title: panels.map(({ scale, left, top }): TitleComponentOption => ({
      text: granularityLabels[scale], left, top: top + 4, padding: 0, textStyle: { color: palette.text, fontFamily: palette.fontFamily, fontSize: 12, fontWeight: 600 }
    })),
    grid: panels.map(({ left, top }) => ({ left, width: `${panelWidth - gap}%`, top: top + titleHeight, height: rowHeight - titleHeight - axisHeight })),
    tooltip: { ...base.tooltip, trigger: 'axis', axisPointer: { type: 'line', lineStyle: { color: palette.axisLine } }, formatter },
    xAxis: panels.map(({ index }) => ({ ...horizontal, name: sweepSymbol(parameter), gridIndex: index, axisLabel: { ...(horizontal['axisLabel'] as object), hideOverlap: true } })) as NonNullable<EChartsOption['xAxis']>,
    yAxis: panels.map(({ index, first }) => ({
      ...vertical, name: first ? vertical.name : '', type: 'value' as const, gridIndex: index, ...range,
      axisLabel: { ...vertical.axisLabel, show: first, formatter: (value: number) => percent(value, digits) }
    })),
    series
  }
}

/** For screen readers. */
function describe({ networks, points }: StudyFindings, scales: readonly ScaleGranularity[], parameter: SweepParameterId | null): string {
  const sentences = scales.flatMap((scale) =>
    networks.flatMap(({ name }, network) => {
      const own = points.filter((point) => point.scale === scale && point.network === network)
      if (own.length === 0) return []
      const shown = own.map((point) => `${pointLabel(placed(point), parameter)}: ${percentInterval(point.top1.mean, point.top1.ci95)}`)
      return [`${granularityLabels[scale]}, ${name}: ${shown.join(', ')}.`]
    }))
  return `Top-1 accuracy of ${networks.length} ${networks.length === 1 ? 'network' : 'networks'} against ${parameter === null ? 'hardware' : sweepSymbol(parameter)} for each representation, mean and 95 % confidence interval. ${sentences.join(' ')}`
}

/** Signal-to-noise ratio of each layer's output against the digital network, layer by layer from top to bottom. */
import type {
  CustomSeriesOption, CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams, CustomSeriesRenderItemReturn, EChartsOption, LineSeriesOption, TooltipComponentFormatterCallbackParams
} from 'echarts'
import type { LayerSignal, SignalToNoise } from '../attribution'
import { labelMargin, rangeAround, rowAxis, rowNameWidth, wordAxis } from './attribution-rows'
import { escapeHtml, fixedNumber } from './format'
import { axisStyle, frame, insideZoom, legend, type ChartOptions } from './frame'
import { seriesColour, seriesSymbol } from './palette'

export const accumulatedSignalName = 'With all effects, accumulated'
export const ownSignalName = 'The layer’s own contribution'

/** A ratio in words: `24.1 ± 0.3 dB`, `exact`, `no signal`, `overflow`. */
export function signalWords({ decibels, interval, outcome }: Pick<SignalToNoise, 'decibels' | 'interval' | 'outcome'>, digits = 1): string {
  if (outcome === 'exact') return 'exact'
  if (outcome === 'silent') return 'no signal'
  if (decibels === null) return 'overflow'
  return `${fixedNumber(decibels, digits)}${interval === null ? '' : `\u00a0±\u00a0${fixedNumber(interval, digits)}`}\u00a0dB`
}

/** Decibels that an axis spans at least. */
const smallestRange = 10

export function layerSignalToNoise(layers: readonly LayerSignal[], options: ChartOptions): EChartsOption {
  const { palette } = options
  const curves = [
    { name: accumulatedSignalName, of: (layer: LayerSignal): SignalToNoise | null => layer, joined: true },
    { name: ownSignalName, of: (layer: LayerSignal): SignalToNoise | null => layer.own, joined: false }
  ].filter(({ of }) => layers.some((layer) => of(layer) !== null))
  const values = layers.flatMap((layer) => curves.flatMap(({ of }) => {
    const found = of(layer)
    return found?.decibels === null || found === null ? [] : [found.decibels - (found.interval ?? 0), found.decibels + (found.interval ?? 0)]
  }))
  const range = rangeAround(values, smallestRange)

  /** Below the accumulated ratio within a row, in pixels: both ratios of a first layer are the same. */
  const offset = (index: number): number => index * 7
  const marks = curves.map(({ name, of, joined }, index): LineSeriesOption => {
    const colour = seriesColour(palette, index)
    return {
      id: `ratio-${index}`, type: 'line', name, z: 3, symbol: seriesSymbol(index), symbolSize: layers.length > 60 ? 5 : 8, connectNulls: false, symbolOffset: [0, offset(index)],
      data: layers.map((layer, row) => [of(layer)?.decibels ?? '-', row]), lineStyle: { color: colour, width: joined ? 2 : 0 }, itemStyle: { color: colour }
    }
  })
  const whiskers = curves.map(({ name, of }, index): CustomSeriesOption => {
    const intervals = layers.flatMap((layer, row) => {
      const { decibels = null, interval = null } = of(layer) ?? {}
      return decibels === null || interval === null || interval === 0 ? [] : [{ row, low: decibels - interval, high: decibels + interval }]
    })
    const renderItem = (params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI): CustomSeriesRenderItemReturn => {
      const found = intervals[params.dataIndex]
      if (found === undefined) return null
      const [low = 0, middle = 0] = api.coord([found.low, found.row])
      const y = middle + offset(index)
      const high = api.coord([found.high, found.row])[0] ?? low
      const line = (x1: number, y1: number, x2: number, y2: number) =>
        ({ type: 'line' as const, shape: { x1, y1, x2, y2 }, style: { stroke: seriesColour(palette, index), lineWidth: 1.5 } })
      return { type: 'group', children: [line(low, y, high, y), line(low, y - 4, low, y + 4), line(high, y - 4, high, y + 4)] }
    }
    return {
      id: `interval-${index}`, type: 'custom', name, renderItem, data: intervals.map(({ row, low, high }) => [low, high, row]), encode: { x: [0, 1], y: 2 },
      silent: true, clip: true, z: 2, itemStyle: { color: seriesColour(palette, index) }, tooltip: { show: false }
    }
  })
  const formatter = (given: TooltipComponentFormatterCallbackParams): string => {
    const hit = Array.isArray(given) ? given[0] : given
    const layer = layers[hit?.dataIndex ?? -1]
    return layer === undefined ? '' : `<b>${escapeHtml(layer.layer)}</b><br>${sentences(layer).join('<br>')}`
  }
  const style = axisStyle(palette, 'Signal-to-noise ratio, dB', 32)
  const base = frame(palette, `Signal-to-noise ratio of each layer’s output against the digital network. ${layers.slice(0, 60).map((layer) => `${layer.layer}: ${sentences(layer).join(', ')}.`).join(' ')}`)
  return {
    ...base,
    legend: legend(palette, curves.map(({ name }) => name)),
    grid: { left: rowNameWidth, right: 118, top: curves.length > 1 ? 34 : 12, bottom: 50 },
    tooltip: { ...base.tooltip, trigger: 'item', formatter },
    xAxis: { ...style, type: 'value', ...range, axisLabel: { ...style.axisLabel, margin: labelMargin } },
    yAxis: [rowAxis(palette, layers.map(({ layer }) => layer)), wordAxis(palette, layers.map((layer) => signalWords(layer)))],
    ...(options.zoom === true ? { dataZoom: insideZoom('y') } : {}),
    series: [
      ...whiskers, ...marks,
      // The second axis needs a series to stand for it.
      { id: 'words', type: 'bar', yAxisIndex: 1, data: layers.map(() => '-'), silent: true, tooltip: { show: false } }
    ]
  }
}

const sentences = (layer: LayerSignal): string[] => [
  `${accumulatedSignalName}: ${signalWords(layer)}`, ...(layer.own === null ? [] : [`${ownSignalName}: ${signalWords(layer.own)}`])
]

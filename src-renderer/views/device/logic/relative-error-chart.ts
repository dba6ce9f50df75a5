/** Relative weight error per layer and scale granularity, as an ECharts option and a table. */
import type { EChartsOption } from 'echarts'
import { escapeHtml, percent, seriesColour, type ChartPalette, type Table } from '@shared/charts'
import { axisStyle, frame, legend } from '@shared/charts/frame'
import type { ScaleGranularity } from '@shared/hardware'
import { layerLevelGranularities, type LayerError, type LayerLevelGranularity } from './relative-error'

export const granularityLabels: Record<LayerLevelGranularity, string> = { network: 'one scale for the network', layer: 'one per layer', 'layer-bi-scale': 'two per layer (bi-scale)' }
const markers: Record<LayerLevelGranularity, string> = { network: 'triangle', layer: 'diamond', 'layer-bi-scale': 'circle' }

const percentDigitsOf = (value: number): number => (value >= 0.1 ? 0 : value >= 0.01 ? 1 : 2)

export function relativeErrorOption(errors: readonly LayerError[], inUse: ScaleGranularity, palette: ChartPalette): EChartsOption {
  const base = frame(palette, 'Standard deviation of the weight error over the median magnitude of the weights, for each layer and each way of sharing scales.')
  return {
    ...base,
    legend: legend(palette, layerLevelGranularities.map((granularity) => granularityLabels[granularity])) ?? {},
    grid: { left: 60, right: 16, top: 36, bottom: 76 },
    tooltip: {
      ...(base.tooltip as object),
      trigger: 'axis',
      formatter: (entries) => {
        const list = Array.isArray(entries) ? entries : [entries]
        const first = list[0]
        const lines = list.map((entry) => `${String(entry.marker)} ${escapeHtml(entry.seriesName ?? '')}: <b>${percent(Number(entry.value), percentDigitsOf(Number(entry.value)))}</b>`)
        return [escapeHtml(errors[first?.dataIndex ?? 0]?.node ?? ''), ...lines].join('<br>')
      }
    },
    xAxis: {
      type: 'category', data: errors.map((entry) => entry.node), ...axisStyle(palette, '', 60), splitLine: { show: true, lineStyle: { color: palette.gridLine } },
      axisLabel: { color: palette.mutedText, fontSize: 11, rotate: 40, hideOverlap: true, width: 96, overflow: 'truncate' }
    },
    yAxis: { type: 'log', ...axisStyle(palette, 'error / median |w|', 46), axisLabel: { color: palette.mutedText, fontSize: 11, formatter: (value: number) => percent(value, value < 0.01 ? 1 : 0) } },
    series: layerLevelGranularities.map((granularity, index) => ({
      type: 'line' as const,
      name: granularityLabels[granularity],
      data: errors.map((entry) => (entry.relative[granularity] > 0 && Number.isFinite(entry.relative[granularity]) ? entry.relative[granularity] : null)),
      symbol: markers[granularity],
      symbolSize: granularity === inUse ? 10 : 7,
      showAllSymbol: true,
      lineStyle: { width: granularity === inUse ? 2 : 1, type: granularity === inUse ? ('solid' as const) : ('dotted' as const), color: seriesColour(palette, index) },
      itemStyle: { color: seriesColour(palette, index) },
      ...(index === 0
        ? { markLine: { silent: true, symbol: 'none', animation: false, data: [{ yAxis: 1, lineStyle: { color: palette.reference, type: 'dashed' as const }, label: { formatter: 'as large as the weights', position: 'insideEndTop' as const, color: palette.mutedText, fontSize: 11, textBorderColor: palette.tooltip.background, textBorderWidth: 3 } }] } }
        : {})
    }))
  }
}

export const relativeErrorTable = (errors: readonly LayerError[]): Table => ({
  columns: [
    { key: 'layer', label: 'Layer', kind: 'text' },
    { key: 'median_magnitude', label: 'Median |w|', kind: 'number' },
    ...layerLevelGranularities.map((granularity) => ({ key: granularity.replaceAll('-', '_'), label: granularityLabels[granularity], kind: 'percent' as const }))
  ],
  rows: errors.map((entry) => [entry.node, entry.medianMagnitude, ...layerLevelGranularities.map((granularity) => entry.relative[granularity])])
})

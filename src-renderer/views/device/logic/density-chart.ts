/** Density of the stored value around its target, as an ECharts option and a table. */
import type { EChartsOption } from 'echarts'
import { compactNumber, seriesColour, type ChartPalette, type Table } from '@shared/charts'
import { axisStyle, frame } from '@shared/charts/frame'
import type { WeightReferredDevice } from '@shared/hardware'
import { densityCurve, errorHalfWidth95 } from './stored-value'

/** Part of the axis that is shown: the stored range and what the error adds to it. */
export function densityRange(device: WeightReferredDevice): [number, number] {
  const beyond = Math.max(1.2, 1 + Math.abs(device.mu) + (device.distribution === 'uniform' ? 1.1 : 3) * device.sigma)
  const edge = Math.ceil(beyond * 2) / 2
  return [-edge, edge]
}

export function densityOption(device: WeightReferredDevice, target: number, palette: ChartPalette): EChartsOption {
  const [minimum, maximum] = densityRange(device)
  const centre = target + device.mu
  const half = errorHalfWidth95(device)
  const color = seriesColour(palette, 0)
  const exact = device.sigma === 0
  const base = frame(palette, `Density of the stored value for a target of ${target}: 95 % of the draws lie within ${compactNumber(half)} of ${compactNumber(centre)}.`)
  const curve = exact ? [[centre, 0], [centre, 1]] : densityCurve(device, target, minimum, maximum)
  const mark = (value: number, name: string, dashed: boolean, end: 'insideEndTop' | 'insideEndBottom') => ({
    xAxis: value, name, lineStyle: { color: palette.reference, type: dashed ? ('dashed' as const) : ('solid' as const), width: 1 },
    label: { formatter: name, color: palette.mutedText, fontSize: 11, position: end, rotate: 0, align: end === 'insideEndTop' ? ('left' as const) : ('right' as const), padding: [0, 4] }
  })
  return {
    ...base,
    grid: { left: 48, right: 20, top: 28, bottom: 44 },
    tooltip: { ...(base.tooltip as object), trigger: 'axis', valueFormatter: (value) => compactNumber(Number(value), 3), axisPointer: { label: { formatter: ({ value }: { value: unknown }) => `stored value ${compactNumber(Number(value), 3)}` } } },
    xAxis: { type: 'value', min: minimum, max: maximum, ...axisStyle(palette, 'stored value, in units of full scale', 28), interval: 0.5 },
    yAxis: { type: 'value', min: 0, ...axisStyle(palette, exact ? '' : 'density', 34), axisLine: { show: false, onZero: false }, axisTick: { show: false }, axisLabel: { show: !exact, color: palette.mutedText, fontSize: 11 } },
    series: [
      {
        type: 'line', name: 'Density', showSymbol: false, data: curve, lineStyle: { color, width: 2 }, itemStyle: { color }, areaStyle: exact ? { opacity: 0 } : { color, opacity: 0.12 },
        markLine: { silent: true, symbol: 'none', animation: false, data: device.mu === 0 ? [mark(target, 'target m', true, 'insideEndTop')] : [mark(target, 'target m', true, device.mu > 0 ? 'insideEndBottom' : 'insideEndTop'), mark(centre, 'm + μ', false, device.mu > 0 ? 'insideEndTop' : 'insideEndBottom')] },
        ...(exact ? {} : { markArea: { silent: true, animation: false, itemStyle: { color, opacity: 0.09 }, data: [[{ xAxis: centre - half }, { xAxis: centre + half }]] } })
      }
    ]
  }
}

export function densityTable(device: WeightReferredDevice, target: number): Table {
  const [minimum, maximum] = densityRange(device)
  return {
    columns: [
      { key: 'stored_value', label: 'Stored value', kind: 'number' },
      { key: 'density', label: 'Density', kind: 'number' }
    ],
    rows: device.sigma === 0 ? [[target + device.mu, null]] : densityCurve(device, target, minimum, maximum, 121)
  }
}

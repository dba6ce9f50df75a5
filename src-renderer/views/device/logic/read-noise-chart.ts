/** Standard deviation of one read against the conductance at that time. */
import type { EChartsOption } from 'echarts'
import { compactNumber, percent, type ChartPalette, type Table } from '@shared/charts'
import type { DeviceCurves } from '@shared/device-curves'
import { axisTooltip, frame, numberAxis, plotGrid, solidLine, type Quantity } from './chart-parts'

type Read = NonNullable<DeviceCurves['read']>

const relative = (deviation: number, conductance: number): string => (conductance > 0 ? `, ${percent(deviation / conductance, 2)} of it` : '')

export function readNoiseOption({ points }: Read, { symbol, unit }: Quantity, palette: ChartPalette): EChartsOption {
  const deviations = points.map(({ deviation }) => deviation)
  const base = frame(palette, `Standard deviation of one read, up to ${compactNumber(Math.max(...deviations), 3)} ${unit}.`)
  return {
    ...base,
    grid: plotGrid(false),
    tooltip: axisTooltip(palette, base, (index) => {
      const point = points[index]
      return point === undefined ? '' : `${symbol} <b>${compactNumber(point.conductance)}</b> ${unit}<br>σ_read ${compactNumber(point.deviation, 3)} ${unit}${relative(point.deviation, point.conductance)}`
    }),
    xAxis: { ...numberAxis(palette, `${symbol} at that time (${unit})`, 28), splitLine: { show: false } },
    yAxis: { ...numberAxis(palette, `σ_read (${unit})`, 48), min: 0 },
    series: [solidLine(palette, 2, 'σ_read', points.map(({ conductance, deviation }) => [conductance, deviation]))]
  }
}

export const readNoiseTable = ({ points }: Read, { unit }: Quantity): Table => ({
  columns: [
    { key: 'target', label: `Target (${unit})`, kind: 'number' },
    { key: 'conductance', label: `At that time (${unit})`, kind: 'number' },
    { key: 'deviation', label: `σ_read (${unit})`, kind: 'number' },
    { key: 'relative', label: 'σ_read, of it', kind: 'percent' }
  ],
  rows: points.map(({ target, conductance, deviation }) => [target, conductance, deviation, conductance > 0 ? deviation / conductance : null])
})

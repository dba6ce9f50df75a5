/** Standard deviation of programming against the target: the model, and what the drawn cells have. */
import type { EChartsOption } from 'echarts'
import { compactNumber, percent, seriesColour, type ChartPalette, type Table } from '@shared/charts'
import { legend } from '@shared/charts/frame'
import type { DeviceCurves } from '@shared/device-curves'
import { axisTooltip, frame, numberAxis, plotGrid, solidLine, targetAxis, type Quantity } from './chart-parts'

const modelName = 'model σ(target)'
const drawnName = 'drawn cells'

export function deviationOption(curves: DeviceCurves, { symbol, unit }: Quantity, palette: ChartPalette): EChartsOption {
  const width = curves.range.maximum - curves.range.minimum
  const model = curves.programming
  const deviations = model.map(({ deviation }) => deviation)
  const base = frame(palette, `Standard deviation of programming, from ${compactNumber(Math.min(...deviations), 3)} to ${compactNumber(Math.max(...deviations), 3)} ${unit} over the range.`)
  return {
    ...base,
    legend: legend(palette, [modelName, drawnName]) ?? {},
    grid: plotGrid(true),
    tooltip: axisTooltip(palette, base, (index) => {
      const point = model[index]
      return point === undefined ? '' : `target <b>${compactNumber(point.target)}</b> ${unit}<br>σ ${compactNumber(point.deviation, 3)} ${unit}, ${percent(point.deviation / width, 2)} of the range`
    }),
    xAxis: targetAxis(palette, curves.range, { symbol, unit }),
    yAxis: { ...numberAxis(palette, `σ (${unit})`, 44), min: 0 },
    series: [
      solidLine(palette, 0, modelName, model.map(({ target, deviation }) => [target, deviation])),
      { type: 'scatter', name: drawnName, silent: true, z: 4, symbol: 'diamond', symbolSize: 7, itemStyle: { color: seriesColour(palette, 1) }, data: curves.levels.map(({ target, deviation }) => [target, deviation]) }
    ]
  }
}

export const deviationTable = (curves: DeviceCurves, { unit }: Quantity): Table => ({
  columns: [
    { key: 'target', label: `Target (${unit})`, kind: 'number' },
    { key: 'deviation', label: `σ of the model (${unit})`, kind: 'number' },
    { key: 'deviation_of_range', label: 'σ, of the range', kind: 'percent' }
  ],
  rows: curves.programming.map(({ target, deviation }) => [target, deviation, deviation / (curves.range.maximum - curves.range.minimum)])
})

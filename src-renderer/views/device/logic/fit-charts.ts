/** Measured points with a fitted curve, and what the curve leaves. */
import type { EChartsOption } from 'echarts'
import { compactNumber, seriesColour, type ChartPalette, type Table } from '@shared/charts'
import { legend } from '@shared/charts/frame'
import type { TablePoint } from '@shared/devices'
import { fitFormNames, type MeasuredFit } from '@shared/measurements'
import { axisTooltip, frame, numberAxis, plotGrid, solidLine } from './chart-parts'

export type Fitted = 'deviation' | 'mean'
const valueOf = (point: TablePoint, fitted: Fitted): number => (fitted === 'deviation' ? point.deviationMicrosiemens : point.meanMicrosiemens)
const axisNames: Record<Fitted, string> = { deviation: 'σ (µS)', mean: 'mean G (µS)' }
const targetAxis = (palette: ChartPalette) => ({ ...numberAxis(palette, 'target G (µS)', 28), min: 'dataMin' as const, max: 'dataMax' as const, splitLine: { show: false } })

/** `points` are those of one time. Without a fit only they are drawn. */
export function fitOption(points: readonly TablePoint[], fitted: Fitted, fit: MeasuredFit | null, palette: ChartPalette): EChartsOption {
  const name = fit === null ? '' : fitFormNames[fit.form].toLowerCase()
  const base = frame(palette, `Measured ${fitted} at ${points.length} targets${fit === null ? '' : ` and the fit ${fit.formula}, R² ${compactNumber(fit.rSquared, 4)}`}.`)
  return {
    ...base,
    legend: legend(palette, ['measured', ...(fit === null ? [] : [name])]) ?? {},
    grid: plotGrid(true),
    tooltip: {
      ...(base.tooltip as object), trigger: 'item',
      formatter: (hit) => {
        const [target = 0, value = 0] = (Array.isArray(hit) ? hit[0] : hit)?.value as number[]
        return `target ${compactNumber(target)} µS<br>${fitted} <b>${compactNumber(value)}</b> µS`
      }
    },
    xAxis: targetAxis(palette),
    yAxis: { ...numberAxis(palette, axisNames[fitted], 46), scale: fitted === 'mean', ...(fitted === 'deviation' ? { min: 0 } : {}) },
    series: [
      { type: 'scatter', name: 'measured', z: 4, symbolSize: 8, itemStyle: { color: seriesColour(palette, 1) }, data: points.map((point) => [point.targetMicrosiemens, valueOf(point, fitted)]) },
      ...(fit === null ? [] : [{ ...solidLine(palette, 0, name, fit.curve.map((point) => [...point])), silent: true }])
    ]
  }
}

export function residualOption(points: readonly TablePoint[], fitted: Fitted, fit: MeasuredFit, palette: ChartPalette): EChartsOption {
  const order = points.map((_, index) => index).sort((a, b) => (points[a]?.targetMicrosiemens ?? 0) - (points[b]?.targetMicrosiemens ?? 0))
  const data = order.map((index) => [points[index]?.targetMicrosiemens ?? 0, fit.residuals[index] ?? 0])
  const base = frame(palette, `Residuals of the fit to the ${fitted}: root mean square ${compactNumber(fit.rootMeanSquare, 3)} µS.`)
  const color = seriesColour(palette, 1)
  return {
    ...base,
    grid: plotGrid(false),
    tooltip: axisTooltip(palette, base, (index) => `target ${compactNumber(data[index]?.[0] ?? NaN)} µS<br>measured − fitted <b>${compactNumber(data[index]?.[1] ?? NaN, 3)}</b> µS`),
    xAxis: targetAxis(palette),
    yAxis: numberAxis(palette, 'measured − fitted (µS)', 46),
    series: [{ type: 'line', name: 'residual', data, symbol: 'circle', symbolSize: 7, showAllSymbol: true, lineStyle: { color, width: 1, type: 'dotted' }, itemStyle: { color }, markLine: { silent: true, symbol: 'none', animation: false, label: { show: false }, lineStyle: { color: palette.reference, width: 1, type: 'solid' }, data: [{ yAxis: 0 }] } }]
  }
}

export const fitTable = (points: readonly TablePoint[], fitted: Fitted, fit: MeasuredFit | null): Table => ({
  columns: [
    { key: 'target', label: 'Target (µS)', kind: 'number' },
    { key: 'measured', label: 'Measured (µS)', kind: 'number' },
    ...(fit === null ? [] : [{ key: 'fitted', label: 'Fitted (µS)', kind: 'number' as const }, { key: 'residual', label: 'Residual (µS)', kind: 'number' as const }])
  ],
  rows: points.map((point, index) => {
    const value = valueOf(point, fitted)
    const residual = fit?.residuals[index] ?? 0
    return [point.targetMicrosiemens, value, ...(fit === null ? [] : [value - residual, residual])]
  })
})

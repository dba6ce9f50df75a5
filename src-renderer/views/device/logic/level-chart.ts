/** Programmed conductance of each level or target: mean with ± σ and some of the drawn cells, or the error from the target. */
import type { EChartsOption } from 'echarts'
import { compactNumber, seriesColour, type ChartPalette, type Table } from '@shared/charts'
import { band } from '@shared/charts/band'
import { legend } from '@shared/charts/frame'
import type { DeviceCurves } from '@shared/device-curves'
import { axisTooltip, frame, numberAxis, plotGrid, targetAxis, type Quantity } from './chart-parts'

export type LevelView = 'value' | 'error'

export function levelOption(curves: DeviceCurves, view: LevelView, { symbol, unit }: Quantity, palette: ChartPalette): EChartsOption {
  const color = seriesColour(palette, 0)
  const sampleColor = seriesColour(palette, 1)
  const levels = curves.levels
  const shift = (target: number): number => (view === 'error' ? target : 0)
  const largest = Math.max(...levels.map(({ deviation }) => deviation))
  const base = frame(palette, `Programmed ${symbol} of ${levels.length} ${curves.allLevels ? 'levels' : 'targets'}, mean and standard deviation; the largest deviation is ${compactNumber(largest, 3)} ${unit}.`)
  const ends = levels.flatMap((level) => [level.mean - level.deviation, level.mean + level.deviation, ...level.samples])
  // Near 0 the axis begins there: no cell shows less.
  const fromZero = view === 'value' && Math.min(...ends) < 0.2 * Math.max(...ends)
  const low = (level: DeviceCurves['levels'][number]): number => Math.max(0, level.mean - level.deviation) - shift(level.target)
  const target: [number, number][] = [curves.range.minimum, curves.range.maximum].map((at) => [at, at - shift(at)])
  return {
    ...base,
    legend: legend(palette, ['mean ± σ', 'cells', 'target']) ?? {},
    grid: plotGrid(true),
    tooltip: axisTooltip(palette, base, (index) => {
      const level = levels[index]
      if (level === undefined) return ''
      return `target <b>${compactNumber(level.target)}</b> ${unit}<br>mean ${compactNumber(level.mean)}, σ ${compactNumber(level.deviation, 3)} ${unit}<br>error of the mean ${compactNumber(level.mean - level.target, 3)} ${unit}`
    }),
    xAxis: targetAxis(palette, curves.range, { symbol, unit }),
    yAxis: { ...numberAxis(palette, view === 'error' ? `${symbol} − target (${unit})` : `programmed ${symbol} (${unit})`, 44), ...(fromZero ? { min: 0 } : { scale: true }) },
    series: [
      {
        type: 'line', name: 'mean ± σ', z: 4, data: levels.map((level) => [level.target, level.mean - shift(level.target)]), symbol: 'circle', symbolSize: levels.length > 20 ? 4 : 6, showAllSymbol: true,
        lineStyle: { color, width: 1.5 }, itemStyle: { color }
      },
      band('mean ± σ', levels.map((level) => [level.target, low(level), level.mean + level.deviation - shift(level.target)]), color, 0.22),
      {
        type: 'scatter', name: 'cells', silent: true, z: 2, symbolSize: 3, itemStyle: { color: sampleColor, opacity: 0.55 },
        data: levels.flatMap((level) => level.samples.map((sample) => [level.target, sample - shift(level.target)]))
      },
      { type: 'line', name: 'target', silent: true, z: 1, showSymbol: false, data: target, lineStyle: { color: palette.reference, width: 1, type: 'dashed' }, itemStyle: { color: palette.reference }, tooltip: { show: false } }
    ]
  }
}

export const levelTable = (curves: DeviceCurves, { unit }: Quantity): Table => ({
  columns: [
    { key: 'target', label: `Target (${unit})`, kind: 'number' },
    { key: 'mean', label: `Mean (${unit})`, kind: 'number' },
    { key: 'deviation', label: `σ (${unit})`, kind: 'number' },
    { key: 'deviation_of_range', label: 'σ, of the range', kind: 'percent' },
    { key: 'cells', label: 'Cells', kind: 'integer' }
  ],
  rows: curves.levels.map((level) => [level.target, level.mean, level.deviation, level.deviation / (curves.range.maximum - curves.range.minimum), curves.cellsPerLevel])
})

/** Conductance over the logarithm of time for a few targets: mean with ± σ, and where the description stands. */
import type { EChartsOption } from 'echarts'
import { compactNumber, seriesColour, type ChartPalette, type Table } from '@shared/charts'
import { band } from '@shared/charts/band'
import { legend } from '@shared/charts/frame'
import { timeScale } from '@shared/charts/time-scale'
import { seriesSymbol } from '@shared/charts/palette'
import type { DeviceCurves } from '@shared/device-curves'
import { describeDuration } from '@shared/effects'
import { axisTooltip, frame, numberAxis, plotGrid, type Quantity } from './chart-parts'

type Drift = NonNullable<DeviceCurves['drift']>

export interface DriftMarks {
  /** Time of the description; 0 draws no marker. */
  seconds: number
  /** Beyond this nothing was measured and the last state is held; null where the model has no end. */
  untilSeconds: number | null
}

export function driftOption(drift: Drift, { seconds, untilSeconds }: DriftMarks, { symbol, unit }: Quantity, palette: ChartPalette): EChartsOption {
  const scale = timeScale(drift.seconds)
  if (scale === null) throw new Error('Drift is asked for at times above 0.')
  const last = drift.seconds.length - 1
  const names = drift.targets.map(({ target }) => `${compactNumber(target, 3)} ${unit}`)
  const words = drift.targets.map(({ mean, deviation }, k) => `target ${names[k] ?? ''}: ${compactNumber(mean[last] ?? NaN, 3)} ± ${compactNumber(deviation[last] ?? NaN, 2)}`)
  const base = frame(palette, `${symbol} over time. At ${scale.label(scale.maximum)}: ${words.join(', ')} ${unit}.`)
  const style = numberAxis(palette, 'time after programming', 28)
  const label = { color: palette.mutedText, fontSize: 11, fontFamily: palette.fontFamily }
  const marker = seconds > 0 ? [{ xAxis: seconds, name: 'now', lineStyle: { color: palette.reference, type: 'solid' as const, width: 1.5 }, label: { ...label, formatter: describeDuration(seconds), position: 'insideEndTop' as const, rotate: 0, align: 'right' as const, padding: [0, 5] } }] : []
  const held = untilSeconds !== null && untilSeconds < scale.maximum
    ? { silent: true, itemStyle: { color: palette.gridLine, opacity: 0.55 }, label: { ...label, position: 'insideBottom' as const, formatter: 'held: not measured' }, data: [[{ xAxis: untilSeconds, name: 'held' }, { xAxis: scale.maximum }]] as [{ xAxis: number; name: string }, { xAxis: number }][] }
    : null
  return {
    ...base,
    legend: legend(palette, names) ?? {},
    // The words of the marker stand between plot and legend.
    grid: { ...plotGrid(true), top: seconds > 0 ? 46 : 34 },
    tooltip: axisTooltip(palette, base, (index) => {
      const at = drift.seconds[index]
      if (at === undefined) return ''
      const lines = drift.targets.map(({ mean, deviation }, k) => `${names[k] ?? ''}: <b>${compactNumber(mean[index] ?? NaN)}</b> ± ${compactNumber(deviation[index] ?? NaN, 2)}`)
      return [describeDuration(at), ...lines].join('<br>')
    }),
    xAxis: {
      ...style, type: 'log', logBase: 10, min: scale.minimum, max: scale.maximum, splitLine: { show: false },
      axisTick: { ...style.axisTick, customValues: [...scale.ticks] }, axisLabel: { ...style.axisLabel, customValues: [...scale.ticks], formatter: scale.label, hideOverlap: true }
    },
    yAxis: { ...numberAxis(palette, `${symbol}(t) (${unit})`, 44), scale: true },
    series: drift.targets.flatMap(({ mean, deviation }, index) => {
      const color = seriesColour(palette, index)
      const name = names[index] ?? ''
      return [
        {
          type: 'line' as const, name, z: 3, data: drift.seconds.map((time, k) => [time, mean[k] ?? 0]), symbol: seriesSymbol(index), symbolSize: 4, showSymbol: false, lineStyle: { color, width: 2 }, itemStyle: { color },
          ...(index === 0 && marker.length > 0 ? { markLine: { silent: true, symbol: 'none', animation: false, data: marker } } : {}),
          ...(index === 0 && held !== null ? { markArea: held } : {})
        },
        band(name, drift.seconds.map((time, k) => [time, (mean[k] ?? 0) - (deviation[k] ?? 0), (mean[k] ?? 0) + (deviation[k] ?? 0)]), color, 0.18)
      ]
    })
  }
}

export const driftTable = (drift: Drift, { unit }: Quantity): Table => ({
  columns: [
    { key: 'time', label: 'Time', kind: 'duration' },
    ...drift.targets.flatMap(({ target }, index) => [
      { key: `mean_${index + 1}`, label: `Mean of ${compactNumber(target, 3)} ${unit}`, kind: 'number' as const },
      { key: `deviation_${index + 1}`, label: 'σ', kind: 'number' as const }
    ])
  ],
  rows: drift.seconds.map((time, k) => [time, ...drift.targets.flatMap(({ mean, deviation }) => [mean[k] ?? null, deviation[k] ?? null])])
})

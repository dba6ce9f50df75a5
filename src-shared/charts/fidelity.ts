/** Fidelity of networks without classes, in words, as tables and against what was swept. Decibels throughout. */
import type { EChartsOption, LineSeriesOption, SeriesOption, TooltipComponentFormatterCallbackParams } from 'echarts'
import type { Fidelity, FidelityPoint, FidelityTrial, SweepParameterId } from '../simulation'
import { band, type Interval } from './band'
import { escapeHtml, fixedNumber } from './format'
import { axisStyle, frame, insideZoom, legend, type ChartOptions } from './frame'
import { seriesColour, seriesDash, seriesSymbol } from './palette'
import { horizontalSweepAxis, pointLabel, sweepAxis, sweepLabel } from './sweep-axis'
import type { Column, Table } from './tables'

export interface FidelitySeries {
  name: string
  points: readonly FidelityPoint[]
}

/** `31.2 ± 0.4 dB` of the chip instances with a finite ratio, and how many have none: `exact`, `31.2 dB, 1 overflow`. */
export function fidelityWords({ decibels, exact, silent, overflow }: Fidelity, digits = 1): string {
  const number = decibels === null ? [] : [`${fixedNumber(decibels.mean, digits)}${decibels.ci95 === null ? '' : `\u00a0±\u00a0${fixedNumber(decibels.ci95, digits)}`}\u00a0dB`]
  const others = ([[exact, 'exact'], [silent, 'no signal'], [overflow, 'overflow']] as const).filter(([count]) => count > 0)
  if (decibels === null && others.length === 1) return others[0]?.[1] ?? ''
  return [...number, ...others.map(([count, word]) => `${count}\u00a0${word}`)].join(', ')
}

const column = (key: string, label: string, kind: Column['kind']): Column => ({ key, label, kind })

/** One row per point of each series. What has no finite ratio is counted beside the statistics of what has. */
export function fidelityTable(series: readonly FidelitySeries[], parameter: SweepParameterId | null): Table {
  const several = series.length > 1
  return {
    columns: [
      ...(several ? [column('series', 'Series', 'text')] : []),
      column(parameter ?? 'point', sweepLabel(parameter), parameter === 'time' ? 'duration' : 'text'), column('chipInstances', 'Chip instances', 'integer'), column('fidelity', 'Fidelity', 'text'),
      ...[['mean', 'Mean (dB)'], ['std', 'Std. dev.'], ['ci95', '± 95 % CI'], ['min', 'Min'], ['q05', '5 %'], ['q25', '25 %'], ['q50', 'Median'], ['q75', '75 %'], ['q95', '95 %'], ['max', 'Max']]
        .map(([key = '', label = '']) => column(key, label, 'number')),
      column('exact', 'Exact', 'integer'), column('silent', 'No signal', 'integer'), column('overflow', 'Overflow', 'integer')
    ],
    rows: series.flatMap((s) => s.points.map((p) => {
      const d = p.fidelity.decibels
      const q = d?.quantiles
      return [
        ...(several ? [s.name] : []), parameter === 'time' ? p.value : pointLabel(p, parameter), p.chipInstances, fidelityWords(p.fidelity),
        ...[d?.mean, d?.std, d?.ci95, d?.min, q?.q05, q?.q25, q?.q50, q?.q75, q?.q95, d?.max].map((value) => value ?? null),
        p.fidelity.exact, p.fidelity.silent, p.fidelity.overflow
      ]
    }))
  }
}

/** One row per trial; energies are those of the whole output over all images. */
export function fidelityTrialsTable(trials: readonly FidelityTrial[], points: readonly FidelityPoint[], parameter: SweepParameterId | null): Table {
  return {
    columns: [
      column('point', 'Point', 'integer'), column('value', sweepLabel(parameter), 'text'), column('chipInstance', 'Chip instance', 'integer'),
      column('signal', 'Σ y²', 'number'), column('noise', 'Σ (ŷ − y)²', 'number'), column('seconds', 'Time (s)', 'seconds')
    ],
    rows: trials.map((t) => [t.point, points[t.point]?.value ?? null, t.chipInstance, t.signal, t.noise, t.seconds])
  }
}

/** Mean and 95 % interval against the sweep. Points without a finite ratio have no place on a decibel axis and are left to the table. */
export function fidelityAgainstSweep(series: readonly FidelitySeries[], options: ChartOptions & { parameter: SweepParameterId | null }): EChartsOption {
  const { palette, parameter } = options
  const axis = sweepAxis(series.flatMap((s) => [...s.points]), parameter)
  const sorted = series.map((s) => ({
    name: s.name,
    points: s.points.flatMap((p) => (p.fidelity.decibels === null ? [] : [{ point: p, statistics: p.fidelity.decibels }])).sort((a, b) => axis.position(a.point) - axis.position(b.point))
  }))
  const all = sorted.flatMap(({ name, points }, index): SeriesOption[] => {
    const colour = seriesColour(palette, index)
    const line: LineSeriesOption = {
      id: `mean-${index}`, type: 'line', name, z: 3, data: points.map(({ point, statistics }) => [axis.position(point), statistics.mean]),
      symbol: seriesSymbol(index), symbolSize: 7, showSymbol: true,
      lineStyle: { color: colour, width: axis.connected ? 2 : 0, type: seriesDash(palette, index) }, itemStyle: { color: colour }
    }
    const intervals = points.map(({ point, statistics: { mean, ci95 } }): Interval => [axis.position(point), mean - (ci95 ?? 0), mean + (ci95 ?? 0)])
    return [line, ...(axis.connected && points.length > 1 ? [band(name, intervals, colour, 0.25)] : [])]
  })
  const formatter = (given: TooltipComponentFormatterCallbackParams): string =>
    (Array.isArray(given) ? given : [given]).flatMap((hit) => {
      const s = sorted[Number(String(hit.seriesId).replace('mean-', ''))]
      const found = s?.points[hit.dataIndex]
      if (s === undefined || found === undefined) return []
      const { point, statistics } = found
      return [
        `<b>${escapeHtml(s.name)}</b> ${escapeHtml(pointLabel(point, parameter))}: ${fidelityWords(point.fidelity, 2)}` +
          `<br>min ${fixedNumber(statistics.min, 2)}, max ${fixedNumber(statistics.max, 2)} dB, ${point.chipInstances} chip instances`
      ]
    }).join('<br>')
  const base = frame(palette, describe(series, parameter))
  return {
    ...base,
    legend: legend(palette, series.map((s) => s.name)),
    grid: { left: 64, right: 20, top: series.length > 1 ? 34 : 16, bottom: 52 },
    tooltip: { ...base.tooltip, trigger: 'axis', axisPointer: { type: 'line', lineStyle: { color: palette.axisLine } }, formatter },
    xAxis: horizontalSweepAxis(axis, palette, series.flatMap((s) => [...s.points]), 'points'),
    yAxis: { ...axisStyle(palette, 'Fidelity (dB)', 46), type: 'value', scale: true, axisLabel: { ...axisStyle(palette, '', 0).axisLabel, formatter: (value: number) => fixedNumber(value, Number.isInteger(value) ? 0 : 1) } },
    ...(options.zoom === true ? { dataZoom: insideZoom('x') } : {}),
    series: all
  }
}

/** For screen readers. */
function describe(series: readonly FidelitySeries[], parameter: SweepParameterId | null): string {
  const sentences = series.map((s) => `${s.name}: ${s.points.map((p) => `${pointLabel(p, parameter)}: ${fidelityWords(p.fidelity)}`).join(', ')}.`)
  return `Fidelity to the digital network in decibels against ${sweepLabel(parameter)}, mean and 95 % confidence interval. ${sentences.join(' ')}`
}

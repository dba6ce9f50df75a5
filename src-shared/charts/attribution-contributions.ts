/** What each effect, or each layer, costs: alone, and by what is gained without it. Bars with intervals, row by row. */
import type {
  CustomSeriesOption, CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams, CustomSeriesRenderItemReturn, EChartsOption, TooltipComponentFormatterCallbackParams
} from 'echarts'
import type { EffectAttribution, LayerAttribution, PairedDifference } from '../attribution'
import { drawRowBar, labelMargin, pointsInterval, rangeAround, rowAxis, rowNameWidth, type RowBar } from './attribution-rows'
import { escapeHtml, fixedNumber, percentDigits } from './format'
import { axisStyle, frame, insideZoom, legend, type ChartOptions } from './frame'
import { seriesColour } from './palette'

export interface Contribution {
  name: string
  /** Accuracy lost by this alone; null: not measured, or not yet. */
  alone: PairedDifference | null
  /** Accuracy gained without it. */
  without: PairedDifference | null
}

export interface ContributionOptions extends ChartOptions {
  /** Names of the two measurements. */
  names: { alone: string; without: string }
  /** For screen readers: what the rows are. */
  what: string
}

export const effectContributions = (effects: readonly EffectAttribution[]): Contribution[] =>
  effects.map(({ name, lossAlone, gainWithout }) => ({ name, alone: lossAlone, without: gainWithout }))
export const layerContributions = (layers: readonly LayerAttribution[]): Contribution[] =>
  layers.map(({ layer, lossAlone, gainDigital }) => ({ name: layer, alone: lossAlone, without: gainDigital }))

export const effectContributionNames = { alone: 'Alone on: lost', without: 'Left out: gained' } as const
export const layerContributionNames = { alone: 'Alone analog: lost', without: 'Alone digital: gained' } as const

/** A tenth of a percentage point: less is no accuracy that anybody counts. */
const smallestRange = 0.001

export function attributionContributions(rows: readonly Contribution[], options: ContributionOptions): EChartsOption {
  const { palette, names } = options
  const measured = (['alone', 'without'] as const).filter((measure) => rows.some((row) => row[measure] !== null))
  const differences = rows.flatMap((row) => measured.flatMap((measure) => row[measure] ?? []))
  const range = rangeAround(differences.flatMap(({ mean, ci95 }) => [mean - (ci95 ?? 0), mean + (ci95 ?? 0)]), smallestRange)
  const digits = percentDigits(range.interval)
  const series = measured.map((measure, slot): CustomSeriesOption => {
    const bars = rows.flatMap((row, index): RowBar[] => {
      const found = row[measure]
      return found === null ? [] : [{ row: index, from: 0, to: found.mean, half: found.ci95, fill: seriesColour(palette, measure === 'alone' ? 1 : 0), slot, slots: measured.length }]
    })
    const renderItem = (params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI): CustomSeriesRenderItemReturn => {
      const bar = bars[params.dataIndex]
      return bar === undefined ? null : drawRowBar(bar, api, palette)
    }
    return {
      id: measure, type: 'custom', name: names[measure], renderItem, data: bars.map(({ row, to }) => [to, row]), encode: { x: 0, y: 1 }, clip: true, z: 2,
      itemStyle: { color: seriesColour(palette, measure === 'alone' ? 1 : 0) },
      // Where bars point to both sides, the line that they begin at.
      ...(slot === 0 && range.min < 0
        ? { markLine: { silent: true, symbol: 'none', animation: false, label: { show: false }, lineStyle: { color: palette.axisLine, type: 'solid', width: 1 }, data: [{ xAxis: 0 }] } }
        : {})
    }
  })
  const formatter = (given: TooltipComponentFormatterCallbackParams): string => {
    const hit = Array.isArray(given) ? given[0] : given
    const row = rows[(hit?.value as number[] | undefined)?.[1] ?? -1]
    return row === undefined ? '' : `<b>${escapeHtml(row.name)}</b><br>${sentences(row, names).join('<br>')}`
  }
  const style = axisStyle(palette, 'Top-1 accuracy, percentage points', 32)
  const base = frame(palette, `${options.what}. ${rows.slice(0, 40).map((row) => `${row.name}: ${sentences(row, names).join(', ')}.`).join(' ')}`)
  return {
    ...base,
    legend: legend(palette, measured.map((measure) => names[measure])),
    grid: { left: rowNameWidth, right: 24, top: measured.length > 1 ? 34 : 12, bottom: 50 },
    tooltip: { ...base.tooltip, trigger: 'item', formatter },
    xAxis: { ...style, type: 'value', ...range, axisLabel: { ...style.axisLabel, margin: labelMargin, formatter: (value: number) => fixedNumber(value * 100, digits) } },
    yAxis: rowAxis(palette, rows.map(({ name }) => name)),
    ...(options.zoom === true ? { dataZoom: insideZoom('y') } : {}),
    series
  }
}

const sentences = (row: Contribution, names: ContributionOptions['names']): string[] =>
  (['alone', 'without'] as const).flatMap((measure) => {
    const found = row[measure]
    return found === null ? [] : [`${names[measure]} ${pointsInterval(found)} percentage points`]
  })

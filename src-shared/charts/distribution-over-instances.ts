/** Accuracy or fidelity of every chip instance: one box per group (quartiles, whiskers to the extremes) with the instances as points. */
import type { EChartsOption, TooltipComponentFormatterCallbackParams } from 'echarts'
import type { AccuracyStatistics } from '../statistics'
import { escapeHtml } from './format'
import { axisStyle, frame, insideZoom, type ChartOptions } from './frame'
import { seriesColour, translucent } from './palette'
import { accuracyMeasure, type QualityMeasure } from './quality-measure'

export interface DistributionGroup {
  /** For example `σ = 0.1`. */
  name: string
  /** Null: no chip instance has a number, and there is nothing to draw. */
  statistics: AccuracyStatistics | null
  /** What each chip instance has, where some have no number: a word in its place. */
  instances?: readonly (number | string)[] | undefined
}

export interface DistributionOptions extends ChartOptions {
  /** Name of the horizontal axis. */
  axisName?: string
  /** Dashed line; null or missing for none. */
  digitalTop1?: number | null
  /** What is drawn; top-1 accuracy unless it is given. */
  measure?: QualityMeasure
}

/** More points than this hide the boxes and slow the page; then the boxes stand alone. */
export const mostDistributionPoints = 3000

/**
 * Sideways shift of point `index` in [−1, 1]: the van der Corput sequence in base 2, which spreads any number of points
 * evenly and is the same every time.
 */
export function jitter(index: number): number {
  let value = 0
  let digit = 0.5
  for (let rest = index + 1; rest > 0; rest = Math.floor(rest / 2)) {
    value += (rest % 2) * digit
    digit /= 2
  }
  return value * 2 - 1
}

/** Number of the chip instance that each of a group's values is of, from 0. */
const chipsOf = ({ instances, statistics }: DistributionGroup): number[] =>
  instances?.flatMap((each, chip) => (typeof each === 'number' ? [chip] : [])) ?? statistics?.values.map((_, chip) => chip) ?? []

export function distributionOverInstances(given: readonly DistributionGroup[], options: DistributionOptions): EChartsOption {
  const { palette, digitalTop1 = null, measure = accuracyMeasure('top1') } = options
  const { text } = measure
  const groups = given.flatMap((group) => (group.statistics === null ? [] : [{ name: group.name, statistics: group.statistics, chips: chipsOf(group) }]))
  const values = [...groups.flatMap((g) => [g.statistics.min, g.statistics.max]), ...(digitalTop1 === null ? [] : [digitalTop1])]
  const { range, label } = measure.axis(Math.min(...values), Math.max(...values))
  const pointCount = groups.reduce((sum, g) => sum + g.statistics.values.length, 0)
  const colour = seriesColour(palette, 0)
  const reach = groups.length > 12 ? 4 : 14

  const formatter = (hits: TooltipComponentFormatterCallbackParams): string => {
    const hit = Array.isArray(hits) ? hits[0] : hits
    if (hit === undefined) return ''
    if (hit.seriesId === 'instances') {
      const datum = hit.data as { value: [number, number]; instance: number }
      return `${escapeHtml(groups[datum.value[0]]?.name ?? '')}<br>chip instance ${datum.instance + 1}: <b>${text(datum.value[1], 2)}</b>`
    }
    const group = groups[hit.dataIndex]
    if (group === undefined) return ''
    const { min, max, quantiles: q } = group.statistics
    return (
      `<b>${escapeHtml(group.name)}</b>, ${group.statistics.values.length} chip instances<br>max ${text(max, 2)}<br>upper quartile ${text(q.q75, 2)}` +
      `<br>median ${text(q.q50, 2)}<br>lower quartile ${text(q.q25, 2)}<br>min ${text(min, 2)}`
    )
  }

  const description =
    `Distribution of ${measure.name} over chip instances. ` +
    groups.slice(0, 20).map((g) => `${g.name}: median ${text(g.statistics.quantiles.q50)}, from ${text(g.statistics.min)} to ${text(g.statistics.max)}.`).join(' ')
  const base = frame(palette, description)
  const style = axisStyle(palette, options.axisName ?? '', 30)
  return {
    ...base,
    grid: { left: 64, right: 20, top: 16, bottom: 52 },
    tooltip: { ...base.tooltip, trigger: 'item', formatter },
    xAxis: { ...style, type: 'category', data: groups.map((g) => g.name), splitLine: { show: false } },
    yAxis: {
      ...axisStyle(palette, measure.axisName, 46), type: 'value', ...range,
      axisLabel: { ...style.axisLabel, formatter: label }
    },
    ...(options.zoom === true ? { dataZoom: insideZoom('x') } : {}),
    series: [
      {
        id: 'boxes', type: 'boxplot', boxWidth: [6, 46], z: 2,
        // Thin and light: a box whose quartiles nearly meet must not become a solid bar under its points.
        itemStyle: { color: translucent(colour, 0.14), borderColor: translucent(colour, 0.75), borderWidth: 1 },
        data: groups.map(({ statistics: { min, max, quantiles: q } }) => [min, q.q25, q.q50, q.q75, max]),
        ...(digitalTop1 === null
          ? {}
          : {
              markLine: {
                silent: true, symbol: 'none', animation: false, lineStyle: { color: palette.reference, type: 'dashed', width: 1.2 },
                label: { position: 'insideEndTop', color: palette.reference, fontFamily: palette.fontFamily, fontSize: 11, formatter: () => `digital ${text(digitalTop1)}` },
                data: [{ yAxis: digitalTop1 }]
              }
            })
      },
      {
        id: 'instances', type: 'scatter', z: 3, symbolSize: pointCount > 400 ? 4 : 7,
        // The rim in the colour of the surface keeps points apart from the box and from each other.
        itemStyle: { color: seriesColour(palette, 1), opacity: 0.9, borderColor: palette.tooltip.background, borderWidth: pointCount > 400 ? 0 : 1 },
        data:
          pointCount > mostDistributionPoints
            ? []
            : groups.flatMap((g, group) =>
                g.statistics.values.map((value, index) => ({
                  value: [group, value], instance: g.chips[index] ?? index, symbolOffset: [Math.round(jitter(index) * reach * 100) / 100, 0] as [number, number]
                }))
              )
      }
    ]
  }
}

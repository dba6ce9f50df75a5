/** A quantity row by row for one network or for two, with intervals: costs or traces by layer, eigenvalues by rank. */
import type { CustomSeriesOption, CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams, CustomSeriesRenderItemReturn, EChartsOption, TooltipComponentFormatterCallbackParams } from 'echarts'
import type { CurvatureFindings, CurvatureNetwork, Estimated, LayerCurvature, NetworkCurvature } from '../curvature'
import { drawRowBar, labelMargin, rangeAround, rowAxis, rowNameWidth, wordAxis, type RowBar } from './attribution-rows'
import { compactNumber, escapeHtml } from './format'
import { axisStyle, frame, insideZoom, legend, type ChartOptions } from './frame'
import { seriesColour } from './palette'

export const networkNames: Record<CurvatureNetwork, string> = { before: 'Before', after: 'After' }
const networks = ['before', 'after'] as const

export interface CurvatureBar {
  value: number
  /** Half-width of its interval, or a residual; null for none. */
  half: number | null
}

export interface CurvatureRow {
  name: string
  before: CurvatureBar | null
  after: CurvatureBar | null
  /** To the right of the plot. */
  words: string
  /** For the tooltip. */
  explanation: string
}

export interface CurvatureBarsOptions extends ChartOptions {
  /** Name of the axis, with its unit. */
  axis: string
  /** For screen readers: what the rows are. */
  what: string
  /** Above the words on the right. */
  wordsName: string
}

const half = (estimated: Estimated | null): CurvatureBar | null => (estimated === null ? null : { value: estimated.mean / 2, half: estimated.ci95 === null ? null : estimated.ci95 / 2 })
const whole = (estimated: Estimated | null): CurvatureBar | null => (estimated === null ? null : { value: estimated.mean, half: estimated.ci95 })

/** `0.0123 ± 0.0004`: the interval to two digits, the value to no more than it says. */
export function curvatureNumber({ value, half: interval }: CurvatureBar): string {
  return interval === null ? compactNumber(value, 3) : `${compactNumber(value, 3)}\u00a0±\u00a0${compactNumber(interval, 2)}`
}

/** Layers of whichever network is there, the one before with the one after. */
function layerPairs({ before, after }: CurvatureFindings): { layer: string; before: LayerCurvature | null; after: LayerCurvature | null }[] {
  return (before?.layers ?? []).map((layer, index) => ({ layer: layer.layer, before: layer, after: after?.layers[index] ?? null }))
}

const deviations = (before: LayerCurvature | null, after: LayerCurvature | null): string =>
  after === null || before === null || compactNumber(after.deviation, 2) === compactNumber(before.deviation, 2)
    ? compactNumber(before?.deviation ?? 0, 2)
    : `${compactNumber(before.deviation, 2)} → ${compactNumber(after.deviation, 2)}`

/** ½ tr(H Σ): what the device's errors in each layer cost to second order, in nats. */
export const costRows = (findings: CurvatureFindings): CurvatureRow[] =>
  layerPairs(findings).map(({ layer, before, after }) => ({
    name: layer, before: half(before?.weighted ?? null), after: half(after?.weighted ?? null), words: deviations(before, after),
    explanation: `errors of ${deviations(before, after)} (root mean square)`
  }))

/** tr(H) by layer, per weight: the mean second derivative, whatever the device. */
export const sharpnessRows = (findings: CurvatureFindings): CurvatureRow[] =>
  layerPairs(findings).map(({ layer, before, after }) => {
    const perWeight = (each: LayerCurvature | null): CurvatureBar | null => {
      const found = whole(each?.trace ?? null)
      return found === null || each === null ? null : { value: found.value / each.weights, half: found.half === null ? null : found.half / each.weights }
    }
    return { name: layer, before: perWeight(before), after: perWeight(after), words: deviations(before, after), explanation: `${before?.weights ?? 0} weights, errors of ${deviations(before, after)} (root mean square)` }
  })

export function eigenvalueRows({ before, after }: CurvatureFindings): CurvatureRow[] {
  const count = Math.max(before?.eigenvalues.length ?? 0, after?.eigenvalues.length ?? 0)
  const bar = (network: NetworkCurvature | null, index: number): CurvatureBar | null => {
    const found = network?.eigenvalues[index]
    return found === undefined ? null : { value: found.value, half: found.residual }
  }
  return Array.from({ length: count }, (_, index) => {
    const bars = [bar(before, index), bar(after, index)]
    return {
      name: `Eigenvalue ${index + 1}`, before: bars[0] ?? null, after: bars[1] ?? null,
      words: bars.flatMap((each) => (each === null ? [] : [compactNumber(each.value, 3)])).join(' → '), explanation: 'largest magnitude first; the bar is the residual'
    }
  })
}

/** Less than this is nothing on any axis. */
const smallestRange = 1e-8

export function curvatureBars(rows: readonly CurvatureRow[], options: CurvatureBarsOptions): EChartsOption {
  const { palette } = options
  const shown = networks.filter((network) => rows.some((row) => row[network] !== null))
  const ends = rows.flatMap((row) => shown.flatMap((network) => {
    const bar = row[network]
    return bar === null ? [] : [bar.value - (bar.half ?? 0), bar.value + (bar.half ?? 0)]
  }))
  const range = rangeAround(ends, smallestRange)
  const colour = (network: CurvatureNetwork): string => seriesColour(palette, network === 'before' ? 1 : 2)
  const series = shown.map((network, slot): CustomSeriesOption => {
    const bars = rows.flatMap((row, index): RowBar[] => {
      const bar = row[network]
      return bar === null ? [] : [{ row: index, from: 0, to: bar.value, half: bar.half, fill: colour(network), slot, slots: shown.length }]
    })
    const renderItem = (params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI): CustomSeriesRenderItemReturn => {
      const bar = bars[params.dataIndex]
      return bar === undefined ? null : drawRowBar(bar, api, palette)
    }
    return {
      id: network, type: 'custom', name: networkNames[network], renderItem, data: bars.map(({ row, to }) => [to, row]), encode: { x: 0, y: 1 }, clip: true, z: 2,
      itemStyle: { color: colour(network) },
      ...(slot === 0 && range.min < 0
        ? { markLine: { silent: true, symbol: 'none', animation: false, label: { show: false }, lineStyle: { color: palette.axisLine, type: 'solid', width: 1 }, data: [{ xAxis: 0 }] } }
        : {})
    }
  })
  const sentence = (row: CurvatureRow): string[] => [
    ...shown.flatMap((network) => {
      const bar = row[network]
      return bar === null ? [] : [`${shown.length > 1 ? `${networkNames[network]} ` : ''}${curvatureNumber(bar)}`]
    }), row.explanation
  ]
  const formatter = (given: TooltipComponentFormatterCallbackParams): string => {
    const hit = Array.isArray(given) ? given[0] : given
    const row = rows[(hit?.value as number[] | undefined)?.[1] ?? -1]
    return row === undefined ? '' : `<b>${escapeHtml(row.name)}</b><br>${sentence(row).join('<br>')}`
  }
  const style = axisStyle(palette, options.axis, 32)
  const base = frame(palette, `${options.what}. ${rows.slice(0, 60).map((row) => `${row.name}: ${sentence(row).join(', ')}.`).join(' ')}`)
  return {
    ...base,
    legend: legend(palette, shown.map((network) => networkNames[network])),
    grid: { left: rowNameWidth, right: 128, top: shown.length > 1 ? 50 : 30, bottom: 50 },
    tooltip: { ...base.tooltip, trigger: 'item', formatter },
    xAxis: { ...style, type: 'value', ...range, axisLabel: { ...style.axisLabel, margin: labelMargin } },
    yAxis: [
      rowAxis(palette, rows.map(({ name }) => name)),
      {
        ...wordAxis(palette, rows.map(({ words }) => words)), name: options.wordsName, nameLocation: 'start', nameGap: 8,
        // Else the name stands where the bars begin, which may be the middle.
        axisLine: { show: false, onZero: false },
        nameTextStyle: { color: palette.mutedText, fontFamily: palette.fontFamily, fontSize: 11, align: 'left' }
      }
    ],
    ...(options.zoom === true ? { dataZoom: insideZoom('y') } : {}),
    // The second axis needs a series to stand for it.
    series: [...series, { id: 'words', type: 'bar', yAxisIndex: 1, data: rows.map(() => '-'), silent: true, tooltip: { show: false } }]
  }
}

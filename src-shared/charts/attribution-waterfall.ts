/** From the digital accuracy down to that of the whole hardware: effects switched on one after another. */
import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams, CustomSeriesRenderItemReturn, EChartsOption, TooltipComponentFormatterCallbackParams } from 'echarts'
import type { AttributionFindings, PairedDifference } from '../attribution'
import { drawRowBar, labelMargin, pointsInterval, rowAxis, rowNameWidth, wordAxis, type RowBar } from './attribution-rows'
import { accuracyRange, escapeHtml, percent, percentDigits, percentInterval } from './format'
import { axisStyle, frame, type ChartOptions } from './frame'
import { seriesColour } from './palette'

type Steps = Pick<AttributionFindings, 'digital' | 'all' | 'loss' | 'cumulative'>

interface Row {
  name: string
  /** Null: not finished. */
  from: number | null
  to: number | null
  total: boolean
  /** What the step changes; null for totals. */
  loss: PairedDifference | null
  /** To the right of the plot. */
  words: string
  explanation: string
}

/** A loss is a fall: its sign turns. */
const change = (loss: PairedDifference): string => pointsInterval({ mean: -loss.mean, ci95: loss.ci95 })

function rowsOf({ digital, all, cumulative }: Steps): Row[] {
  let before = digital?.top1 ?? null
  const steps = cumulative.map(({ name, point, loss }): Row => {
    const from = before
    before = point?.top1.mean ?? null
    return {
      name: `+ ${name}`, from, to: before, total: false, loss, words: loss === null ? '…' : change(loss),
      explanation: point === null || loss === null ? 'not finished' : `${change(loss)} percentage points, to ${percentInterval(point.top1.mean, point.top1.ci95, 2)}`
    }
  })
  return [
    { name: 'Digital', from: 0, to: digital?.top1 ?? null, total: true, loss: null, words: percent(digital?.top1, 2), explanation: percent(digital?.top1, 2) },
    ...steps,
    {
      name: 'All effects', from: 0, to: all?.top1.mean ?? null, total: true, loss: null, words: percent(all?.top1.mean, 2),
      explanation: all === null ? 'not finished' : `${percentInterval(all.top1.mean, all.top1.ci95, 2)}, ${all.chipInstances} chip instances`
    }
  ]
}

export function attributionWaterfall(findings: Steps, options: ChartOptions): EChartsOption {
  const { palette } = options
  const rows = rowsOf(findings)
  const ends = rows.flatMap(({ to, loss }) => (to === null ? [] : [to - (loss?.ci95 ?? 0), to + (loss?.ci95 ?? 0)])).map((value) => Math.min(1, Math.max(0, value)))
  const range = accuracyRange(Math.min(...ends), Math.max(...ends))
  const fill = ({ total, loss }: Row): string => seriesColour(palette, total ? 0 : (loss?.mean ?? 0) < 0 ? 2 : 1)
  const bars = rows.flatMap((row, index): RowBar[] =>
    row.from === null || row.to === null
      ? []
      : [{ row: index, from: row.total ? range.min : row.from, to: row.to, half: row.loss?.ci95 ?? null, fill: fill(row), slot: 0, slots: 1 }]
  )
  const renderItem = (params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI): CustomSeriesRenderItemReturn => {
    const bar = bars[params.dataIndex]
    return bar === undefined ? null : drawRowBar(bar, api, palette)
  }
  /** From the end of one bar down to the next. */
  const joints = bars.slice(0, -1).map(({ row, to }) => ({ row, to }))
  const renderJoint = (params: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI): CustomSeriesRenderItemReturn => {
    const joint = joints[params.dataIndex]
    if (joint === undefined) return null
    const [x1 = 0, y1 = 0] = api.coord([joint.to, joint.row])
    const y2 = api.coord([joint.to, joint.row + 1])[1] ?? y1
    return { type: 'line', shape: { x1, y1, x2: x1, y2 }, style: { stroke: palette.axisLine, lineWidth: 1, lineDash: [3, 3] } }
  }
  const formatter = (given: TooltipComponentFormatterCallbackParams): string => {
    const hit = Array.isArray(given) ? given[0] : given
    const row = rows[bars[hit?.dataIndex ?? -1]?.row ?? -1]
    return row === undefined ? '' : `<b>${escapeHtml(row.name)}</b><br>${row.explanation}`
  }
  const digits = percentDigits(range.interval)
  const style = axisStyle(palette, 'Top-1 accuracy', 32)
  const base = frame(palette, describe(findings, rows))
  return {
    ...base,
    grid: { left: rowNameWidth, right: 108, top: 10, bottom: 50 },
    tooltip: { ...base.tooltip, trigger: 'item', formatter },
    xAxis: { ...style, type: 'value', ...range, axisLabel: { ...style.axisLabel, margin: labelMargin, formatter: (value: number) => percent(value, digits) } },
    yAxis: [rowAxis(palette, rows.map(({ name }) => name)), wordAxis(palette, rows.map(({ words }) => words))],
    series: [
      { id: 'joints', type: 'custom', renderItem: renderJoint, data: joints.map(({ row, to }) => [to, row]), encode: { x: 0, y: 1 }, silent: true, clip: true, z: 1, tooltip: { show: false } },
      { id: 'steps', type: 'custom', renderItem, data: bars.map(({ row, to }) => [to, row]), encode: { x: 0, y: 1 }, clip: true, z: 2 },
      // The second axis needs a series to stand for it.
      { id: 'words', type: 'bar', yAxisIndex: 1, data: rows.map(() => '-'), silent: true, tooltip: { show: false } }
    ]
  }
}

function describe({ loss }: Steps, rows: readonly Row[]): string {
  const steps = rows.map(({ name, explanation }) => `${name}: ${explanation}.`).join(' ')
  const whole = loss === null ? '' : ` In all ${pointsInterval({ mean: -loss.mean, ci95: loss.ci95 })} percentage points.`
  return `Waterfall of top-1 accuracy, effects switched on one after another. ${steps}${whole}`
}

/**
 * The data behind each chart as a table: for the table view beside a chart, for reports and for CSV. Values stay
 * numbers (accuracies are fractions); `formatCell` writes them for people, `toCsv` for programs.
 */
import { describeDuration } from '../effects'
import type { FinetuneMetric, LearntRangeResult } from '../finetune'
import type { SimulationPoint, SweepParameterId, Trial } from '../simulation'
import type { AccuracySeries } from './accuracy-against-sweep'
import { classAccuracies, type ClassAccuracySeries } from './class-accuracy'
import { rowFractions } from './confusion-matrix'
import type { DistributionGroup } from './distribution-over-instances'
import { compactNumber, fixedNumber, groupedInteger, percent } from './format'
import { accuracyMeasure, type QualityMeasure } from './quality-measure'
import { pointLabel, sweepLabel } from './sweep-axis'
import { lossName, measureOf, validationValues } from './validation-values'

export type Cell = string | number | null

export interface Column {
  /** Identifier: the column's name in CSV. */
  key: string
  /** Heading for people. */
  label: string
  /** `points`: a difference of accuracies, written with its sign in percentage points. `duration`: seconds, written as `1 day`. */
  kind: 'text' | 'number' | 'integer' | 'percent' | 'points' | 'seconds' | 'duration'
}

export interface Table {
  columns: readonly Column[]
  rows: readonly (readonly Cell[])[]
}

const column = (key: string, label: string, kind: Column['kind']): Column => ({ key, label, kind })

/** A cell for people: percent with two digits, grouped integers, an en dash for nothing. */
export function formatCell(cell: Cell, { kind }: Column): string {
  if (cell === null) return '–'
  if (typeof cell === 'string') return cell
  if (kind === 'percent') return percent(cell, 2)
  if (kind === 'points') return `${cell > 0 ? '+' : ''}${fixedNumber(cell * 100, 2)}`
  if (kind === 'integer') return groupedInteger(cell)
  if (kind === 'seconds') return fixedNumber(cell, 1)
  if (kind === 'duration') return describeDuration(cell)
  return compactNumber(cell)
}

export const isNumeric = ({ kind }: Column): boolean => kind !== 'text'

/**
 * RFC 4180 with a heading row. A text that a spreadsheet would run as a formula gets a leading apostrophe: names come
 * from files.
 */
export function toCsv({ columns, rows }: Table): string {
  const field = (cell: Cell): string => {
    if (cell === null) return ''
    if (typeof cell === 'number') return String(cell)
    const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  }
  return [columns.map((c) => c.key), ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('')
}

/** The cells of one point's accuracy, in the order of {@link statisticsColumns}. */
function statisticsCells(point: SimulationPoint, metric: 'top1' | 'top5'): Cell[] {
  const { mean, std, ci95, min, max, quantiles: q } = point[metric]
  return [mean, std, ci95, min, q.q05, q.q25, q.q50, q.q75, q.q95, max]
}

const statisticsColumns = [
  column('mean', 'Mean', 'percent'), column('std', 'Std. dev.', 'percent'), column('ci95', '± 95 % CI', 'percent'), column('min', 'Min', 'percent'),
  column('q05', '5 %', 'percent'), column('q25', '25 %', 'percent'), column('q50', 'Median', 'percent'), column('q75', '75 %', 'percent'),
  column('q95', '95 %', 'percent'), column('max', 'Max', 'percent')
] as const

/** One row per point of each series. */
export function accuracyTable(series: readonly AccuracySeries[], parameter: SweepParameterId | null, metric: 'top1' | 'top5' = 'top1'): Table {
  const several = series.length > 1
  const named = parameter !== null && parameter !== 'sigma' && parameter !== 'mu'
  // Only the weight-referred device has σ and μ.
  const weightReferred = series.some((s) => s.points.some((p) => p.sigma !== null))
  return {
    columns: [
      ...(several ? [column('series', 'Series', 'text')] : []),
      // Without a sweep, or when σ is swept, the next columns say it all.
      ...(named ? [column(parameter, sweepLabel(parameter), parameter === 'time' ? 'duration' : 'text')] : []),
      ...(weightReferred ? [column('sigma', 'σ', 'number'), column('mu', 'μ', 'number')] : []), column('chipInstances', 'Chip instances', 'integer'),
      ...statisticsColumns,
      column('digital', 'Digital', 'percent')
    ],
    rows: series.flatMap((s) =>
      s.points.map((p) => [
        ...(several ? [s.name] : []), ...(named ? [parameter === 'time' ? p.value : pointLabel(p, parameter)] : []), ...(weightReferred ? [p.sigma, p.mu] : []), p.chipInstances,
        ...statisticsCells(p, metric),
        metric === 'top1' ? s.digitalTop1 : null
      ])
    )
  }
}

/** One row per chip instance of each group. */
export function distributionTable(groups: readonly DistributionGroup[], measure: QualityMeasure = accuracyMeasure('top1')): Table {
  return {
    columns: [column('group', 'Group', 'text'), column('chipInstance', 'Chip instance', 'integer'), measure.column],
    rows: groups.flatMap((g) => (g.instances ?? g.statistics?.values ?? []).map((value, index) => [g.name, index, value]))
  }
}

/** One row per pair of true and predicted class that occurs. */
export function confusionTable(confusion: readonly (readonly number[])[], classNames: readonly string[]): Table {
  const name = (index: number): string => classNames[index] ?? String(index)
  const fractions = rowFractions(confusion)
  return {
    columns: [
      column('true', 'True class', 'text'), column('predicted', 'Predicted class', 'text'), column('count', 'Count', 'integer'),
      column('fraction', 'Share of the true class', 'percent')
    ],
    rows: confusion.flatMap((row, truth) =>
      row.flatMap((count, predicted) => (count === 0 ? [] : [[name(truth), name(predicted), count, fractions[truth]?.[predicted] ?? null]]))
    )
  }
}

/** One row per line of metrics.jsonl. */
export function trainingTable(history: readonly FinetuneMetric[]): Table {
  const measure = measureOf(history).column
  const [key, unit] = measure.key === 'top1' ? ['Top1', ''] : ['Decibels', ' (dB)']
  return {
    columns: [
      column('step', 'Step', 'integer'), column('epoch', 'Epoch', 'number'), column('loss', lossName(history), 'number'),
      column('gradientNorm', 'Gradient norm', 'number'), column('learningRate', 'Learning rate', 'number'),
      column(`validationDigital${key}`, `Validation, digital${unit}`, measure.kind), column(`validationNoisy${key}`, `Validation, with noise${unit}`, measure.kind),
      column('best', 'Kept', 'text'), column('secondsElapsed', 'Time (s)', 'seconds')
    ],
    rows: history.map((m) => {
      const validated = m.validation === null ? { digital: null, noisy: null } : validationValues(m.validation)
      return [m.step, m.epoch, m.loss, m.gradientNorm, m.learningRate, validated.digital, validated.noisy, m.validation?.best === true ? 'best so far' : '', m.secondsElapsed]
    })
  }
}

/** One row per learnt range. */
export const learntRangesTable = (ranges: readonly LearntRangeResult[]): Table => ({
  columns: [
    column('layer', 'Layer', 'text'), column('converter', 'Converter', 'text'), column('before', 'Full scale before', 'number'), column('after', 'Full scale, learnt', 'number'),
    column('ratio', 'Ratio', 'number')
  ],
  rows: ranges.map(({ layer, converter, before, after }) => [layer, converter.toUpperCase(), before, after, after / before])
})

/** One row per class. */
export function classAccuracyTable(series: readonly ClassAccuracySeries[], classNames: readonly string[]): Table {
  const accuracies = series.map((s) => classAccuracies(s.confusion))
  const classes = Math.max(0, ...accuracies.map((a) => a.length))
  return {
    columns: [column('class', 'Class', 'text'), ...series.map((s, index) => column(`accuracy${series.length > 1 ? index + 1 : ''}`, s.name, 'percent'))],
    rows: Array.from({ length: classes }, (_, c) => [classNames[c] ?? String(c), ...accuracies.map((a) => a[c] ?? null)])
  }
}

/** One row per trial (chip instance at a point). `points` gives each trial its swept value, σ and μ. */
export function trialsTable(trials: readonly Trial[], points: readonly SimulationPoint[], parameter: SweepParameterId | null): Table {
  return {
    columns: [
      column('point', 'Point', 'integer'), column('value', parameter === null ? 'Hardware' : sweepLabel(parameter), 'text'), column('sigma', 'σ', 'number'), column('mu', 'μ', 'number'),
      column('chipInstance', 'Chip instance', 'integer'), column('top1', 'Top-1', 'percent'), column('top5', 'Top-5', 'percent'),
      column('loss', 'Loss (nats)', 'number'), column('seconds', 'Time (s)', 'seconds')
    ],
    rows: trials.map((t) => {
      const point = points[t.point]
      return [t.point, point?.value ?? null, point?.sigma ?? null, point?.mu ?? null, t.chipInstance, t.top1, t.top5, t.loss, t.seconds]
    })
  }
}

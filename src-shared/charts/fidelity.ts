/** Fidelity of networks without classes, in words, as tables and against what was swept. Decibels throughout. */
import type { EChartsOption } from 'echarts'
import { fidelityOfTrial } from '../fidelity'
import type { FinetuneResult } from '../finetune'
import type { Fidelity, FidelityOutcome, FidelityPoint, FidelityTrial, SweepParameterId } from '../simulation'
import type { DistributionGroup } from './distribution-over-instances'
import { measureAgainstSweep, spokenPoints, spokenSweep, type AgainstSweepOptions } from './measure-against-sweep'
import { fidelityMeasure } from './quality-measure'
import { pointLabel, sweepLabel } from './sweep-axis'
import type { Column, Table } from './tables'

export interface FidelitySeries {
  name: string
  points: readonly FidelityPoint[]
}

/** Outcomes without a finite ratio, as they are written. */
const outcomeNames: Record<FidelityOutcome, string> = { exact: 'exact', silent: 'no signal', overflow: 'overflow' }

/** `31.2 ± 0.4 dB` of the chip instances with a finite ratio, and how many have none: `exact`, `31.2 dB, 1 overflow`. */
export function fidelityWords({ decibels, exact, silent, overflow }: Fidelity, digits = 1): string {
  const number = decibels === null ? [] : [fidelityMeasure.interval(decibels.mean, decibels.ci95, digits)]
  const others = ([[exact, outcomeNames.exact], [silent, outcomeNames.silent], [overflow, outcomeNames.overflow]] as const).filter(([count]) => count > 0)
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

/** One row per trial; energies are those of the whole output over all images, the fidelity is their ratio in dB, or why it is no number. */
export function fidelityTrialsTable(trials: readonly FidelityTrial[], points: readonly FidelityPoint[], parameter: SweepParameterId | null): Table {
  return {
    columns: [
      column('point', 'Point', 'integer'), column('value', parameter === null ? 'Hardware' : sweepLabel(parameter), 'text'), column('sigma', 'σ', 'number'), column('mu', 'μ', 'number'),
      column('chipInstance', 'Chip instance', 'integer'), column('fidelity', 'Fidelity (dB)', 'number'), column('signal', 'Σ y²', 'number'), column('noise', 'Σ (ŷ − y)²', 'number'), column('seconds', 'Time (s)', 'seconds')
    ],
    rows: trials.map((t) => {
      const point = points[t.point]
      return [t.point, point?.value ?? null, point?.sigma ?? null, point?.mu ?? null, t.chipInstance, fidelityOfTrial(t), t.signal, t.noise, t.seconds]
    })
  }
}

/** Mean, 95 % interval and spread against the sweep. Points without a finite ratio have no place on a decibel axis and are left to the table. */
export function fidelityAgainstSweep(series: readonly FidelitySeries[], options: AgainstSweepOptions): EChartsOption {
  const { parameter } = options
  const measured = series.map(({ name, points }) => ({ name, points: points.map((point) => ({ point, statistics: point.fidelity.decibels, words: fidelityWords(point.fidelity, 2) })), reference: null }))
  const sentences = series.map((s) => `${s.name}: ${spokenPoints(s.points.map((p) => `${pointLabel(p, parameter)}: ${fidelityWords(p.fidelity)}`))}.`)
  return measureAgainstSweep(measured, {
    ...options, measure: fidelityMeasure,
    description: `Fidelity to the digital network in decibels against ${spokenSweep(parameter)}, mean and 95 % confidence interval. ${sentences.join(' ')}`
  })
}

const instancesOf = ({ instances }: Fidelity): (number | string)[] | undefined => instances?.map((each) => (typeof each === 'number' ? each : outcomeNames[each]))

/** The chip instances before and after a fine-tuning. */
export const evaluationGroups = ({ before, after }: FinetuneResult): DistributionGroup[] =>
  ([['before', before.noisy], ['after', after.noisy]] as const).map(([name, noisy]) =>
    'fidelity' in noisy ? { name, statistics: noisy.fidelity.decibels, instances: instancesOf(noisy.fidelity) } : { name, statistics: noisy.top1 })

/** The chip instances of each point. Those of results of earlier programs stand in the order of the chips that have a finite ratio. */
export const fidelityGroups = (points: readonly FidelityPoint[], parameter: SweepParameterId | null): DistributionGroup[] =>
  points.map((point) => ({ name: pointLabel(point, parameter), statistics: point.fidelity.decibels, instances: instancesOf(point.fidelity) }))

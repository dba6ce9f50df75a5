/** Statistics of an accuracy over chip instances (physics §9). */
import jStat from 'jstat'
import { mean, sampleStandardDeviation } from 'simple-statistics'
import type { PairedDifference } from '@shared/attribution'
import type { AccuracyStatistics } from '@shared/statistics'
import { sortedPercentile } from '../analog/scales'

/** Mean, sample deviation, 95 % interval of the mean (Student t with n − 1 degrees of freedom), extremes and quantiles. */
export function accuracyStatistics(values: readonly number[]): AccuracyStatistics {
  const n = values.length
  if (n === 0) throw new Error('Statistics of no values')
  const list = [...values]
  const std = n > 1 ? sampleStandardDeviation(list) : 0
  const sorted = Float64Array.from(list).sort()
  const quantile = (percent: number): number => sortedPercentile(sorted, percent)
  return {
    mean: mean(list),
    std,
    ci95: n > 1 ? (jStat.studentt.inv(0.975, n - 1) * std) / Math.sqrt(n) : null,
    min: sorted[0]!,
    max: sorted[n - 1]!,
    quantiles: { q05: quantile(5), q25: quantile(25), q50: quantile(50), q75: quantile(75), q95: quantile(95) },
    values: list
  }
}

type Top1ByChip = ReadonlyMap<number, { top1: number }>

/** a − b for every chip instance that both have; null where there is none. */
export function pairedDifference(a: Top1ByChip, b: Top1ByChip): PairedDifference | null {
  const differences = [...a].flatMap(([chip, one]) => {
    const other = b.get(chip)
    return other === undefined ? [] : [one.top1 - other.top1]
  })
  if (differences.length === 0) return null
  const { mean, std, ci95 } = accuracyStatistics(differences)
  return { mean, std, ci95 }
}

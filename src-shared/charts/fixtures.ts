/** Results made by formula, for tests of charts and reports. */
import type { FinetuneMetric } from '../finetune'
import type { FidelityOutcome, FidelityPoint, SimulationPoint } from '../simulation'
import type { AccuracyStatistics } from '../statistics'

/** Statistics around `mean`, not of a real sample: shapes and orderings are right, which is what charts need. */
export function statisticsAround(mean: number, spread: number, count: number): AccuracyStatistics {
  const at = (z: number): number => Math.min(1, Math.max(0, mean + z * spread))
  const values = Array.from({ length: count }, (_, i) => (count === 1 ? mean : at((2 * i) / (count - 1) - 1)))
  return {
    mean, std: count === 1 ? 0 : spread / 2, ci95: count === 1 ? null : spread / Math.sqrt(count), min: at(count === 1 ? 0 : -1), max: at(count === 1 ? 0 : 1),
    quantiles: { q05: at(-0.9), q25: at(-0.5), q50: mean, q75: at(0.5), q95: at(0.9) }, values
  }
}

export function pointAt(value: number | string | null, mean: number, spread = 0.02, count = 10): SimulationPoint {
  return {
    value, sigma: typeof value === 'number' ? value : 0.1, mu: 0, chipInstances: count, top1: statisticsAround(mean, spread, count),
    top5: statisticsAround(Math.min(1, mean + 0.05), spread / 2, count), loss: statisticsAround(0.5, 0.1, count),
    confusion: [[90, 10, 0], [5, 95, 0], [0, 0, 0]], activeEffects: [], seconds: 1.25, imagesPerSecond: 800
  }
}

export function metricsOf(count: number): FinetuneMetric[] {
  return Array.from({ length: count }, (_, i) => ({
    step: (i + 1) * 10, epoch: (i + 1) / 2, loss: 2 / (i + 1), gradientNorm: 1, learningRate: 0.01 * (1 - i / count),
    validation: i % 2 === 1 ? { digitalTop1: 0.95, noisyTop1: 0.8 + 0.1 * (i / count), noisyLoss: 0.4, best: true } : null,
    secondsElapsed: i + 1
  }))
}

/** The course of a fine-tuning of a network without classes; the first validation is without any error. */
export function errorMetricsOf(count: number): FinetuneMetric[] {
  return metricsOf(count).map((metric, i) => ({ ...metric, validation: metric.validation === null ? null : { digitalError: i < 2 ? 0 : 1e-4, noisyError: 0.01 / (i + 1), best: true } }))
}

/** A point of a network without classes, `decibels` on average; `words` are chip instances without a finite ratio, after the others. */
export function fidelityPointAt(value: number | null, decibels: number | null, words: readonly FidelityOutcome[] = [], count = 10): FidelityPoint {
  const { top1: _top1, top5: _top5, loss: _loss, confusion: _confusion, ...base } = pointAt(value, 0, 0, count + words.length)
  const values = Array.from({ length: decibels === null ? 0 : count }, (_, i) => (decibels ?? 0) + i / count)
  const counted = (word: FidelityOutcome): number => words.filter((each) => each === word).length
  const statistics = decibels === null ? null : { ...statisticsAround(0, 0, count), mean: decibels, ci95: 0.4, min: values[0]!, max: values.at(-1)!, quantiles: { q05: decibels, q25: decibels, q50: decibels, q75: decibels, q95: decibels }, values }
  return { ...base, fidelity: { decibels: statistics, exact: counted('exact'), silent: counted('silent'), overflow: counted('overflow'), instances: [...values, ...words] } }
}

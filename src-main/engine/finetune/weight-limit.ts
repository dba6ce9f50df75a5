/** Limits of weights between steps: outliers of a layer would widen the scale that all its weights share, and their errors with it. */
import type { WeightLimit } from '@shared/finetune'
import { sortedPercentile } from '../analog/scales'

/** Largest magnitude that `weights` may keep; infinite without a limit. */
export function limitOf(weights: Float32Array, limit: WeightLimit): number {
  switch (limit.kind) {
    case 'none':
      return Infinity
    case 'deviations': {
      let sum = 0
      let squares = 0
      for (let i = 0; i < weights.length; i++) {
        sum += weights[i]!
        squares += weights[i]! * weights[i]!
      }
      const mean = sum / weights.length
      const deviation = Math.sqrt(Math.max(0, squares / weights.length - mean * mean))
      // All weights equal: there is no outlier.
      return deviation > 0 ? limit.deviations * deviation : Infinity
    }
    case 'percentile':
      return limit.percentile >= 100 ? Infinity : sortedPercentile(Float64Array.from(weights, Math.abs).sort(), limit.percentile)
  }
}

/** Brings `weights` back into the limits that they themselves give, in place. */
export function applyLimit(weights: Float32Array, limit: WeightLimit): void {
  const largest = limitOf(weights, limit)
  if (largest === Infinity) return
  for (let i = 0; i < weights.length; i++) weights[i] = Math.min(largest, Math.max(-largest, weights[i]!))
}

/** Full scale of a converter from a histogram of magnitudes. */
import type { RangeRule } from '../analog/program'

/** Values by magnitude and sign. */
export interface Magnitudes {
  /** The largest. */
  maximum: number
  /** Zeros and positive values in equal bins of magnitude up to the largest. */
  positive: Float64Array
  /** The same of negative values; empty where there are none. */
  negative: Float64Array
}

/** How many values lie beyond the ends: whole bins exactly, the bin of an end by the share of it that lies beyond. */
export const beyond = ({ maximum, positive, negative }: Magnitudes, lowest: number, highest: number): { below: number; above: number } => ({
  below: tail(negative, maximum, -lowest), above: tail(positive, maximum, highest)
})

/** Nearer to an edge than this, in bins, an end is at it: ends that calibration finds are edges, but for rounding to float32. */
const edgeTolerance = 1e-3

/** Values with a magnitude above `end`. */
function tail(counts: Float64Array, maximum: number, end: number): number {
  if (maximum === 0 || end >= maximum) return 0
  const place = (Math.max(0, end) / maximum) * counts.length
  const nearest = Math.round(place)
  const start = Math.abs(place - nearest) < edgeTolerance ? nearest : place
  const edge = Math.ceil(start)
  let total = edge > start ? (edge - start) * counts[edge - 1]! : 0
  for (let bin = edge; bin < counts.length; bin++) total += counts[bin]!
  return total
}

/** Full scale as a fraction of the largest magnitude. `counts`: magnitudes in equal bins up to it. */
export function rangeOf(counts: Float64Array, rule: RangeRule, signed: boolean): number {
  if (rule.statistic === 'percentile') return rule.percentile >= 100 ? 1 : histogramPercentile(counts, rule.percentile)
  if (rule.statistic === 'least-squares' && rule.bits > 0) return leastSquaresRange(counts, rule.bits, signed)
  return 1
}

/** Upper edge, as a fraction of the maximum, of the bin in which the percentile lies. */
export function histogramPercentile(counts: Float64Array, percentile: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0)
  let cumulative = 0
  for (let bin = 0; bin < counts.length; bin++) {
    cumulative += counts[bin]!
    if (cumulative >= (percentile / 100) * total) return (bin + 1) / counts.length
  }
  return 1
}

/**
 * The full scale c with the least mean-square error: Δ²/12 for what lies below c (rounding to steps Δ of a fine quantiser,
 * or its exact distance where steps are wider than bins), (|v| − c)² for what saturates. Tried at the edges of 256 bins.
 */
export function leastSquaresRange(counts: Float64Array, bits: number, signed: boolean): number {
  const highest = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1
  const candidates = 256
  let best = 1
  let least = Infinity
  for (let candidate = 1; candidate <= candidates; candidate++) {
    const range = candidate / candidates
    const step = range / highest
    let error = 0
    for (let bin = 0; bin < counts.length; bin++) {
      const count = counts[bin]!
      if (count === 0) continue
      const value = (bin + 0.5) / counts.length
      const code = Math.min(highest, Math.round(value / step))
      // Inside a bin values spread evenly: a twelfth of its square is there whatever the code.
      error += count * (step * counts.length < 1 && value < range ? (step * step) / 12 : (value - code * step) ** 2)
    }
    if (error < least) {
      least = error
      best = range
    }
  }
  return best
}

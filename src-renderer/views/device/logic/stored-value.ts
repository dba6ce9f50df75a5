/**
 * Density of the stored mantissa of the weight-referred device around its target m: m + μ + σ·ε, with ε standard normal
 * or uniform on [−1, 1] (arXiv:2008.02400). In units of the array's full scale.
 */
import type { WeightReferredDevice } from '@shared/hardware'

/** Probability per unit of the stored value. Not defined at σ = 0, where the whole probability sits at m + μ. */
export function storedValueDensity(device: WeightReferredDevice, target: number, value: number): number {
  const deviation = value - target - device.mu
  if (device.sigma === 0) return 0
  if (device.distribution === 'uniform') return Math.abs(deviation) <= device.sigma ? 1 / (2 * device.sigma) : 0
  const z = deviation / device.sigma
  return Math.exp(-0.5 * z * z) / (device.sigma * Math.sqrt(2 * Math.PI))
}

/** Standard deviation of the error: σ for normal ε, σ/√3 for uniform ε on [−1, 1]. */
export const errorStandardDeviation = (device: WeightReferredDevice): number =>
  device.distribution === 'uniform' ? device.sigma / Math.sqrt(3) : device.sigma

/** Half-width of the interval around m + μ that holds 95 % of the draws. */
export const errorHalfWidth95 = (device: WeightReferredDevice): number =>
  device.distribution === 'uniform' ? 0.95 * device.sigma : 1.959964 * device.sigma

/** Points of the density curve over [minimum, maximum]; steps of a uniform density are drawn as steps. */
export function densityCurve(device: WeightReferredDevice, target: number, minimum: number, maximum: number, points = 241): [number, number][] {
  const xs = Array.from({ length: points }, (_, k) => minimum + ((maximum - minimum) * k) / (points - 1))
  if (device.distribution === 'uniform' && device.sigma > 0) {
    const epsilon = (maximum - minimum) * 1e-6
    for (const edge of [target + device.mu - device.sigma, target + device.mu + device.sigma]) xs.push(edge - epsilon, edge + epsilon)
    xs.sort((a, b) => a - b)
  }
  return xs.map((x) => [x, storedValueDensity(device, target, x)])
}

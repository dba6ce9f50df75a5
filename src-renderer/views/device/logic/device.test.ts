import { describe, expect, it } from 'vitest'
import type { WeightReferredDevice } from '@shared/hardware'
import { representationSchema } from '@shared/hardware'
import type { LayerWeights } from '@shared/network'
import { devicePresets, presetOf } from './device-presets'
import { layerErrors, magnitudeQuantile } from './relative-error'
import { densityCurve, errorHalfWidth95, errorStandardDeviation, storedValueDensity } from './stored-value'

const device = (change: Partial<WeightReferredDevice> = {}): WeightReferredDevice => ({ kind: 'weight-referred', sigma: 0.1, mu: 0.02, distribution: 'gaussian', ...change })

/** The trapezoidal rule on 2 000 points of a smooth density is far better than this; a step costs one interval. */
const integralTolerance = 2e-3

function moments(of: WeightReferredDevice, target: number): { mass: number; mean: number; std: number } {
  const curve = densityCurve(of, target, target - 2, target + 2, 2001)
  let mass = 0
  let first = 0
  let second = 0
  for (let k = 1; k < curve.length; k++) {
    const [x0, p0] = curve[k - 1]!
    const [x1, p1] = curve[k]!
    const dx = x1 - x0
    mass += (dx * (p0 + p1)) / 2
    first += (dx * (p0 * x0 + p1 * x1)) / 2
    second += (dx * (p0 * x0 * x0 + p1 * x1 * x1)) / 2
  }
  return { mass, mean: first, std: Math.sqrt(second - first * first) }
}

describe('stored value', () => {
  it.each(['gaussian', 'uniform'] as const)('%s density has mass 1, mean m + μ and the stated deviation', (distribution) => {
    const of = device({ distribution })
    const { mass, mean, std } = moments(of, 0.5)
    expect(Math.abs(mass - 1)).toBeLessThan(integralTolerance)
    expect(Math.abs(mean - 0.52)).toBeLessThan(integralTolerance)
    expect(Math.abs(std - errorStandardDeviation(of))).toBeLessThan(integralTolerance)
  })
  it('holds 95 % within the stated half-width', () => {
    for (const distribution of ['gaussian', 'uniform'] as const) {
      const of = device({ distribution, mu: 0 })
      const half = errorHalfWidth95(of)
      const n = 4000
      let mass = 0
      for (let k = 0; k < n; k++) mass += (storedValueDensity(of, 0, -half + ((k + 0.5) * 2 * half) / n) * 2 * half) / n
      expect(Math.abs(mass - 0.95)).toBeLessThan(integralTolerance)
    }
  })
})

describe('relative error', () => {
  const flat = (minimum: number, maximum: number) => ({ minimum, maximum, counts: Array.from({ length: 64 }, () => 100) })
  const layer = (node: string, range: number, bias: number | null): LayerWeights => ({
    node, weights: flat(-range, range), bias: bias === null ? null : flat(-bias, bias), weightHalfRange: range, biasHalfRange: bias
  })
  it('takes the quantile of magnitudes', () => {
    // |w| is uniform on [0, 1]; within a bin the quantile is exact.
    expect(magnitudeQuantile([flat(-1, 1)], 0.5)).toBeCloseTo(0.5, 6)
    expect(magnitudeQuantile([flat(0, 2)], 0.25)).toBeCloseTo(0.5, 6)
  })
  it('is σ·s / median |w|, with the scale of each granularity', () => {
    const [small, large] = layerErrors([layer('a', 0.1, 0.4), layer('b', 1, null)], 0.1, representationSchema.parse({}))
    // Layer a: median 0.05; scales: network 1, layer 0.4 (its bias), weights alone 0.1.
    expect(small?.relative.network).toBeCloseTo(2, 6)
    expect(small?.relative.layer).toBeCloseTo(0.8, 6)
    expect(small?.relative['layer-bi-scale']).toBeCloseTo(0.2, 6)
    expect(large?.relative.network).toBeCloseTo(0.2, 6)
  })
  it('leaves digital biases out of the scale', () => {
    const [only] = layerErrors([layer('a', 0.1, 0.4)], 0.1, representationSchema.parse({ bias: 'digital' }))
    expect(only?.relative.layer).toBeCloseTo(0.2, 6)
  })
})

describe('presets', () => {
  it('are found again, and marked when modified', () => {
    for (const preset of devicePresets) expect(presetOf(preset.device)).toEqual({ preset, modified: false })
    expect(presetOf(device({ sigma: 0.1, mu: 0.02 }))).toMatchObject({ preset: { id: 'sigma-0.1' }, modified: true })
    expect(presetOf(device({ sigma: 0.033 }))).toEqual({ preset: null, modified: false })
  })
})

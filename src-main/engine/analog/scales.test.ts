import { describe, expect, it } from 'vitest'
import { hardwareSchema, type HardwareInput, type ScaleGranularity } from '@shared/hardware'
import { assignScaleGroups, computeScales, roundUpToPowerOfTwo, sortedPercentile, type Scales, type StoredParameter } from './scales'
import type { WeightLayout } from './weight-layout'

// Two layers. The first is a 4 × 2 matrix by rows with a bias; the second 2 × 2 by columns without.
const first: WeightLayout = { groups: 1, rows: 4, columns: 2, rowsPerChannel: 1, order: 'by-row' }
const second: WeightLayout = { groups: 1, rows: 2, columns: 2, rowsPerChannel: 1, order: 'by-column' }
const parameters: StoredParameter[] = [
  { name: 'w0', kind: 'weight', layer: 0, uses: [0], layout: first, length: 8 },
  { name: 'b0', kind: 'bias', layer: 0, uses: [0], layout: null, length: 2 },
  { name: 'w1', kind: 'weight', layer: 1, uses: [1], layout: second, length: 4 }
]
// Rows of w0 are [input][output]. Exact in float32, so scales compare exactly.
const values = [Float32Array.of(1, -8, 2, 0, -1, 4, 0.5, 2), Float32Array.of(16, -2), Float32Array.of(0.25, -0.25, 3, 1)]

function scalesOf(granularity: ScaleGranularity, more: HardwareInput['representation'] = {}, array: HardwareInput['array'] = { rows: 2, columns: 1 }): Scales {
  const hardware = hardwareSchema.parse({ array, representation: { ...more, scaleGranularity: granularity } })
  return computeScales(parameters, values, assignScaleGroups(parameters, () => hardware), () => hardware)
}
const plain = (scales: Scales): (number | number[])[] => scales.map((scale) => (typeof scale === 'number' ? scale : [...scale]))

describe('scales with half-range statistics (expected values by hand)', () => {
  it('network: one for everything', () => expect(plain(scalesOf('network'))).toEqual([12, 12, 12]))
  it('layer: weights and biases together', () => expect(plain(scalesOf('layer'))).toEqual([12, 12, 1.625]))
  it('layer-bi-scale: weights and biases apart', () => expect(plain(scalesOf('layer-bi-scale'))).toEqual([6, 9, 1.625]))
  it('column: one for each output', () => {
    // Outputs of w0: {1, 2, −1, 0.5} → 1.5 and {−8, 0, 4, 2} → 6; of w1: {0.25, −0.25} and {3, 1}.
    expect(plain(scalesOf('column'))).toEqual([[1.5, 6, 1.5, 6, 1.5, 6, 1.5, 6], 9, [0.25, 0.25, 1, 1]])
  })
  it('tile: one for each array of 2 rows and 1 column', () => {
    expect(plain(scalesOf('tile'))).toEqual([[0.5, 4, 0.5, 4, 0.75, 1, 0.75, 1], 9, [0.25, 0.25, 1, 1]])
  })
  it('tile-column: the same here, and one for each column of wider arrays', () => {
    expect(plain(scalesOf('tile-column'))).toEqual(plain(scalesOf('tile')))
    const wide = { rows: 2, columns: 2 }
    expect(plain(scalesOf('tile-column', {}, wide))[0]).toEqual([0.5, 4, 0.5, 4, 0.75, 1, 0.75, 1])
    expect(plain(scalesOf('tile', {}, wide))[0]).toEqual([5, 5, 5, 5, 2.5, 2.5, 2.5, 2.5])
  })
})

describe('other statistics', () => {
  it('max-abs takes the largest magnitude', () => expect(plain(scalesOf('layer-bi-scale', { scaleStatistic: 'max-abs' }))).toEqual([8, 16, 3]))
  it('percentile 100 is max-abs, and a lower one interpolates like NumPy', () => {
    expect(plain(scalesOf('layer-bi-scale', { scaleStatistic: 'percentile', scalePercentile: 100 }))).toEqual([8, 16, 3])
    // np.percentile([0, 0.5, 1, 1, 2, 2, 4, 8], 90) = 5.2
    expect(scalesOf('layer-bi-scale', { scaleStatistic: 'percentile', scalePercentile: 90 })[0]).toBeCloseTo(5.2, 6)
    expect(sortedPercentile(Float64Array.of(1, 2, 4), 75)).toBe(3)
  })
  it('a group without a range falls back to its magnitude', () => {
    const single: StoredParameter[] = [{ name: 'b', kind: 'bias', layer: 0, uses: [0], layout: null, length: 1 }]
    const hardware = hardwareSchema.parse({})
    expect(computeScales(single, [Float32Array.of(-3)], assignScaleGroups(single, () => hardware), () => hardware)).toEqual([3])
  })
  it('rounds up to powers of two within the exponent bits', () => {
    expect([0.3, 0.25, 5, 100].map((s) => roundUpToPowerOfTwo(s, 4))).toEqual([0.5, 0.25, 8, 128])
    expect(roundUpToPowerOfTwo(1e-9, 4)).toBe(2 ** -8)
    expect(roundUpToPowerOfTwo(0.3, 0)).toBe(0.3)
    expect(() => roundUpToPowerOfTwo(129, 4)).toThrow(/scaleExponentBits.*exponent 8; 4 bits hold -8 … 7/)
  })
})

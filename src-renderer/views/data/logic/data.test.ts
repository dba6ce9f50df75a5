import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { describePreprocessing, perChannel, samePreprocessing } from './preprocessing'
import { scanIndex, scanStride } from './scan-order'

describe('normalisations', () => {
  it('are the same whether given once or per channel', () => {
    expect(samePreprocessing({ divisor: 255, mean: [0.5], std: [0.5] }, { divisor: 255, mean: [0.5, 0.5, 0.5], std: [0.5] })).toBe(true)
    expect(samePreprocessing({ divisor: 255, mean: [0.5], std: [0.5] }, { divisor: 255, mean: [0.5, 0.4], std: [0.5] })).toBe(false)
    expect(samePreprocessing({ divisor: 1, mean: [0], std: [1] }, { divisor: 255, mean: [0], std: [1] })).toBe(false)
  })
  it('are written as a formula', () => {
    expect(describePreprocessing({ divisor: 255, mean: [0], std: [1] })).toBe('v / 255')
    expect(describePreprocessing({ divisor: 255, mean: [0.1307], std: [0.3081] })).toBe('(v / 255 − 0.1307) / 0.3081')
    expect(describePreprocessing({ divisor: 1, mean: [1, 2], std: [1, 1] })).toBe('(v − [1, 2])')
    expect(describePreprocessing({ divisor: 1, mean: [0], std: [0.29181623] })).toBe('v / 0.2918')
  })
  it('spread one value over the channels', () => expect(perChannel([0.5], 3)).toEqual([0.5, 0.5, 0.5]))
})

describe('scan order', () => {
  it('visits every image once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), (count) => {
        const stride = scanStride(count)
        const visited = new Set(Array.from({ length: count }, (_, step) => scanIndex(step, count, stride)))
        return visited.size === count
      }),
      { numRuns: 60 }
    )
  })
  it('meets all ten classes of a set sorted by class within thirty visits', () => {
    const count = 60_000
    const stride = scanStride(count)
    const classes = new Set(Array.from({ length: 30 }, (_, step) => Math.floor(scanIndex(step, count, stride) / 6000)))
    expect(classes.size).toBe(10)
  })
})

import { describe, expect, it } from 'vitest'
import { accuracyStatistics } from './statistics'
import { ClassificationCounter } from './classification'

describe('accuracyStatistics', () => {
  it('gives mean, sample deviation and Student-t interval', () => {
    // t(0.975, 4) = 2.776445 (any printed table); std of 1…5 is √2.5.
    const found = accuracyStatistics([0.1, 0.2, 0.3, 0.4, 0.5])
    expect(found.mean).toBeCloseTo(0.3, 12)
    expect(found.std).toBeCloseTo(Math.sqrt(0.025), 12)
    expect(found.ci95).toBeCloseTo((2.776445 * Math.sqrt(0.025)) / Math.sqrt(5), 6)
    expect(found).toMatchObject({ min: 0.1, max: 0.5, quantiles: { q25: 0.2, q50: 0.3, q75: 0.4 } })
    // numpy.quantile(x, 0.05) = 0.12
    expect(found.quantiles.q05).toBeCloseTo(0.12, 12)
  })
  it('has no interval for one value', () => expect(accuracyStatistics([0.5])).toMatchObject({ std: 0, ci95: null }))
})

describe('ClassificationCounter', () => {
  it('counts top-1, top-5, cross-entropy and confusion', () => {
    const counter = new ClassificationCounter(6, false)
    const scores = Float32Array.of(9, 1, 2, 3, 4, 5, /* second image */ 0, 5, 4, 3, 2, 1)
    counter.add(scores, 0, 0)
    counter.add(scores, 1, 0)
    const found = counter.result()
    expect(found).toMatchObject({ images: 2, top1: 0.5, top5: 0.5 })
    expect(found.confusion[0]).toEqual([1, 1, 0, 0, 0, 0])
    const softmaxLoss = (row: number[], label: number): number => Math.log(row.reduce((sum, s) => sum + Math.exp(s), 0)) - row[label]!
    expect(found.loss).toBeCloseTo((softmaxLoss([9, 1, 2, 3, 4, 5], 0) + softmaxLoss([0, 5, 4, 3, 2, 1], 0)) / 2, 6)
  })
  it('lets the first of equal scores win, and none that is not a number', () => {
    const counter = new ClassificationCounter(3, false)
    counter.add(Float32Array.of(1, 1, 0), 0, 0)
    counter.add(Float32Array.of(1, 1, 0), 0, 1)
    counter.add(Float32Array.of(NaN, NaN, NaN), 0, 0)
    const found = counter.result()
    expect(found.top1).toBeCloseTo(1 / 3, 12)
    expect(Number.isFinite(found.loss)).toBe(true)
  })
})

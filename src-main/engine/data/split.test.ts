import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DatasetSummary, ImageRange } from '@shared/dataset'
import { ProblemError } from '@shared/problems'
import { problemOf } from './readers/test-files'
import { availableForEvaluation, evaluationRange, resolveSplits, type SplitRequest } from './split'
import { datasetOf } from './synthetic-dataset'

const { summary: template } = datasetOf([1, 1, 1], Uint8Array.of(0), [0])
const whole = (count: number): DatasetSummary => ({ ...template, count })
const split = (train: number, test: number): DatasetSummary => ({
  ...template, count: train + test, sourceSplits: { train: { first: 0, count: train }, test: { first: train, count: test } }
})
const range = (first: number, count: number): ImageRange => ({ first, count })

describe('evaluationRange', () => {
  it('takes the last images of the test part, or of the whole set', () => {
    expect(evaluationRange(whole(10000), { count: 2000, first: null })).toEqual(range(8000, 2000))
    expect(evaluationRange(split(50000, 10000), { count: 2000, first: null })).toEqual(range(58000, 2000))
    expect(evaluationRange(split(50000, 10000), { count: 100, first: 7 })).toEqual(range(7, 100))
    expect(availableForEvaluation(whole(70))).toBe(70)
    expect(availableForEvaluation(split(60, 10))).toBe(10)
  })

  it('names the numbers when there are too few', async () => {
    expect((await problemOf(() => evaluationRange(split(50, 10), { count: 11, first: null }), 'DATA_TOO_FEW_IMAGES')).message).toMatch(/11.*10/)
    await problemOf(() => evaluationRange(whole(10), { count: 3, first: 8 }), 'DATA_TOO_FEW_IMAGES')
    expect((await problemOf(() => evaluationRange(whole(10), { count: 3, first: null }, 8), 'DATA_TOO_FEW_IMAGES')).message).toMatch(/8.*3.*10/)
  })
})

describe('resolveSplits', () => {
  it.each<[string, DatasetSummary, SplitRequest, ImageRange, ImageRange, ImageRange]>([
    ['first 8000 of 10 000, validation at their end', whole(10000), { count: 2000, first: null, trainImages: 8000, validationImages: 500 }, range(0, 7500), range(7500, 500), range(8000, 2000)],
    ['fewer test images than are left', whole(10000), { count: 1000, first: null, trainImages: 5000, validationImages: 500 }, range(0, 4500), range(4500, 500), range(9000, 1000)],
    ['all that are not evaluated', whole(100), { count: 30, first: null, validationImages: 10 }, range(0, 60), range(60, 10), range(70, 30)],
    ['the source\'s splits', split(5000, 1000), { count: 400, first: null, validationImages: 500 }, range(0, 4500), range(4500, 500), range(5600, 400)],
    ['the first of the train split', split(5000, 1000), { count: 1000, first: null, trainImages: 2000, validationImages: 100 }, range(0, 1900), range(1900, 100), range(5000, 1000)],
    ['evaluated images in front', whole(100), { count: 20, first: 0, validationImages: 5 }, range(20, 75), range(95, 5), range(0, 20)],
    ['evaluated images in the midst', whole(100), { count: 20, first: 30, trainImages: 40 }, range(50, 40), range(90, 0), range(30, 20)],
    ['everything evaluated', whole(100), { count: 100, first: null }, range(0, 0), range(0, 0), range(0, 100)]
  ])('%s', (_, summary, request, train, validation, test) => {
    expect(resolveSplits(summary, request)).toEqual({ train, validation, test })
  })

  it('refuses what overlaps or leaves nothing', async () => {
    await problemOf(() => resolveSplits(whole(10000), { count: 2001, first: null, trainImages: 8000 }), 'DATA_TOO_FEW_IMAGES')
    await problemOf(() => resolveSplits(whole(100), { count: 20, first: 50, trainImages: 60 }), 'DATA_TOO_FEW_IMAGES')
    await problemOf(() => resolveSplits(split(50, 10), { count: 10, first: null, trainImages: 51 }), 'DATA_TOO_FEW_IMAGES')
    await problemOf(() => resolveSplits(split(50, 10), { count: 10, first: null, validationImages: 50 }), 'DATA_TOO_FEW_IMAGES')
  })

  it('never puts an image in two ranges or outside of the data set', () => {
    const number = fc.integer({ min: 0, max: 60 })
    fc.assert(
      fc.property(fc.boolean(), fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 }), number, fc.option(number), number, number, (named, a, b, count, first, trainImages, validationImages) => {
        const summary = named ? split(a, b) : whole(a + b)
        try {
          const { train, validation, test } = resolveSplits(summary, { count, first, trainImages, validationImages })
          const seen = new Set<number>()
          let total = 0
          for (const part of [train, validation, test]) {
            total += part.count
            for (let i = part.first; i < part.first + part.count; i++) {
              expect(i).toBeGreaterThanOrEqual(0)
              expect(i).toBeLessThan(summary.count)
              seen.add(i)
            }
          }
          expect(seen.size).toBe(total)
          expect(test.count).toBe(count)
          expect(validation.count).toBe(validationImages)
          if (trainImages > 0) expect(train.count + validation.count).toBe(trainImages)
        } catch (thrown) {
          if (!(thrown instanceof ProblemError)) throw thrown
        }
      }),
      { numRuns: 500 }
    )
  })
})

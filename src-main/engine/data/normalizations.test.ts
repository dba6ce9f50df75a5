import { describe, expect, it } from 'vitest'
import { preprocessingSchema } from '@shared/dataset'
import { normalizationCandidates } from './normalizations'
import { checkPreprocessing } from './preprocess'
import { datasetOf } from './synthetic-dataset'

const grey = datasetOf([1, 1, 2], Uint8Array.of(0, 255, 10, 20), [0, 1]).summary
const colour = datasetOf([3, 1, 1], Uint8Array.of(0, 20, 30, 40, 20, 60), [0, 1]).summary
const floats = datasetOf([3, 1, 1], Float32Array.of(0, 0.2, 0.3, 0.4, 0.5, 0.6), [0, 1]).summary

describe('normalizationCandidates', () => {
  it.each([['grey', grey], ['colour', colour], ['floats', floats]])('fit %s data, each once', (_, summary) => {
    const candidates = normalizationCandidates(summary)
    for (const { preprocessing } of candidates) {
      checkPreprocessing(preprocessing, summary.shape[0])
      expect(preprocessingSchema.parse(preprocessing)).toEqual(preprocessing)
    }
    expect(new Set(candidates.map(({ name }) => name)).size).toBe(candidates.length)
    expect(new Set(candidates.map(({ preprocessing }) => JSON.stringify(preprocessing))).size).toBe(candidates.length)
  })

  it('hold the well-known ones', () => {
    const names = (summary: typeof grey): string[] => normalizationCandidates(summary).map(({ name }) => name)
    expect(names(grey)).toEqual(expect.arrayContaining(['0 … 1', '−1 … 1', 'MNIST', '0 … 255, as stored', 'Mean and deviation of this data']))
    expect(names(grey)).not.toContain('CIFAR-10')
    expect(names(colour)).toEqual(expect.arrayContaining(['CIFAR-10', 'CIFAR-100', 'ImageNet', 'ImageNet means, deviation 0.225']))
    expect(names(floats)[0]).toBe('As stored')
  })

  it('use this data\'s own statistics, 1 for the deviation of a constant channel', () => {
    const own = normalizationCandidates(colour).find(({ name }) => name === 'Mean and deviation of this data')!.preprocessing
    expect(own.mean).toEqual(colour.channelMean)
    expect(own.std).toEqual([colour.channelStd[0], 1, colour.channelStd[2]])
  })
})

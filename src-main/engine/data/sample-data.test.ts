import { describe, expect, it } from 'vitest'
import { readDataset } from './read-dataset'

describe('the bundled sample data', () => {
  it('is read as IDX with splits, names and balanced classes', async () => {
    const { summary, labels } = await readDataset('resources/sample/glyph-images')
    expect(summary).toMatchObject({
      format: 'idx', shape: [1, 24, 24], elementType: 'uint8', count: 6000,
      sourceSplits: { train: { first: 0, count: 5000 }, test: { first: 5000, count: 1000 } },
      classCounts: new Array(10).fill(600), notes: []
    })
    expect(summary.classNames).toEqual(['ring', 'square', 'triangle', 'cross', 'star', 'L', 'T', 'arrow', 'zigzag', 'C'])
    expect([...labels.subarray(5000, 5010)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { affinePerChannel, checkPreprocessing, fillBatch, inputLayout } from './preprocess'
import { problemOf } from './readers/test-files'
import { datasetOf } from './synthetic-dataset'

const plain = { divisor: 1, mean: [0], std: [1] }

describe('inputLayout', () => {
  it.each([
    [[3, 32, 32], [3, 32, 32], 'channels-first'],
    [[3, 32, 32], [32, 32, 3], 'channels-last'],
    [[3, 32, 32], [3072], 'channels-first'],
    [[1, 28, 28], [784, 1], 'channels-first'],
    [[1, 28, 28], [1, 784], 'channels-first'],
    [[1, 28, 28], [28, 28], 'channels-first'],
    [[1, 28, 28], [28, 28, 1], 'channels-first'],
    [[1, 1, 784], [1, 28, 28], 'channels-first'],
    [[3, 3, 3], [3, 3, 3], 'channels-first'],
    [[1, 1, 1], [1], 'channels-first']
  ] as const)('takes images of %j into an input of %j as %s', (data, input, layout) => {
    expect(inputLayout([...data], input)).toBe(layout)
  })

  it.each([
    [[1, 28, 28], [3, 32, 32]],
    [[3, 32, 32], [1, 32, 32]],
    [[3, 8, 4], [3, 4, 8]],
    [[3, 8, 4], [8, 3, 4]],
    [[3, 32, 32], []]
  ] as const)('refuses images of %j for an input of %j', async (data, input) => {
    const { message } = await problemOf(() => inputLayout([...data], input), 'DATA_MISMATCH')
    expect(message).toContain(data.join(' × '))
  })
})

describe('checkPreprocessing', () => {
  it('wants one value or one per channel', async () => {
    checkPreprocessing({ divisor: 255, mean: [0.5], std: [1, 1, 1] }, 3)
    expect((await problemOf(() => checkPreprocessing({ divisor: 255, mean: [0, 0], std: [1] }, 3), 'REQUEST_INVALID')).where).toBe('preprocessing.mean')
    expect((await problemOf(() => checkPreprocessing({ divisor: 255, mean: [0], std: [1, 1, 1] }, 1), 'REQUEST_INVALID')).where).toBe('preprocessing.std')
    await problemOf(() => checkPreprocessing({ divisor: 255, mean: [0], std: [0] }, 1), 'REQUEST_INVALID')
    await problemOf(() => checkPreprocessing({ divisor: 255, mean: [NaN], std: [1] }, 1), 'REQUEST_INVALID')
  })
})

describe('fillBatch', () => {
  // Two images, two channels, 2 × 3 pixels; the value says where it comes from: image · 100 + channel · 10 + position.
  const pixels = Uint8Array.from({ length: 24 }, (_, i) => Math.floor(i / 12) * 100 + (Math.floor(i / 6) % 2) * 10 + (i % 6))
  const dataset = datasetOf([2, 2, 3], pixels, [0, 1])

  it('normalises each channel with its own mean and deviation', () => {
    const target = new Float32Array(12)
    fillBatch(target, dataset, [1], { divisor: 100, mean: [0.5, 1], std: [0.5, 2] }, 'channels-first')
    expect(target[0]).toBe(Math.fround((1 - 0.5) / 0.5))
    expect(target[6]).toBeCloseTo((1.1 - 1) / 2, 6)
    const { factor, offset } = affinePerChannel({ divisor: 255, mean: [0.5], std: [0.25] }, 2)
    expect([...factor, ...offset]).toEqual([1 / (255 * 0.25), 1 / (255 * 0.25), -2, -2])
  })

  it('gives v / 255 to the last bit of a float for every byte', () => {
    const bytes = datasetOf([1, 16, 16], Uint8Array.from({ length: 256 }, (_, i) => i), [0])
    const target = new Float32Array(256)
    fillBatch(target, bytes, [0], { divisor: 255, mean: [0], std: [1] }, 'channels-first')
    expect([...target]).toEqual(Array.from({ length: 256 }, (_, i) => Math.fround(i / 255)))
  })

  it('writes both layouts, in the order asked for', () => {
    const first = new Float32Array(24)
    const last = new Float32Array(24)
    fillBatch(first, dataset, [1, 0], plain, 'channels-first')
    fillBatch(last, dataset, Int32Array.of(1, 0), plain, 'channels-last')
    expect([...first]).toEqual([...pixels.subarray(12), ...pixels.subarray(0, 12)])
    expect([...last.subarray(0, 6)]).toEqual([100, 110, 101, 111, 102, 112])
    for (let i = 0; i < 6; i++) for (let c = 0; c < 2; c++) expect(last[12 + i * 2 + c]).toBe(first[12 + c * 6 + i])
  })

  it('mirrors and shifts; what enters from outside is 0 after normalisation', () => {
    const target = new Float32Array(12)
    const shifted = (change: { flip: boolean; dx: number; dy: number }, preprocessing = plain): number[] => {
      fillBatch(target, dataset, [0], preprocessing, 'channels-first', [change])
      return [...target.subarray(0, 6)]
    }
    // Stored: 0 1 2 / 3 4 5.
    expect(shifted({ flip: true, dx: 0, dy: 0 })).toEqual([2, 1, 0, 5, 4, 3])
    expect(shifted({ flip: false, dx: 1, dy: 0 })).toEqual([1, 2, 0, 4, 5, 0])
    expect(shifted({ flip: false, dx: 0, dy: -1 })).toEqual([0, 0, 0, 0, 1, 2])
    expect(shifted({ flip: true, dx: 1, dy: 1 })).toEqual([0, 5, 4, 0, 0, 0])
    expect(shifted({ flip: false, dx: 1, dy: 0 }, { divisor: 1, mean: [1], std: [1] })).toEqual([0, 1, 0, 3, 4, 0])
  })

  it('equals the plain fill for an augmentation that does nothing, in either layout', () => {
    fc.assert(
      fc.property(fc.constantFrom('channels-first' as const, 'channels-last' as const), fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 4 }), (layout, indices) => {
        const a = new Float32Array(48)
        const b = new Float32Array(48)
        fillBatch(a, dataset, indices, plain, layout)
        fillBatch(b, dataset, indices, plain, layout, indices.map(() => ({ flip: false, dx: 0, dy: 0 })))
        expect([...a]).toEqual([...b])
        // Mirroring twice, with the pixels mirrored by hand the second time, gives the original.
        fillBatch(b, dataset, indices, plain, layout, indices.map(() => ({ flip: true, dx: 0, dy: 0 })))
        const mirrored = datasetOf([2, 2, 3], pixels.map((_, i) => pixels[i - (i % 3) + 2 - (i % 3)]!), [0, 1])
        fillBatch(a, mirrored, indices, plain, layout)
        expect([...a]).toEqual([...b])
      })
    )
  })

  it('refuses a target that is too small and images that are not there', () => {
    expect(() => fillBatch(new Float32Array(11), dataset, [0], plain, 'channels-first')).toThrow('needs 12')
    expect(() => fillBatch(new Float32Array(12), dataset, [2], plain, 'channels-first')).toThrow('Image 2 of 2')
    expect(() => fillBatch(new Float32Array(12), dataset, [0], plain, 'channels-first', [])).toThrow('0 augmentations')
  })
})

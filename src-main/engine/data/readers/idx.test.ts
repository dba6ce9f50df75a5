import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readDataset } from '../read-dataset'
import { ProblemError } from '@shared/problems'
import { labelFileNames, readIdx } from './idx'
import { detectFormat } from './registry'
import { idxBytes, problemOf, temporaryFolder } from './test-files'

const files = temporaryFolder()
const ramp = (length: number): number[] => Array.from({ length }, (_, i) => (i * 37) & 255)

describe('IDX', () => {
  it('reads images and the labels beside them, gzipped or not', async () => {
    for (const [folder, pack, end] of [['plain', (b: Uint8Array) => b, ''], ['packed', gzipSync, '.gz']] as const) {
      const images = files.write(`${folder}/a-images-idx3-ubyte${end}`, pack(idxBytes(8, [3, 2, 4], ramp(24))))
      files.write(`${folder}/a-labels-idx1-ubyte${end}`, pack(idxBytes(8, [3], [2, 0, 2])))
      for (const source of [images, files.path(folder)]) {
        expect(await detectFormat(source)).toBe('idx')
        const { summary, pixels, labels } = await readDataset(source)
        expect([...pixels]).toEqual(ramp(24))
        expect([...labels]).toEqual([2, 0, 2])
        expect(pixels.buffer).toBeInstanceOf(SharedArrayBuffer)
        expect(labels.buffer).toBeInstanceOf(SharedArrayBuffer)
        expect(summary).toMatchObject({
          format: 'idx', shape: [1, 2, 4], elementType: 'uint8', count: 3, classNames: ['0', '1', '2'], classCounts: [1, 0, 2], sourceSplits: null, divisor: 255
        })
        expect(summary.notes.join()).toContain('1 of 3 classes')
        expect(summary.sha256).toBe(createHash('sha256').update(Uint8Array.from(ramp(24))).update(new Uint8Array(Int32Array.of(2, 0, 2).buffer)).digest('hex'))
      }
    }
  })

  it('puts train-* before t10k-* and names the splits; reads class names', async () => {
    files.write('pair/t10k-images-idx3-ubyte', idxBytes(8, [1, 2, 2], [9, 9, 9, 9]))
    files.write('pair/t10k-labels-idx1-ubyte', idxBytes(8, [1], [1]))
    const train = files.write('pair/train-images-idx3-ubyte.gz', gzipSync(idxBytes(8, [2, 2, 2], ramp(8))))
    files.write('pair/train-labels-idx1-ubyte.gz', gzipSync(idxBytes(8, [2], [0, 1])))
    files.write('pair/class-names.txt', 'cat\ndog\n')
    const { summary, pixels } = await readDataset(files.path('pair'))
    expect(summary.sourceSplits).toEqual({ train: { first: 0, count: 2 }, test: { first: 2, count: 1 } })
    expect(summary.classNames).toEqual(['cat', 'dog'])
    expect([...pixels]).toEqual([...ramp(8), 9, 9, 9, 9])
    const alone = await readDataset(train)
    expect(alone.summary).toMatchObject({ count: 2, sourceSplits: null })
    expect(alone.summary.notes.join()).toContain('import the folder')
  })

  it('turns channels-last images to channels first, and reads floats and wide labels', async () => {
    const images = files.write('colour-images-idx4', idxBytes(8, [1, 2, 1, 3], [1, 2, 3, 4, 5, 6]))
    files.write('colour-labels-idx1', idxBytes(0x0c, [1], [0, 0, 0, 7]))
    const { summary, pixels, labels } = await readDataset(images)
    expect(summary.shape).toEqual([3, 2, 1])
    expect([...pixels]).toEqual([1, 4, 2, 5, 3, 6])
    expect(labels[0]).toBe(7)

    const floats = Buffer.alloc(8)
    floats.writeFloatBE(-1.5, 0)
    floats.writeFloatBE(0.25, 4)
    const path = files.write('float-images-idx3', idxBytes(0x0d, [1, 1, 2], floats))
    files.write('float-labels-idx1', idxBytes(8, [1], [0]))
    const read = await readDataset(path)
    expect([...read.pixels]).toEqual([-1.5, 0.25])
    expect(read.summary).toMatchObject({ elementType: 'float32', divisor: 1, channelMean: [-0.625], channelStd: [0.875] })
  })

  it('says what is wrong', async () => {
    const image = idxBytes(8, [2, 2, 2], ramp(8))
    await problemOf(readDataset(files.path('nothing-here')), 'FILE_NOT_FOUND')
    await problemOf(readDataset(files.write('lonely/x-images-idx3', image)), 'DATA_LABELS_MISSING')
    await problemOf(readDataset(files.write('empty-images-idx3', '')), 'DATA_CORRUPT')
    await problemOf(readDataset(files.write('text-images-idx3-ubyte', 'hello, this is not an image')), 'DATA_CORRUPT')

    const cut = files.write('cut-images-idx3', image.subarray(0, 20))
    files.write('cut-labels-idx1', idxBytes(8, [2], [0, 1]))
    expect((await problemOf(readDataset(cut), 'DATA_CORRUPT')).message).toContain('2 × 2 × 2')

    const packed = gzipSync(image)
    const cutGzip = files.write('cutgz-images-idx3.gz', packed.subarray(0, packed.length - 6))
    files.write('cutgz-labels-idx1.gz', gzipSync(idxBytes(8, [2], [0, 1])))
    await problemOf(readDataset(cutGzip), 'DATA_CORRUPT')

    const mismatch = files.write('count-images-idx3', image)
    const labels = files.write('count-labels-idx1', idxBytes(8, [3], [0, 1, 1]))
    const found = await problemOf(readDataset(mismatch), 'DATA_CORRUPT')
    expect(found.where).toBe(labels)
    expect(found.message).toContain('3 labels for 2 images')

    const negative = files.write('negative-images-idx3', image)
    files.write('negative-labels-idx1', idxBytes(0x09, [2], [0, 255]))
    expect((await problemOf(readDataset(negative), 'DATA_CORRUPT')).message).toContain('-1')

    const labelsOnly = await problemOf(readDataset(labels), 'DATA_FORMAT_UNKNOWN')
    expect(labelsOnly.tip).toContain('images file')
    files.write('two/a-images-idx3', image)
    files.write('two/b-images-idx3', image)
    await problemOf(readDataset(files.path('two')), 'DATA_FORMAT_UNKNOWN')
  })

  it('does not take memory that the file cannot fill', async () => {
    const huge = files.write('huge-images-idx3', idxBytes(8, [60000, 224, 224], [1, 2, 3]))
    await problemOf(readIdx(huge), 'DATA_CORRUPT')
    await problemOf(readIdx(files.write('huge-images-idx3.gz', gzipSync(idxBytes(8, [60000, 224, 224], [1, 2, 3])))), 'DATA_CORRUPT')
    await problemOf(readIdx(files.write('vast-images-idx4', idxBytes(8, [0xffffffff, 0xffffffff, 0xffffffff, 9], []))), 'FILE_TOO_LARGE')
    // More data than the header announces, as in a file that was unpacked into a longer one.
    await problemOf(readIdx(files.write('long-images-idx3.gz', gzipSync(Buffer.concat([idxBytes(8, [1, 2, 2], ramp(4)), Buffer.alloc(1e6)])))), 'DATA_CORRUPT')
  })

  it('reads back any small array', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }).chain((dimensions) => {
          const length = dimensions.reduce((a, b) => a * b, 1)
          return fc.tuple(fc.constant(dimensions), fc.uint8Array({ minLength: length, maxLength: length }), fc.boolean())
        }),
        async ([dimensions, data, packed]) => {
          const bytes = idxBytes(8, dimensions, data)
          const array = await readIdx(files.write('any', packed ? gzipSync(bytes) : bytes))
          expect(array.dimensions).toEqual(dimensions)
          expect(Buffer.from(array.data).equals(Buffer.from(data))).toBe(true)
        }
      ),
      { numRuns: 50 }
    )
  })

  it('answers any bytes behind a magic number with a problem or an array, never a fault', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(8, 9, 0x0b, 0x0c, 0x0d, 0x0e), fc.integer({ min: 0, max: 5 }), async (rest, type, rank) => {
        try {
          await readIdx(files.write('hostile', Buffer.concat([Uint8Array.from([0, 0, type, rank]), rest])))
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(ProblemError)
        }
      }),
      { numRuns: 200 }
    )
  })

  it('derives label names', () => {
    expect(labelFileNames('t10k-images-idx3-ubyte.gz')).toEqual(['t10k-labels-idx1-ubyte.gz', 't10k-labels-idx1-ubyte'])
    expect(labelFileNames('emnist-train-images.idx3')).toEqual(['emnist-train-labels.idx1', 'emnist-train-labels.idx1.gz'])
    expect(labelFileNames('unrelated')).toEqual([])
  })
})

const mnist = '../shared/data/mnist'
describe.skipIf(!existsSync(mnist))('MNIST test images', () => {
  it('have the known counts and mean', async () => {
    const { summary } = await readDataset(mnist)
    expect(summary).toMatchObject({ count: 10000, shape: [1, 28, 28], sourceSplits: null, classCounts: [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009] })
    // The mean that is quoted for the test set, 0.1325, to its last digit.
    expect(summary.channelMean[0]).toBeCloseTo(0.1325, 4)
  })
})

import fc from 'fast-check'
import { zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { ProblemError } from '@shared/problems'
import { readDataset } from '../read-dataset'
import { labelArrayNames } from './numpy'
import { parseNumpyArray } from './numpy-array'
import { detectFormat } from './registry'
import { floatBytes, npyBytes, problemOf, temporaryFolder } from './test-files'

const files = temporaryFolder()
const u1 = (shape: readonly number[], values: readonly number[]): Uint8Array => npyBytes('|u1', shape, Uint8Array.from(values))
const i8 = (values: readonly number[]): Uint8Array => npyBytes('<i8', [values.length], new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer))
const all = (content: Uint8Array): number[] => {
  const array = parseNumpyArray(content, 'test')
  return Array.from({ length: array.shape.reduce((a, b) => a * b, 1) }, (_, i) => array.at(i))
}

describe('NPY arrays', () => {
  it('reads each element type and byte order', () => {
    const values = [0, 1, 100, 3]
    const big = (bytes: number, write: (buffer: Buffer, value: number, at: number) => void): Uint8Array => {
      const buffer = Buffer.alloc(values.length * bytes)
      for (const [i, value] of values.entries()) write(buffer, value, i * bytes)
      return buffer
    }
    expect(all(npyBytes('>f4', [4], big(4, (b, v, at) => b.writeFloatBE(v, at))))).toEqual(values)
    expect(all(npyBytes('<f4', [4], floatBytes(values)))).toEqual(values)
    expect(all(npyBytes('<f8', [2, 2], new Uint8Array(Float64Array.from(values).buffer)))).toEqual(values)
    expect(all(npyBytes('>i4', [4], big(4, (b, v, at) => b.writeInt32BE(v, at))))).toEqual(values)
    expect(all(npyBytes('>i8', [4], big(8, (b, v, at) => b.writeBigInt64BE(BigInt(v), at))))).toEqual(values)
    expect(all(i8([-5, 7]))).toEqual([-5, 7])
    expect(all(npyBytes('|b1', [4], Uint8Array.from(values)))).toEqual([0, 1, 1, 1])
  })

  it('gives Fortran order as C order', () => {
    // The array [[1, 2, 3], [4, 5, 6]] lies column by column.
    expect(all(npyBytes('|u1', [2, 3], Uint8Array.from([1, 4, 2, 5, 3, 6]), true))).toEqual([1, 2, 3, 4, 5, 6])
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }), (shape) => {
        const count = shape.reduce((a, b) => a * b, 1)
        const stored = new Uint8Array(count)
        for (let index = 0; index < count; index++) {
          let rest = index
          const position = shape.map(() => 0)
          for (let axis = shape.length - 1; axis >= 0; axis--) {
            position[axis] = rest % shape[axis]!
            rest = Math.floor(rest / shape[axis]!)
          }
          stored[position.reduceRight((offset, p, axis) => offset * shape[axis]! + p, 0)] = index
        }
        expect(all(npyBytes('|u1', shape, stored, true))).toEqual(Array.from({ length: count }, (_, i) => i))
      })
    )
  })

  it('reads back any floats', () => {
    fc.assert(
      fc.property(fc.float32Array({ minLength: 1, maxLength: 30, noNaN: true }), (values) => {
        expect(all(npyBytes('<f4', [values.length], new Uint8Array(values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength))))).toEqual([...values])
      })
    )
  })

  it('answers hostile headers with a problem and without taking memory', async () => {
    const withHeader = (header: string): Uint8Array => {
      const bytes = Buffer.alloc(10 + header.length)
      bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0])
      bytes.writeUInt16LE(header.length, 8)
      bytes.write(header, 10, 'latin1')
      return bytes
    }
    const header = (descr: string, shape: string): string => `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`
    await problemOf(() => parseNumpyArray(withHeader(header('<f4', '100000, 3, 64')), 'x'), 'DATA_CORRUPT')
    await problemOf(() => parseNumpyArray(withHeader(header('<f4', '4000000000, 4000000000')), 'x'), 'FILE_TOO_LARGE')
    await problemOf(() => parseNumpyArray(withHeader(header('<f4', '0, 3')), 'x'), 'DATA_CORRUPT')
    await problemOf(() => parseNumpyArray(withHeader(header('|O', '3,')), 'x'), 'DATA_FORMAT_UNKNOWN')
    await problemOf(() => parseNumpyArray(withHeader('garbage'), 'x'), 'DATA_CORRUPT')
    await problemOf(() => parseNumpyArray(Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0, 255, 255, 255, 255]), 'x'), 'DATA_CORRUPT')
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.constantFrom('<f4', '|u1', '>i8'), fc.string({ maxLength: 12 }), (text, descr, shape) => {
        for (const content of [withHeader(text.replace(/[^ -~]/g, '?')), withHeader(header(descr, shape.replace(/[^ -~]/g, '?')))]) {
          try {
            parseNumpyArray(content, 'x')
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(ProblemError)
          }
        }
      })
    )
  })
})

describe('NumPy data sets', () => {
  it('reads NPZ splits and one-hot labels', async () => {
    const path = files.write('set.npz', zipSync({
      'x_train.npy': u1([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]), 'y_train.npy': npyBytes('<f4', [2, 3], floatBytes([0, 0, 1, 1, 0, 0])),
      'x_test.npy': u1([1, 2, 2], [9, 9, 9, 9]), 'y_test.npy': npyBytes('<f4', [1, 3], floatBytes([0, 1, 0])), 'extra.npy': u1([1], [0])
    }))
    expect(await detectFormat(path)).toBe('npz')
    const { summary, pixels, labels } = await readDataset(path)
    expect(summary).toMatchObject({ name: 'set', format: 'npz', shape: [1, 2, 2], elementType: 'uint8', sourceSplits: { train: { first: 0, count: 2 }, test: { first: 2, count: 1 } } })
    expect([...labels]).toEqual([2, 0, 1])
    expect([...pixels]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9])
    expect(summary.notes.join()).toContain('extra')
  })

  it('reads a lone array with its labels, channels last, and integers as bytes', async () => {
    const path = files.write('npy/photos.npy', npyBytes('<i4', [1, 2, 1, 3], new Uint8Array(Int32Array.from([1, 2, 3, 4, 5, 255]).buffer)))
    files.write('npy/photos_labels.npy', i8([4]))
    const { summary, pixels, labels } = await readDataset(path)
    expect(summary).toMatchObject({ format: 'npy', shape: [3, 2, 1], elementType: 'uint8' })
    expect([...pixels]).toEqual([1, 4, 2, 5, 3, 255])
    expect([...labels]).toEqual([4])
    expect(summary.notes).toHaveLength(3)
  })

  it('reads a folder of arrays, floats as they are', async () => {
    files.write('folder/X.npy', npyBytes('<f4', [2, 3, 1, 1], floatBytes([0.5, -1, 2, 0, 0, 0])))
    files.write('folder/y.npy', i8([0, 1]))
    const { summary, pixels } = await readDataset(files.path('folder'))
    expect(summary).toMatchObject({ format: 'npy', shape: [3, 1, 1], elementType: 'float32', divisor: 1, channelMean: [0.25, -0.5, 1] })
    expect([...pixels]).toEqual([0.5, -1, 2, 0, 0, 0])
  })

  it('says what is wrong', async () => {
    const lonely = await problemOf(readDataset(files.write('lonely/photos.npy', u1([1, 1, 1], [1]))), 'DATA_LABELS_MISSING')
    expect(lonely.tip).toContain('photos_labels.npy')
    const set = (name: string, arrays: Record<string, Uint8Array>): string => files.write(`${name}.npz`, zipSync(arrays))
    const images = u1([2, 1, 2], [1, 2, 3, 4])
    await problemOf(readDataset(set('nolabels', { 'x.npy': images })), 'DATA_LABELS_MISSING')
    await problemOf(readDataset(set('unknown', { 'foo.npy': images })), 'DATA_FORMAT_UNKNOWN')
    await problemOf(readDataset(set('count', { 'x.npy': images, 'y.npy': i8([0, 1, 1]) })), 'DATA_CORRUPT')
    await problemOf(readDataset(set('negative', { 'x.npy': images, 'y.npy': i8([0, -1]) })), 'DATA_CORRUPT')
    await problemOf(readDataset(set('fraction', { 'x.npy': images, 'y.npy': npyBytes('<f4', [2], floatBytes([0, 0.5])) })), 'DATA_CORRUPT')
    await problemOf(readDataset(set('twohot', { 'x.npy': images, 'y.npy': u1([2, 2], [1, 1, 0, 1]) })), 'DATA_CORRUPT')
    await problemOf(readDataset(set('nan', { 'x.npy': npyBytes('<f4', [1, 1, 1], floatBytes([NaN])), 'y.npy': i8([0]) })), 'DATA_CORRUPT')
    await problemOf(readDataset(set('rank', { 'x.npy': u1([1, 1, 1, 1, 1], [1]), 'y.npy': i8([0]) })), 'DATA_CORRUPT')
    await problemOf(readDataset(files.write('text.npz', 'not a zip')), 'DATA_CORRUPT')
    const whole = zipSync({ 'x.npy': images, 'y.npy': i8([0, 1]) })
    await problemOf(readDataset(files.write('cut.npz', whole.subarray(0, whole.length - 30))), 'DATA_CORRUPT')
  })

  it('does not believe an archive about its unpacked size', async () => {
    const bytes = Buffer.from(zipSync({ 'x.npy': u1([1, 1, 1], [1]), 'y.npy': i8([0]) }))
    // The unpacked size of the first entry in the central directory: 24 bytes behind its signature.
    const directory = bytes.indexOf(Uint8Array.from([0x50, 0x4b, 1, 2]))
    bytes.writeUInt32LE(0xf0000000, directory + 24)
    const found = await problemOf(readDataset(files.write('bomb.npz', bytes)), 'DATA_CORRUPT')
    expect(found.message).toContain('not possible')
  })

  it('derives label names', () => {
    expect(labelArrayNames('test_images')[0]).toBe('test_labels')
    expect(labelArrayNames('x_test')).toContain('y_test')
    expect(labelArrayNames('photos')).toContain('photos_labels')
  })
})

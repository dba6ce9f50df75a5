import { describe, expect, it } from 'vitest'
import { readDataset } from '../read-dataset'
import { detectFormat } from './registry'
import { problemOf, temporaryFolder } from './test-files'

const files = temporaryFolder()
/** Records of the given labels; all pixels of a record have the value of its position plus `base`. */
const records = (labels: readonly (readonly number[])[], base = 0): Uint8Array =>
  Buffer.concat(labels.map((label, index) => Buffer.concat([Uint8Array.from(label), Buffer.alloc(3072, base + index)])))

const names10 = Array.from({ length: 10 }, (_, i) => `class ${i}`)

describe('CIFAR binary', () => {
  it('reads CIFAR-10 with its batches in order, splits and names', async () => {
    files.write('c10/data_batch_2.bin', records([[3]], 20))
    files.write('c10/data_batch_1.bin', records([[1], [2]], 10))
    files.write('c10/test_batch.bin', records([[9]], 30))
    files.write('c10/batches.meta.txt', `${names10.join('\n')}\n\n`)
    const { summary, pixels, labels } = await readDataset(files.path('c10'))
    expect(summary).toMatchObject({
      format: 'cifar10', shape: [3, 32, 32], count: 4, classNames: names10,
      sourceSplits: { train: { first: 0, count: 3 }, test: { first: 3, count: 1 } }
    })
    expect([...labels]).toEqual([1, 2, 3, 9])
    expect([0, 1, 2, 3].map((image) => pixels[image * 3072 + 3071])).toEqual([10, 11, 20, 30])
  })

  it('reads CIFAR-100 with fine labels', async () => {
    const test = files.write('c100/test.bin', records([[19, 99], [0, 5]]))
    files.write('c100/train.bin', records([[4, 7]]))
    const { summary, labels } = await readDataset(files.path('c100'))
    expect(summary).toMatchObject({ format: 'cifar100', count: 3 })
    expect(summary.classNames).toHaveLength(100)
    expect(summary.notes.join()).toContain('fine_label_names.txt')
    expect([...labels]).toEqual([7, 99, 5])
    expect((await readDataset(test)).summary).toMatchObject({ format: 'cifar100', count: 2, sourceSplits: null })
  })

  it('recognises a single file by its size and labels', async () => {
    expect(await detectFormat(files.write('any.bin', records([[0], [9]])))).toBe('cifar10')
    expect(await detectFormat(files.write('other.bin', records([[0], [200]])))).toBe(null)
    expect(await detectFormat(files.write('odd.bin', Buffer.alloc(3000)))).toBe(null)
  })

  it('says what is wrong', async () => {
    const batch = files.write('cut/data_batch_1.bin', records([[1], [2]]).subarray(0, 5000))
    expect((await problemOf(readDataset(files.path('cut')), 'DATA_CORRUPT')).where).toBe(batch)
    files.write('label/data_batch_1.bin', records([[1], [12]]))
    expect((await problemOf(readDataset(files.path('label')), 'DATA_CORRUPT')).message).toContain('12')
    files.write('python/data_batch_1', 'pickle')
    expect((await problemOf(readDataset(files.path('python')), 'DATA_FORMAT_UNKNOWN')).tip).toContain('binary')
    files.write('names/test_batch.bin', records([[1]]))
    files.write('names/batches.meta.txt', 'only\n')
    await problemOf(readDataset(files.path('names')), 'DATA_CORRUPT')
    await problemOf(readDataset(files.write('wrong.bin', Buffer.alloc(3000, 1))), 'DATA_FORMAT_UNKNOWN')
  })
})

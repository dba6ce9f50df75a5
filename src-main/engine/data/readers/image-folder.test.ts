import sharp from 'sharp'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readDataset } from '../read-dataset'
import { interleave } from './image-folder'
import { detectFormat } from './registry'
import { problemOf, temporaryFolder } from './test-files'

const files = temporaryFolder()

const png = (values: readonly number[], channels: 1 | 3 | 4, width: number): Promise<Uint8Array> => {
  const image = sharp(Uint8Array.from(values), { raw: { width, height: values.length / channels / width, channels } })
  return (channels === 1 ? image.toColourspace('b-w') : image).png().toBuffer()
}
const grey = (value: number): Promise<Uint8Array> => png([value, 0, 0, 255], 1, 2)

describe('image folder', () => {
  it('reads grey images as one channel, classes in name order, taking turns', async () => {
    for (const [name, value] of [['b/1.png', 10], ['b/2.png', 11], ['a/x.png', 20], ['a/y.png', 21]] as const) files.write(`grey/${name}`, await grey(value))
    files.write('grey/a/notes.txt', 'not an image')
    files.write('grey/.DS_Store', '')
    files.write('grey/readme.md', '')
    expect(await detectFormat(files.path('grey'))).toBe('image-folder')
    const { summary, pixels, labels } = await readDataset(files.path('grey'))
    expect(summary).toMatchObject({ format: 'image-folder', shape: [1, 2, 2], classNames: ['a', 'b'], classCounts: [2, 2], sourceSplits: null })
    expect([...labels]).toEqual([0, 1, 0, 1])
    expect([0, 4, 8, 12].map((at) => pixels[at])).toEqual([20, 10, 21, 11])
    expect([...pixels.subarray(0, 4)]).toEqual([20, 0, 0, 255])
    expect(summary.notes.join()).toContain('1 entries')
  })

  it('reads colour channels first, keeps splits, leaves alpha out, widens grey among colour', async () => {
    files.write('colour/train/a/1.png', await png([1, 2, 3, 4, 5, 6], 3, 2))
    files.write('colour/train/b/1.png', await png([7, 7], 1, 2))
    files.write('colour/test/a/1.png', await png([1, 2, 3, 255, 4, 5, 6, 128], 4, 2))
    const { summary, pixels, labels } = await readDataset(files.path('colour'))
    expect(summary).toMatchObject({ shape: [3, 1, 2], sourceSplits: { train: { first: 0, count: 2 }, test: { first: 2, count: 1 } } })
    expect([...labels]).toEqual([0, 1, 0])
    expect([...pixels]).toEqual([1, 4, 2, 5, 3, 6, 7, 7, 7, 7, 7, 7, 1, 4, 2, 5, 3, 6])
    expect(summary.notes.join()).toMatch(/1 of 3 images are grey.*alpha/)
  })

  it('decodes JPEG and WebP', async () => {
    const flat = sharp({ create: { width: 8, height: 8, channels: 3, background: { r: 200, g: 100, b: 50 } } })
    files.write('kinds/a/1.jpg', await flat.clone().jpeg({ quality: 100 }).toBuffer())
    files.write('kinds/a/2.webp', await flat.clone().webp({ lossless: true }).toBuffer())
    const { pixels } = await readDataset(files.path('kinds'))
    // JPEG's colour transform rounds each channel by a level or two.
    const jpegTolerance = 2
    for (const image of [0, 1]) {
      for (const [channel, value] of [200, 100, 50].entries()) expect(Math.abs(pixels[image * 192 + channel * 64]! - value)).toBeLessThanOrEqual(jpegTolerance)
    }
  })

  it('takes the only split that is there', async () => {
    files.write('alone/test/a/1.png', await grey(1))
    const { summary } = await readDataset(files.path('alone'))
    expect(summary).toMatchObject({ classNames: ['a'], sourceSplits: null })
    expect(summary.notes.join()).toContain('test/')
  })

  it('says what is wrong', async () => {
    files.write('odd/a/1.png', await grey(1))
    const odd = files.write('odd/a/2.png', await png([1, 2, 3], 1, 3))
    const found = await problemOf(readDataset(files.path('odd')), 'DATA_CORRUPT')
    expect(found.where).toBe(odd)
    expect(found.message).toContain('3 × 1')

    files.write('broken/a/1.png', await grey(1))
    const broken = files.write('broken/a/2.png', (await grey(1)).subarray(0, 60))
    expect((await problemOf(readDataset(files.path('broken')), 'DATA_CORRUPT')).where).toBe(broken)

    files.write('flat/1.png', await grey(1))
    await problemOf(readDataset(files.path('flat')), 'DATA_LABELS_MISSING')
    await problemOf(readDataset(files.path('flat/1.png')), 'DATA_FORMAT_UNKNOWN')
    files.write('bitmap/a/1.bmp', 'BM')
    expect((await problemOf(readDataset(files.path('bitmap')), 'DATA_FORMAT_UNKNOWN')).tip).toContain('PNG')
    files.write('strange/train/a/1.png', await grey(1))
    files.write('strange/test/b/1.png', await grey(1))
    await problemOf(readDataset(files.path('strange')), 'DATA_CORRUPT')
  })

  it('interleaves so that any run is balanced', () => {
    expect(interleave([['a0', 'a1', 'a2', 'a3'], ['b0', 'b1']])).toEqual(['a0', 'b0', 'a1', 'a2', 'b1', 'a3'])
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }), fc.nat(), fc.nat(), (sizes, from, to) => {
        const order = interleave(sizes.map((size, index) => Array.from({ length: size }, () => index)))
        const total = order.length
        const [first, last] = [from % (total + 1), to % (total + 1)].sort((a, b) => a - b) as [number, number]
        for (const [index, size] of sizes.entries()) {
          const count = order.slice(first, last).filter((value) => value === index).length
          // Each class is evenly spaced; the positions of the others shift a run by less than one image of each class at either end.
          expect(Math.abs(count - (size / total) * (last - first))).toBeLessThanOrEqual(1 + (2 * sizes.length * size) / total)
        }
      })
    )
  })
})

describe('sources of no format', () => {
  it('are told apart', async () => {
    files.write('archives/data.tar.gz', 'x')
    files.write('archives/more.zip', 'x')
    expect((await problemOf(readDataset(files.path('archives')), 'DATA_FORMAT_UNKNOWN')).tip).toContain('Unpack')
    expect((await problemOf(readDataset(files.path('archives/more.zip')), 'DATA_FORMAT_UNKNOWN')).tip).toContain('npack')
    files.write('nested/inner/readme.txt', 'x')
    await problemOf(readDataset(files.path('nested')), 'DATA_FORMAT_UNKNOWN')
    await problemOf(readDataset(files.path('nested/inner')), 'DATA_FORMAT_UNKNOWN')
    expect((await problemOf(readDataset(files.path('nested/inner/readme.txt')), 'DATA_FORMAT_UNKNOWN')).tip).toContain('IDX')
    await problemOf(readDataset(files.write('nothing.csv', '')), 'DATA_CORRUPT')
  })
})

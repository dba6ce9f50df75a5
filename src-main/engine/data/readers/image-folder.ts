/**
 * A folder of images by class: `<class>/…` or `train/<class>/…` with `test/<class>/…`. Classes are numbered in name
 * order. Images are decoded by sharp, without colour management, so that pixels are what the file stores.
 */
import sharp, { type Sharp } from 'sharp'
import type { ImageRange } from '@shared/dataset'
import { fail, ProblemError } from '@shared/problems'
import { assembleDataset } from '../assemble'
import type { Dataset } from '../dataset'
import { byName, listFolder, type Entry, type Source } from '../files'
import { checkDatasetBytes } from '../limits'
import { sharedBytes, sharedIntegers } from '../shared-arrays'
import type { DatasetReader } from './reader'

const decodable = /\.(png|jpe?g|webp|gif|tiff?)$/i
/** Recognised so that they are named in a problem instead of being passed over. */
const undecodable = /\.(bmp|ppm|pgm|heic|avif|jp2|tga)$/i
const parallelDecodes = 8
const maximumPixelsPerImage = 8192 * 8192

interface Item {
  path: string
  label: number
}

/**
 * Interleaves the classes in proportion to their sizes, each in its own order, so that any run of images holds the
 * classes as the whole does: for equal classes this is round-robin. The j-th of n images stands at (j + ½) / n.
 */
export function interleave<T>(classes: readonly (readonly T[])[]): T[] {
  const placed = classes.flatMap((items, index) => items.map((item, j) => ({ item, index, at: (j + 0.5) / items.length })))
  return placed.sort((a, b) => a.at - b.at || a.index - b.index).map(({ item }) => item)
}

const folders = (entries: readonly Entry[]): Entry[] => entries.filter((entry) => entry.kind === 'folder')
const splitFolder = (entries: readonly Entry[], pattern: RegExp): Entry | undefined => folders(entries).find((entry) => pattern.test(entry.name))
const trainPattern = /^train(ing)?$/i
const testPattern = /^test(ing)?$/i
const validationPattern = /^val(id(ation)?)?$/i

/** `train/` and `test/` of a folder, `val/` where there is no `test/`. */
const namedSplits = (entries: readonly Entry[]): { train: Entry | undefined; test: Entry | undefined } => ({
  train: splitFolder(entries, trainPattern),
  test: splitFolder(entries, testPattern) ?? splitFolder(entries, validationPattern)
})

/** Where the class folders lie: in both splits, in the only one that is there, or in the folder itself. */
async function classFolders(source: { path: string; entries: Entry[] }): Promise<{ train: string; test: string | null; alone: string | null }> {
  const { train, test } = namedSplits(source.entries)
  if (train !== undefined && test !== undefined) return { train: train.path, test: test.path, alone: null }
  const only = train ?? test
  // A class may be called "test" too: only a folder of folders is a split.
  if (only !== undefined && folders(await listFolder(only.path)).length > 0) return { train: only.path, test: null, alone: only.name }
  return { train: source.path, test: null, alone: null }
}

interface ClassFiles {
  name: string
  files: string[]
}

async function classesOf(folder: string, ignored: { other: number }): Promise<ClassFiles[]> {
  const classes: ClassFiles[] = []
  for (const entry of folders(await listFolder(folder))) {
    const files: string[] = []
    for (const file of await listFolder(entry.path)) {
      if (file.kind === 'file' && decodable.test(file.name)) files.push(file.path)
      else if (file.kind === 'file' && undecodable.test(file.name)) {
        fail('DATA_FORMAT_UNKNOWN', file.path, 'Images of this kind cannot be decoded.', 'Convert the images to PNG, without loss, and import again.')
      } else ignored.other++
    }
    if (files.length > 0) classes.push({ name: entry.name, files })
  }
  return classes
}

interface Geometry {
  width: number
  height: number
  channels: number
}

/** Calls `work` for each index with a bounded number in flight; the first failure in index order is the one reported. */
async function forEachBounded(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  let failedAt = Infinity
  let failure: unknown
  const lane = async (): Promise<void> => {
    while (next < count && failedAt === Infinity) {
      const index = next++
      try {
        await work(index)
      } catch (thrown) {
        if (index < failedAt) {
          failedAt = index
          failure = thrown
        }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(parallelDecodes, count) }, lane))
  if (failedAt !== Infinity) throw failure
}

const open = (path: string): Sharp => sharp(path, { failOn: 'error', limitInputPixels: maximumPixelsPerImage, ignoreIcc: true, pages: 1 })

function failDecoding(path: string, thrown: unknown): never {
  if (thrown instanceof ProblemError) throw thrown
  fail('DATA_CORRUPT', path, `The image cannot be decoded (${thrown instanceof Error ? thrown.message.split('\n')[0] : String(thrown)}).`)
}

/** Size and channels of every file from its header alone, so that memory is taken only for what fits together. */
async function measure(items: readonly Item[], notes: string[]): Promise<Geometry> {
  const sizes: { width: number; height: number; grey: boolean }[] = new Array(items.length)
  let transparent = 0
  let deep = 0
  await forEachBounded(items.length, async (index) => {
    const { path } = items[index]!
    try {
      const metadata = await open(path).metadata()
      if (metadata.hasAlpha) transparent++
      if (metadata.depth !== 'uchar') deep++
      sizes[index] = { width: metadata.width, height: metadata.height, grey: metadata.space === 'b-w' || metadata.space === 'grey16' }
    } catch (thrown) {
      failDecoding(path, thrown)
    }
  })
  const { width, height } = sizes[0]!
  const odd = sizes.findIndex((size) => size.width !== width || size.height !== height)
  if (odd >= 0) {
    fail('DATA_CORRUPT', items[odd]!.path, `This image is ${sizes[odd]!.width} × ${sizes[odd]!.height} pixels, the first one (${items[0]!.path}) ${width} × ${height}. All must have the same size.`,
      'Bring all images to the size that the network was trained on, the same way as in training.')
  }
  const grey = sizes.filter((size) => size.grey).length
  if (grey > 0 && grey < items.length) notes.push(`${grey} of ${items.length} images are grey; they were given three equal channels like the others.`)
  if (transparent > 0) notes.push(`${transparent} images have an alpha channel, which was left out.`)
  if (deep > 0) notes.push(`${deep} images have more than 8 bits per channel; they were reduced to 8.`)
  return { width, height, channels: grey === items.length ? 1 : 3 }
}

async function decode(items: readonly Item[], geometry: Geometry): Promise<Uint8Array> {
  const { width, height, channels } = geometry
  const plane = width * height
  const pixels = sharedBytes(items.length * channels * plane)
  await forEachBounded(items.length, async (index) => {
    const { path } = items[index]!
    try {
      const { data, info } = await open(path).removeAlpha().toColourspace(channels === 1 ? 'b-w' : 'srgb').raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
      if (info.channels !== channels || info.width !== width || info.height !== height) {
        fail('DATA_CORRUPT', path, `Decoded to ${info.channels} × ${info.height} × ${info.width}, expected ${channels} × ${height} × ${width}.`)
      }
      const first = index * channels * plane
      for (let channel = 0; channel < channels; channel++) {
        const out = first + channel * plane
        for (let i = 0, s = channel; i < plane; i++, s += channels) pixels[out + i] = data[s]!
      }
    } catch (thrown) {
      failDecoding(path, thrown)
    }
  })
  return pixels
}

function checkSameClasses(train: ClassFiles[], test: ClassFiles[], where: string): void {
  const names = train.map(({ name }) => name)
  const odd = test.find(({ name }) => !names.includes(name))
  if (odd !== undefined) fail('DATA_CORRUPT', where, `Class ${odd.name} has test images but no training images.`, 'Use the same class folders in both splits.')
}

async function read(source: Source): Promise<Dataset> {
  if (source.kind === 'file') throw new Error('An image folder is never a file.')
  const ignored = { other: 0 }
  const notes: string[] = []
  const where = await classFolders(source)
  const split = where.test !== null
  const train = await classesOf(where.train, ignored)
  const test = where.test === null ? [] : await classesOf(where.test, ignored)
  if (where.alone !== null) notes.push(`Only ${where.alone}/ is there; its images are the whole set.`)
  if (train.length === 0 || (split && test.length === 0)) {
    fail('DATA_FORMAT_UNKNOWN', source.path, 'There are folders, but no images in them.', 'Choose the folder that holds one folder of images per class.')
  }
  if (split) checkSameClasses(train, test, source.path)
  const classNames = train.map(({ name }) => name).sort(byName)
  const itemsOf = (classes: ClassFiles[]): Item[] =>
    interleave(classes.map(({ name, files }) => files.map((path) => ({ path, label: classNames.indexOf(name) }))))
  const trainItems = itemsOf(train)
  const items = [...trainItems, ...itemsOf(test)]
  const geometry = await measure(items, notes)
  checkDatasetBytes(items.length * geometry.channels * geometry.height * geometry.width, source.path)
  const pixels = await decode(items, geometry)
  const labels = sharedIntegers(items.length)
  for (const [index, item] of items.entries()) labels[index] = item.label
  if (ignored.other > 0) notes.push(`${ignored.other} entries in class folders are not images and were left out.`)
  const range = (first: number, count: number): ImageRange => ({ first, count })
  return assembleDataset({
    name: source.name, format: 'image-folder', shape: [geometry.channels, geometry.height, geometry.width], pixels, labels, classNames,
    sourceSplits: !split ? null : { train: range(0, trainItems.length), test: range(trainItems.length, items.length - trainItems.length) },
    notes
  }, source.path)
}

const holdsImages = async (folder: string): Promise<boolean> =>
  (await listFolder(folder)).some((entry) => entry.kind === 'file' && (decodable.test(entry.name) || undecodable.test(entry.name)))

export const imageFolderReader: DatasetReader = {
  formats: ['image-folder'],
  async detect(source) {
    if (source.kind === 'file') return null
    const { train } = await classFolders(source)
    for (const entry of folders(train === source.path ? source.entries : await listFolder(train))) if (await holdsImages(entry.path)) return 'image-folder'
    return null
  },
  read
}

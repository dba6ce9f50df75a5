/**
 * Images and labels as NumPy arrays: an NPZ archive, a folder of NPY files, or one NPY file of images with its labels
 * beside it. The names of arrays (keys of the archive, file names without .npy) say what they are.
 */
import { dirname } from 'node:path'
import { unzipSync } from 'fflate'
import type { DatasetSummary } from '@shared/dataset'
import { fail, ProblemError } from '@shared/problems'
import { assembleDataset } from '../assemble'
import { readClassNames } from '../class-names'
import type { Dataset } from '../dataset'
import { listFolder, readHead, readWhole, type Entry, type Source } from '../files'
import { imageArrayLayout, toChannelsFirst } from '../image-layout'
import { checkDatasetBytes, elementCount, maximumDatasetBytes, maximumInflation } from '../limits'
import { sharedBytes, sharedFloats, sharedIntegers } from '../shared-arrays'
import { isNpy, parseNumpyArray, type NumpyArray } from './numpy-array'
import type { DatasetReader } from './reader'

const isZip = (head: Uint8Array): boolean => head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5)

/** Names of images and of their labels, compared without regard to case; the first pair that is there is taken. */
const trainPairs = [['x_train', 'y_train'], ['train_images', 'train_labels'], ['images_train', 'labels_train'], ['train_x', 'train_y']] as const
const testPairs = [['x_test', 'y_test'], ['test_images', 'test_labels'], ['images_test', 'labels_test'], ['test_x', 'test_y']] as const
const wholePairs = [
  ['x', 'y'], ['images', 'labels'], ['data', 'labels'], ['x', 'labels'], ['images', 'y'], ['data', 'y'], ['data', 'targets'], ['images', 'targets']
] as const

interface Names {
  images: string
  labels: string
}

function findPair(names: readonly string[], pairs: readonly (readonly [string, string])[]): Names | null {
  const find = (wanted: string): string | undefined => names.find((name) => name.toLowerCase() === wanted)
  for (const [images, labels] of pairs) {
    const foundImages = find(images)
    const foundLabels = find(labels)
    if (foundImages !== undefined && foundLabels !== undefined) return { images: foundImages, labels: foundLabels }
  }
  return null
}

/** Which arrays make the data set: train, then test, or one pair. */
function chooseArrays(names: readonly string[], where: string): { parts: Names[]; split: boolean } {
  const train = findPair(names, trainPairs)
  const test = findPair(names, testPairs)
  if (train !== null && test !== null) return { parts: [train, test], split: true }
  const one = train ?? test ?? findPair(names, wholePairs)
  if (one !== null) return { parts: [one], split: false }
  const images = [...trainPairs, ...testPairs, ...wholePairs].map(([name]) => name).find((wanted) => names.some((name) => name.toLowerCase() === wanted))
  const listed = names.length === 0 ? 'none' : names.slice(0, 8).join(', ')
  if (images !== undefined) fail('DATA_LABELS_MISSING', where, `There are images (${images}) but no labels; arrays found: ${listed}.`, 'Add the labels as an array named y or labels (y_train, y_test).')
  fail('DATA_FORMAT_UNKNOWN', where, `No array has a name that is known; arrays found: ${listed}.`, 'Name the arrays x and y, images and labels, or x_train, y_train, x_test and y_test.')
}

/**
 * Class indices from integers, from floats that are whole numbers, or from one-hot rows.
 * @throws the problem DATA_CORRUPT for anything else.
 */
export function labelsFromArray(array: NumpyArray): Int32Array {
  const [count = 0, columns = 1] = array.shape
  if (array.shape.length < 1 || array.shape.length > 2) {
    fail('DATA_CORRUPT', array.where, `Labels have the dimensions ${array.shape.join(' × ')}.`, 'Store labels as [count], or one-hot as [count, classes].')
  }
  const labels = sharedIntegers(count)
  for (let row = 0; row < count; row++) {
    if (columns === 1) {
      const value = array.at(row)
      if (!Number.isInteger(value) || Math.abs(value) > 2 ** 31 - 1) fail('DATA_CORRUPT', array.where, `Label ${row} is ${value}; labels are whole numbers from 0.`)
      labels[row] = value
      continue
    }
    let hot = -1
    for (let column = 0; column < columns; column++) {
      const value = array.at(row * columns + column)
      if (value === 1 && hot < 0) hot = column
      else if (value !== 0) fail('DATA_CORRUPT', array.where, `Row ${row} of the labels is not one-hot.`, 'Store class indices as [count], or rows with a single 1.')
    }
    if (hot < 0) fail('DATA_CORRUPT', array.where, `Row ${row} of the labels is not one-hot.`, 'Store class indices as [count], or rows with a single 1.')
    labels[row] = hot
  }
  return labels
}

/** Whether every value is a whole number from 0 to 255, so that bytes hold the array without loss. */
function fitsBytes(array: NumpyArray, count: number): boolean {
  if (array.type === 'u1') return true
  if (array.kind !== 'integer') return false
  for (let i = 0; i < count; i++) {
    const value = array.at(i)
    if (value < 0 || value > 255) return false
  }
  return true
}

function fillPixels(target: Uint8Array | Float32Array, array: NumpyArray): void {
  if (target instanceof Uint8Array && array.type === 'u1' && array.bytes !== null) target.set(array.bytes)
  else if (target instanceof Float32Array && array.type === 'f4' && array.bytes !== null) {
    new Uint8Array(target.buffer, target.byteOffset, target.byteLength).set(array.bytes)
  } else for (let i = 0; i < target.length; i++) target[i] = array.at(i)
}

function build(
  arrays: { images: NumpyArray; labels: NumpyArray }[], split: boolean, format: DatasetSummary['format'],
  source: Source, classNames: string[] | null, notes: string[]
): Dataset {
  const layouts = arrays.map(({ images }) => imageArrayLayout(images.shape, images.where))
  const { shape, order } = layouts[0]!
  const imageSize = elementCount(shape, source.path)
  const counts = layouts.map((layout) => layout.count)
  const total = counts.reduce((sum, count) => sum + count, 0)
  const labelParts = arrays.map(({ images, labels }, index) => {
    if (layouts[index]!.shape.join() !== shape.join() || layouts[index]!.order !== order) {
      fail('DATA_CORRUPT', images.where, `Images of ${layouts[index]!.shape.join(' × ')} beside images of ${shape.join(' × ')}; all must be alike.`)
    }
    if (labels.shape[0] !== counts[index]) {
      fail('DATA_CORRUPT', labels.where, `${labels.shape[0] ?? 1} labels for ${counts[index]} images.`, 'Use images and labels of the same set.')
    }
    return labelsFromArray(labels)
  })
  const bytes = arrays.every(({ images }, index) => fitsBytes(images, counts[index]! * imageSize))
  checkDatasetBytes(total * imageSize * (bytes ? 1 : 4), source.path)
  const pixels = bytes ? sharedBytes(total * imageSize) : sharedFloats(total * imageSize)
  const labels = sharedIntegers(total)
  let done = 0
  for (const [index, { images }] of arrays.entries()) {
    const target = pixels.subarray(done * imageSize, (done + counts[index]!) * imageSize)
    fillPixels(target, images)
    if (order === 'channels-last') toChannelsFirst(target, target.slice(), counts[index]!, shape)
    labels.set(labelParts[index]!, done)
    done += counts[index]!
  }
  const types = [...new Set(arrays.map(({ images }) => images.type))]
  if (types.includes('f8')) notes.push('Images were rounded from 64-bit to 32-bit floating point.')
  if (bytes && !types.every((type) => type === 'u1')) notes.push('Images hold whole numbers from 0 to 255 and were stored as bytes.')
  if (order === 'channels-last') notes.push('Images were turned from height × width × channels to channels × height × width.')
  if (arrays[0]!.images.shape.length === 2) notes.push(`Images have no height and width; each is a row of ${imageSize} values.`)
  const sourceSplits = split ? { train: { first: 0, count: counts[0]! }, test: { first: counts[0]!, count: counts[1]! } } : null
  return assembleDataset({ name: source.name.replace(/\.np[yz]$/i, ''), format, shape, pixels, labels, classNames, sourceSplits, notes }, source.path)
}

async function readArchive(source: Extract<Source, { kind: 'file' }>): Promise<Dataset> {
  const packed = await readWhole(source.path)
  const names: string[] = []
  const unpack = (wanted: (name: string) => boolean): Record<string, Uint8Array> => {
    try {
      return unzipSync(packed, {
        filter: (file) => {
          if (!/\.npy$/i.test(file.name)) return false
          const name = file.name.slice(0, -4)
          if (!wanted(name)) return false
          // The unpacked size is a claim of the archive, and memory is taken for it: it must be possible.
          if (file.originalSize > Math.min(maximumDatasetBytes, file.size * maximumInflation + 64) || file.size > packed.length) {
            fail('DATA_CORRUPT', source.path, `The archive says that ${file.name} unpacks from ${file.size} to ${file.originalSize} bytes, which is not possible.`)
          }
          return true
        }
      })
    } catch (thrown) {
      if (thrown instanceof ProblemError) throw thrown
      fail('DATA_CORRUPT', source.path, `The archive cannot be unpacked (${thrown instanceof Error ? thrown.message : String(thrown)}).`)
    }
  }
  unpack((name) => {
    names.push(name)
    return false
  })
  if (names.length === 0) fail('DATA_FORMAT_UNKNOWN', source.path, 'This archive holds no NumPy arrays.', 'Unpack the archive and choose the folder.')
  const { parts, split } = chooseArrays(names, source.path)
  const used = parts.flatMap((part) => [part.images, part.labels])
  const files = unpack((name) => used.includes(name))
  const open = (name: string): NumpyArray => parseNumpyArray(files[`${name}.npy`] ?? new Uint8Array(0), `${source.path}/${name}.npy`)
  const notes = unusedNote(names, used)
  return build(parts.map((part) => ({ images: open(part.images), labels: open(part.labels) })), split, 'npz', source, null, notes)
}

function unusedNote(names: readonly string[], used: readonly string[]): string[] {
  const unused = names.filter((name) => !used.includes(name))
  return unused.length === 0 ? [] : [`Arrays that were not used: ${unused.slice(0, 8).join(', ')}${unused.length > 8 ? ', …' : ''}.`]
}

/** Names, without .npy, under which the labels of an images file may lie, likeliest first. */
export function labelArrayNames(images: string): string[] {
  const candidates = [
    images.replace(/images?/i, 'labels'), images.replace(/data/i, 'labels'), images.replace(/^x(?=$|[-_])/i, (x) => (x === 'X' ? 'Y' : 'y')),
    images.replace(/^x(?=$|[-_])/i, 'y'), images.replace(/([-_])x$/i, '$1y'), `${images}_labels`, `${images}-labels`, 'labels', 'y'
  ]
  return [...new Set(candidates)].filter((name) => name !== images)
}

const openFile = async (path: string): Promise<NumpyArray> => parseNumpyArray(await readWhole(path), path)
const arrayNames = (entries: readonly Entry[]): string[] =>
  entries.filter((entry) => entry.kind === 'file' && /\.npy$/i.test(entry.name)).map((entry) => entry.name.slice(0, -4))

async function readArrayFile(source: Extract<Source, { kind: 'file' }>): Promise<Dataset> {
  const entries = await listFolder(dirname(source.path))
  const name = source.name.replace(/\.npy$/i, '')
  const candidates = labelArrayNames(name)
  const found = candidates.map((candidate) => entries.find((entry) => entry.name === `${candidate}.npy`)).find((entry) => entry !== undefined)
  if (found === undefined) {
    fail('DATA_LABELS_MISSING', source.path, `No labels for ${source.name}; looked for ${candidates.map((candidate) => `${candidate}.npy`).join(', ')} in the same folder.`,
      `Save the labels as ${name}_labels.npy beside the images, or choose the folder.`)
  }
  const classNames = await readClassNames(dirname(source.path), entries.map((entry) => entry.name))
  return build([{ images: await openFile(source.path), labels: await openFile(found.path) }], false, 'npy', source, classNames, [])
}

async function readArrayFolder(source: Extract<Source, { kind: 'folder' }>): Promise<Dataset> {
  const archives = source.entries.filter((entry) => entry.kind === 'file' && /\.npz$/i.test(entry.name))
  const names = arrayNames(source.entries)
  if (names.length === 0) {
    const only = archives[0]
    if (archives.length !== 1 || only === undefined) {
      fail('DATA_FORMAT_UNKNOWN', source.path, `There are several archives: ${archives.slice(0, 6).map((entry) => entry.name).join(', ')}.`, 'Choose one .npz file instead of the folder.')
    }
    if (!isZip(await readHead(only.path, 4))) fail('DATA_CORRUPT', only.path, 'The file does not begin like an NPZ archive.')
    return readArchive({ kind: 'file', path: only.path, name: only.name, bytes: only.bytes, head: new Uint8Array(0), gzipped: false })
  }
  const { parts, split } = chooseArrays(names, source.path)
  const open = async (name: string): Promise<NumpyArray> => openFile(source.entries.find((entry) => entry.name.toLowerCase() === `${name.toLowerCase()}.npy`)!.path)
  const arrays: { images: NumpyArray; labels: NumpyArray }[] = []
  for (const part of parts) arrays.push({ images: await open(part.images), labels: await open(part.labels) })
  const notes = unusedNote(names, parts.flatMap((part) => [part.images, part.labels]))
  return build(arrays, split, 'npy', source, await readClassNames(source.path, source.entries.map((entry) => entry.name)), notes)
}

export const numpyReader: DatasetReader = {
  formats: ['npy', 'npz'],
  async detect(source) {
    if (source.kind === 'file') return isNpy(source.head) ? 'npy' : isZip(source.head) && /\.npz$/i.test(source.name) ? 'npz' : null
    if (arrayNames(source.entries).length > 0) return 'npy'
    return source.entries.some((entry) => entry.kind === 'file' && /\.npz$/i.test(entry.name)) ? 'npz' : null
  },
  read(source, format) {
    if (source.kind === 'folder') return readArrayFolder(source)
    return format === 'npz' ? readArchive(source) : readArrayFile(source)
  }
}

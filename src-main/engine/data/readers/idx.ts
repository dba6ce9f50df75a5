/**
 * IDX, the format of MNIST and its relatives (http://yann.lecun.com/exdb/mnist): two zero bytes, a type code, the number
 * of dimensions, the dimensions as big-endian 32-bit integers, the values big-endian. Gzipped or not.
 */
import { basename, dirname, join } from 'node:path'
import { fail } from '@shared/problems'
import { assembleDataset } from '../assemble'
import { readClassNames } from '../class-names'
import type { Dataset } from '../dataset'
import { byName, fileBytes, gunzipWhole, isGzip, listFolder, readGzipHead, readHead, readWhole, type Source } from '../files'
import { imageArrayLayout, toChannelsFirst } from '../image-layout'
import { checkDatasetBytes, elementCount, maximumInflation } from '../limits'
import { sharedBytes, sharedFloats, sharedIntegers } from '../shared-arrays'
import type { DatasetReader } from './reader'

const elementTypes: Record<number, { bytes: number; integer: boolean; read(view: DataView, at: number): number }> = {
  0x08: { bytes: 1, integer: true, read: (view, at) => view.getUint8(at) },
  0x09: { bytes: 1, integer: true, read: (view, at) => view.getInt8(at) },
  0x0b: { bytes: 2, integer: true, read: (view, at) => view.getInt16(at) },
  0x0c: { bytes: 4, integer: true, read: (view, at) => view.getInt32(at) },
  0x0d: { bytes: 4, integer: false, read: (view, at) => view.getFloat32(at) },
  0x0e: { bytes: 8, integer: false, read: (view, at) => view.getFloat64(at) }
}
const unsignedByte = 0x08

/** True for the first bytes of an IDX file. */
export const isIdx = (head: Uint8Array): boolean =>
  head.length >= 8 && head[0] === 0 && head[1] === 0 && elementTypes[head[2]!] !== undefined && head[3]! >= 1 && head[3]! <= 4

export interface IdxArray {
  dimensions: number[]
  /** IDX type code: 0x08 unsigned byte … 0x0e double. */
  type: number
  /** The values as stored. */
  data: Uint8Array
}

/**
 * Reads an IDX file after checking its header against its size.
 * @throws the problem DATA_CORRUPT for a wrong magic number, dimensions that do not fit the file, or a cut file.
 */
export async function readIdx(path: string): Promise<IdxArray> {
  const bytes = await fileBytes(path)
  if (bytes === 0) fail('DATA_CORRUPT', path, 'The file is empty.')
  const gzipped = isGzip(await readHead(path, 2))
  const head = gzipped ? await readGzipHead(path, 20) : await readHead(path, 20)
  const elementType = elementTypes[head[2] ?? -1]
  const rank = head[3] ?? 0
  if (head.length < 8 || head[0] !== 0 || head[1] !== 0 || elementType === undefined || rank < 1 || rank > 4) {
    fail('DATA_CORRUPT', path, `The file does not begin with the magic number of an IDX file (found ${[...head.subarray(0, 4)].join(' ')}).`)
  }
  const headerBytes = 4 + 4 * rank
  if (head.length < headerBytes) fail('DATA_CORRUPT', path, 'The file ends within its header.')
  const view = new DataView(head.buffer, head.byteOffset, head.length)
  const dimensions = Array.from({ length: rank }, (_, index) => view.getUint32(4 + 4 * index))
  const expected = headerBytes + elementCount(dimensions, path) * elementType.bytes
  checkDatasetBytes(expected, path)
  // The file itself must be able to hold what the header announces, before memory is taken for it.
  const possible = gzipped ? bytes * maximumInflation : bytes
  if (expected > possible) {
    fail('DATA_CORRUPT', path, `The header announces ${dimensions.join(' × ')} values, ${expected} bytes; the file has ${bytes}.`)
  }
  const content = gzipped ? await gunzipWhole(path, expected) : await readWhole(path, bytes)
  if (content.length !== expected) {
    fail('DATA_CORRUPT', path, `The header announces ${dimensions.join(' × ')} values, ${expected} bytes; the file holds ${content.length}.`)
  }
  return { dimensions, type: head[2]!, data: content.subarray(headerBytes) }
}

function convert(array: IdxArray, target: Uint8Array | Float32Array | Int32Array): void {
  if (array.type === unsignedByte) {
    target.set(array.data)
    return
  }
  const { bytes, read } = elementTypes[array.type]!
  const view = new DataView(array.data.buffer, array.data.byteOffset, array.data.length)
  for (let i = 0; i < target.length; i++) target[i] = read(view, i * bytes)
}

/** Names under which the labels of an images file may lie, likeliest first. */
export function labelFileNames(imagesFile: string): string[] {
  const plain = imagesFile.replace(/\.gz$/i, '')
  const labels = plain.replace(/images?/i, (word) => (word.toLowerCase().endsWith('s') ? 'labels' : 'label')).replace(/idx[34]/i, 'idx1')
  return labels === plain ? [] : imagesFile === plain ? [labels, `${labels}.gz`] : [`${labels}.gz`, labels]
}

interface Part {
  images: IdxArray
  labels: IdxArray
  path: string
}

async function readPart(imagesPath: string, present: readonly string[]): Promise<Part> {
  const name = basename(imagesPath)
  const candidates = labelFileNames(name)
  const labelsName = candidates.find((candidate) => present.includes(candidate))
  if (labelsName === undefined) {
    fail('DATA_LABELS_MISSING', imagesPath, `No label file for ${name}; expected ${candidates[0] ?? 'a name with “images” in it'} in the same folder.`,
      'Put the label file beside the images, named like it with “labels” for “images” and idx1 for idx3.')
  }
  const labelsPath = join(dirname(imagesPath), labelsName)
  const images = await readIdx(imagesPath)
  if (images.dimensions.length < 3) {
    fail('DATA_CORRUPT', imagesPath, `Images have 3 or 4 dimensions; this file has ${images.dimensions.length}.`, 'Choose the images file or the folder that holds it.')
  }
  const labels = await readIdx(labelsPath)
  if (labels.dimensions.length !== 1 || !elementTypes[labels.type]!.integer) {
    fail('DATA_CORRUPT', labelsPath, 'Labels are a list of integers; this file holds something else.')
  }
  if (labels.dimensions[0] !== images.dimensions[0]) {
    fail('DATA_CORRUPT', labelsPath, `${labels.dimensions[0]} labels for ${images.dimensions[0]} images.`, 'Use images and labels of the same set.')
  }
  return { images, labels, path: imagesPath }
}

function joinParts(parts: Part[], name: string, classNames: string[] | null, notes: string[], where: string): Dataset {
  const first = parts[0]!
  const layout = imageArrayLayout(first.images.dimensions, first.path)
  for (const part of parts) {
    if (part.images.dimensions.slice(1).join() !== first.images.dimensions.slice(1).join() || part.images.type !== first.images.type) {
      fail('DATA_CORRUPT', part.path, `Images of ${part.images.dimensions.slice(1).join(' × ')} beside images of ${first.images.dimensions.slice(1).join(' × ')}; all must be alike.`)
    }
  }
  const counts = parts.map((part) => part.images.dimensions[0]!)
  const count = counts.reduce((sum, value) => sum + value, 0)
  const imageSize = elementCount(layout.shape, where)
  checkDatasetBytes(count * imageSize * (first.images.type === unsignedByte ? 1 : 4), where)
  const pixels = first.images.type === unsignedByte ? sharedBytes(count * imageSize) : sharedFloats(count * imageSize)
  const labels = sharedIntegers(count)
  let done = 0
  for (const [index, part] of parts.entries()) {
    const target = pixels.subarray(done * imageSize, (done + counts[index]!) * imageSize)
    convert(part.images, target)
    if (layout.order === 'channels-last') toChannelsFirst(target, target.slice(), counts[index]!, layout.shape)
    convert(part.labels, labels.subarray(done, done + counts[index]!))
    done += counts[index]!
  }
  const sourceSplits = parts.length === 2 ? { train: { first: 0, count: counts[0]! }, test: { first: counts[0]!, count: counts[1]! } } : null
  return assembleDataset({ name, format: 'idx', shape: layout.shape, pixels, labels, classNames, sourceSplits, notes }, where)
}

const isTrain = (name: string): boolean => /(^|[-_.])train/i.test(name)
const isTest = (name: string): boolean => /(^|[-_.])(t10k|test)/i.test(name)
const looksIdx = (name: string): boolean => /idx[1-4]|ubyte/i.test(name)

async function readFolder(source: Extract<Source, { kind: 'folder' }>): Promise<Dataset> {
  const names = source.entries.filter((entry) => entry.kind === 'file').map((entry) => entry.name)
  const images = names.filter((name) => looksIdx(name) && /image/i.test(name)).sort(byName)
  // One file may lie there gzipped and unpacked: the unpacked one is taken.
  const distinct = images.filter((name) => !(name.endsWith('.gz') && images.includes(name.slice(0, -3))))
  const train = distinct.filter(isTrain)
  const test = distinct.filter(isTest)
  const rest = distinct.filter((name) => !isTrain(name) && !isTest(name))
  const chosen = rest.length === 0 && train.length <= 1 && test.length <= 1 ? [...train, ...test] : train.length + test.length === 0 ? rest : []
  if (distinct.length === 0) fail('DATA_FORMAT_UNKNOWN', source.path, 'There are IDX files, but none with “images” in its name.', 'Choose the images file itself.')
  if (chosen.length === 0 || (chosen === rest && rest.length > 1)) {
    fail('DATA_FORMAT_UNKNOWN', source.path, `There are several sets of images: ${distinct.slice(0, 6).join(', ')}.`, 'Choose one images file instead of the folder.')
  }
  const parts: Part[] = []
  for (const name of chosen) parts.push(await readPart(join(source.path, name), names))
  return joinParts(parts, source.name, await readClassNames(source.path, names), [], source.path)
}

async function readFile(source: Extract<Source, { kind: 'file' }>): Promise<Dataset> {
  const folder = dirname(source.path)
  const names = (await listFolder(folder)).filter((entry) => entry.kind === 'file').map((entry) => entry.name)
  const rank = source.head[3] ?? 0
  if (rank < 3) {
    fail('DATA_FORMAT_UNKNOWN', source.path, `This IDX file has ${rank} dimension${rank === 1 ? '' : 's'}: labels, not images.`, 'Choose the images file; its labels are found beside it.')
  }
  const part = await readPart(source.path, names)
  const notes = isTrain(source.name) && names.some((name) => isTest(name) && looksIdx(name))
    ? ['Test images lie in the same folder; import the folder to use both.'] : []
  return joinParts([part], source.name.replace(/\.gz$/i, ''), await readClassNames(folder, names), notes, source.path)
}

export const idxReader: DatasetReader = {
  formats: ['idx'],
  async detect(source) {
    if (source.kind === 'file') return isIdx(source.head) ? 'idx' : null
    return source.entries.some((entry) => entry.kind === 'file' && looksIdx(entry.name)) ? 'idx' : null
  },
  read: (source) => (source.kind === 'file' ? readFile(source) : readFolder(source))
}

/**
 * CIFAR-10 and CIFAR-100, binary version (https://www.cs.toronto.edu/~kriz/cifar.html): records of one label byte
 * (CIFAR-100: coarse, then fine label) and 3 × 32 × 32 pixel bytes, channels first.
 */
import { dirname } from 'node:path'
import type { DatasetSummary } from '@shared/dataset'
import { fail } from '@shared/problems'
import { assembleDataset } from '../assemble'
import { readNames } from '../class-names'
import type { Dataset } from '../dataset'
import { listFolder, readHead, readWhole, type Entry, type Source } from '../files'
import { checkDatasetBytes } from '../limits'
import { sharedBytes, sharedIntegers } from '../shared-arrays'
import type { DatasetReader } from './reader'

const pixelBytes = 3 * 32 * 32

const variants = {
  cifar10: {
    labelBytes: 1, classes: 10, names: 'batches.meta.txt', train: /^data_batch_\d+\.bin$/, test: /^test_batch\.bin$/,
    /** The names of the data set's own page, for where batches.meta.txt is missing. */
    fallback: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck']
  },
  cifar100: { labelBytes: 2, classes: 100, names: 'fine_label_names.txt', train: /^train\.bin$/, test: /^test\.bin$/, fallback: null }
} as const
type Variant = keyof typeof variants

async function classNames(variant: Variant, entries: Entry[], notes: string[]): Promise<string[]> {
  const { names, classes, fallback } = variants[variant]
  const file = entries.find((entry) => entry.name === names && entry.kind === 'file')
  if (file !== undefined) {
    const found = await readNames(file.path)
    if (found.length === classes) return found
    fail('DATA_CORRUPT', file.path, `${found.length} class names; ${classes} were expected.`)
  }
  if (fallback !== null) return [...fallback]
  notes.push(`${names} is missing; classes are numbered.`)
  return Array.from({ length: classes }, (_, index) => String(index))
}

async function readFiles(variant: Variant, train: Entry[], test: Entry[], entries: Entry[], source: Source): Promise<Dataset> {
  const { labelBytes, classes } = variants[variant]
  const recordBytes = labelBytes + pixelBytes
  const files = [...train, ...test]
  const counts = files.map((file) => {
    if (file.bytes === 0 || file.bytes % recordBytes !== 0) {
      fail('DATA_CORRUPT', file.path, `The file has ${file.bytes} bytes, which is not a whole number of ${recordBytes}-byte records.`)
    }
    return file.bytes / recordBytes
  })
  const total = counts.reduce((sum, count) => sum + count, 0)
  checkDatasetBytes(total * pixelBytes, source.path)
  const pixels = sharedBytes(total * pixelBytes)
  const labels = sharedIntegers(total)
  let image = 0
  for (const [index, file] of files.entries()) {
    const content = await readWhole(file.path, file.bytes)
    for (let record = 0; record < counts[index]!; record++, image++) {
      const at = record * recordBytes + labelBytes
      const label = content[at - 1]!
      if (label >= classes) fail('DATA_CORRUPT', file.path, `Image ${record} has the label ${label}; there are ${classes} classes.`)
      labels[image] = label
      pixels.set(content.subarray(at, at + pixelBytes), image * pixelBytes)
    }
  }
  const trainCount = counts.slice(0, train.length).reduce((sum, count) => sum + count, 0)
  const sourceSplits = train.length > 0 && test.length > 0
    ? { train: { first: 0, count: trainCount }, test: { first: trainCount, count: total - trainCount } } : null
  const notes: string[] = []
  const names = await classNames(variant, entries, notes)
  return assembleDataset({ name: source.name, format: variant, shape: [3, 32, 32], pixels, labels, classNames: names, sourceSplits, notes }, source.path)
}

/** The variant of a single file: its size must be whole records, and its first labels must be classes. */
async function variantOfFile(path: string, bytes: number): Promise<Variant | null> {
  for (const variant of ['cifar10', 'cifar100'] as const) {
    const { labelBytes, classes } = variants[variant]
    const recordBytes = labelBytes + pixelBytes
    if (bytes === 0 || bytes % recordBytes !== 0) continue
    const head = await readHead(path, Math.min(bytes, 20 * recordBytes))
    let fits = true
    for (let at = labelBytes - 1; at < head.length; at += recordBytes) fits &&= head[at]! < classes && (labelBytes === 1 || head[at - 1]! < 20)
    if (fits) return variant
  }
  return null
}

const matching = (entries: Entry[], pattern: RegExp): Entry[] => entries.filter((entry) => entry.kind === 'file' && pattern.test(entry.name))

export const cifarReader: DatasetReader = {
  formats: ['cifar10', 'cifar100'],
  async detect(source): Promise<DatasetSummary['format'] | null> {
    if (source.kind === 'file') return /\.bin$/i.test(source.name) && !source.gzipped ? variantOfFile(source.path, source.bytes) : null
    const has = (variant: Variant): boolean =>
      matching(source.entries, variants[variant].train).length + matching(source.entries, variants[variant].test).length > 0
    return has('cifar10') ? 'cifar10' : has('cifar100') ? 'cifar100' : null
  },
  async read(source, format) {
    const variant: Variant = format === 'cifar100' ? 'cifar100' : 'cifar10'
    if (source.kind === 'file') {
      const file: Entry = { name: source.name, path: source.path, kind: 'file', bytes: source.bytes }
      return readFiles(variant, [file], [], await listFolder(dirname(source.path)), source)
    }
    return readFiles(variant, matching(source.entries, variants[variant].train), matching(source.entries, variants[variant].test), source.entries, source)
  }
}

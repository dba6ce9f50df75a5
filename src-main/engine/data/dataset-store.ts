/**
 * The canonical data set on disk: `pixels.bin` (bytes, or little-endian floats), `labels.bin` (little-endian 32-bit
 * integers) and `dataset.json` (the summary). `sha256` is that of the two binary files one after the other.
 */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { datasetSummarySchema } from '@shared/dataset'
import { fail, parseOrFail, problem, ProblemError } from '@shared/problems'
import type { Dataset } from './dataset'
import { failForSystemError, fileBytes, readInto } from './files'
import { maximumDatasetBytes } from './limits'
import { bytesOf, sharedBytes, sharedFloats, sharedIntegers } from './shared-arrays'

const storeSchema = z.strictObject({ schemaVersion: z.literal(1), summary: datasetSummarySchema })

const importAgain = 'Import the data again.'

async function writeDurably(path: string, content: Uint8Array): Promise<void> {
  const step = 2 ** 26
  const file = await open(path, 'w')
  try {
    for (let done = 0; done < content.length; ) {
      const { bytesWritten } = await file.write(content, done, Math.min(step, content.length - done), done)
      done += bytesWritten
    }
    await file.sync()
  } finally {
    await file.close()
  }
}

/**
 * Writes a data set into `folder` (made if missing). Everything is written under temporary names first; an older
 * dataset.json goes before the new files take their places and the new one comes last, so that a process killed at any
 * moment leaves a whole data set or one that does not open, never a mixture.
 */
export async function saveDataset(folder: string, dataset: Dataset): Promise<void> {
  const json = new TextEncoder().encode(`${JSON.stringify({ schemaVersion: 1, summary: dataset.summary }, null, 2)}\n`)
  const files = [['pixels.bin', bytesOf(dataset.pixels)], ['labels.bin', bytesOf(dataset.labels)], ['dataset.json', json]] as const
  try {
    await mkdir(folder, { recursive: true })
    for (const [name, content] of files) await writeDurably(join(folder, `${name}.partial`), content)
    await rm(join(folder, 'dataset.json'), { force: true })
    for (const [name] of files) await rename(join(folder, `${name}.partial`), join(folder, name))
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown) {
      throw new ProblemError(problem('FILE_UNREADABLE', folder, `The data set cannot be written here (${String(thrown.code)}).`, { tip: 'Check the permissions and the free space.' }))
    }
    throw thrown
  }
}

async function checkedBytes(path: string, expected: number): Promise<void> {
  const found = await fileBytes(path)
  if (found !== expected) fail('DATA_CORRUPT', path, `The file has ${found} bytes; dataset.json calls for ${expected}.`, importAgain)
}

/**
 * Opens a data set that {@link saveDataset} wrote, pixels and labels in shared memory.
 * @throws the problem FILE_NOT_FOUND where there is none, DATA_CORRUPT where its files do not fit together.
 */
export async function openDataset(folder: string): Promise<Dataset> {
  const jsonPath = join(folder, 'dataset.json')
  const text = await readFile(jsonPath, 'utf8').catch((thrown: unknown) => failForSystemError(thrown, jsonPath))
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    fail('DATA_CORRUPT', jsonPath, 'The file is not JSON.', importAgain)
  }
  const { summary } = parseOrFail(storeSchema, parsed, 'DATA_CORRUPT', jsonPath)
  const [channels, height, width] = summary.shape
  const values = summary.count * channels * height * width
  const isBytes = summary.elementType === 'uint8'
  const pixelBytes = values * (isBytes ? 1 : 4)
  if (!(channels > 0 && height > 0 && width > 0 && summary.count > 0 && pixelBytes <= maximumDatasetBytes)) {
    fail('DATA_CORRUPT', jsonPath, `${summary.count} images of ${summary.shape.join(' × ')} cannot be opened.`, importAgain)
  }
  const pixelsPath = join(folder, 'pixels.bin')
  const labelsPath = join(folder, 'labels.bin')
  await checkedBytes(pixelsPath, pixelBytes)
  await checkedBytes(labelsPath, summary.count * 4)
  const pixels = isBytes ? sharedBytes(values) : sharedFloats(values)
  const labels = sharedIntegers(summary.count)
  await readInto(pixelsPath, bytesOf(pixels))
  await readInto(labelsPath, bytesOf(labels))
  for (let i = 0; i < labels.length; i++) {
    if (labels[i]! < 0 || labels[i]! >= summary.classNames.length) {
      fail('DATA_CORRUPT', labelsPath, `Image ${i} has the label ${labels[i]}; there are ${summary.classNames.length} classes.`, importAgain)
    }
  }
  return { summary, pixels, labels }
}

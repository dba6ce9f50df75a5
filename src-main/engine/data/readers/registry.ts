/** All data formats, in the order in which they are asked. */
import type { DatasetSummary } from '@shared/dataset'
import { inspectSource, type Source } from '../files'
import { cifarReader } from './cifar'
import { idxReader } from './idx'
import { imageFolderReader } from './image-folder'
import { numpyReader } from './numpy'
import type { DatasetReader } from './reader'

/** Formats that are known by their content come before those that are known by file names. */
export const datasetReaders: readonly DatasetReader[] = [numpyReader, idxReader, cifarReader, imageFolderReader]

/** The reader that knows a source, and the format; null where none does. */
export async function recognise(source: Source): Promise<{ reader: DatasetReader; format: DatasetSummary['format'] } | null> {
  for (const reader of datasetReaders) {
    const format = await reader.detect(source)
    if (format !== null) return { reader, format }
  }
  return null
}

/** The format of a file or folder; null where none is recognised. Raises FILE_NOT_FOUND or FILE_UNREADABLE. */
export async function detectFormat(path: string): Promise<DatasetSummary['format'] | null> {
  return (await recognise(await inspectSource(path)))?.format ?? null
}

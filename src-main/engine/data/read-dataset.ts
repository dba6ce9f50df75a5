/** The way in from a path to a data set, and what is said about a source that is none. */
import { fail } from '@shared/problems'
import type { Dataset } from './dataset'
import { inspectSource, type Source } from './files'
import { recognise } from './readers/registry'

const archive = /\.(tar|tgz|tar\.gz|tar\.bz2|tar\.xz|zip|7z|rar)$/i
const image = /\.(png|jpe?g|webp|gif|tiff?|bmp)$/i

/** Says what is wrong with a source that no reader knows, as closely as can be told. */
function failUnknown(source: Source): never {
  const unknown: (message: string, tip?: string) => never = (message, tip) => fail('DATA_FORMAT_UNKNOWN', source.path, message, tip)
  if (source.kind === 'file') {
    if (source.bytes === 0) fail('DATA_CORRUPT', source.path, 'The file is empty.')
    if (archive.test(source.name)) unknown('This is an archive.', 'Unpack it and choose the folder that comes out.')
    if (image.test(source.name)) unknown('This is a single image.', 'Choose the folder that holds one folder of images per class.')
    if (/idx[1-4]|ubyte/i.test(source.name)) fail('DATA_CORRUPT', source.path, 'The name is that of an IDX file, but the content is not.')
    if (/\.np[yz]$/i.test(source.name)) fail('DATA_CORRUPT', source.path, 'The name is that of a NumPy file, but the content is not.')
    if (/\.bin$/i.test(source.name)) unknown(`The file has ${source.bytes} bytes, which are not CIFAR records (3073 or 3074 bytes each, beginning with a label).`)
    unknown('The content is not of a known data format.')
  }
  const files = source.entries.filter((entry) => entry.kind === 'file')
  if (source.entries.length === 0) unknown('The folder is empty.')
  if (files.length === source.entries.length && files.every((entry) => archive.test(entry.name))) {
    unknown(`The folder holds only archives (${files.slice(0, 3).map((entry) => entry.name).join(', ')}).`, 'Unpack the archives and choose the folder that comes out.')
  }
  if (files.some((entry) => /^(data_batch_\d|test_batch)$/.test(entry.name))) {
    unknown('This is the Python version of CIFAR.', 'Use the binary version (cifar-10-binary.tar.gz), unpacked.')
  }
  if (files.some((entry) => image.test(entry.name))) {
    fail('DATA_LABELS_MISSING', source.path, 'The images lie directly in the folder, so that their classes are not known.', 'Put them in one folder per class and choose the folder above.')
  }
  unknown('Nothing in the folder is of a known data format.', 'Choose the folder in which the data files or the class folders lie directly.')
}

/**
 * Reads labelled images from a file or folder into the canonical form.
 * @throws the problems FILE_NOT_FOUND, FILE_UNREADABLE, FILE_TOO_LARGE, DATA_FORMAT_UNKNOWN, DATA_CORRUPT and
 * DATA_LABELS_MISSING, each naming the file at fault.
 */
export async function readDataset(path: string): Promise<Dataset> {
  const source = await inspectSource(path)
  const found = await recognise(source)
  return found === null ? failUnknown(source) : found.reader.read(source, found.format)
}

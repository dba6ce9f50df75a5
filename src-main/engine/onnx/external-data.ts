/** Weights that are stored in files beside the model (data_location EXTERNAL). */
import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs'
import { totalmem } from 'node:os'
import { copyFile, mkdir } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { fail } from '@shared/problems'
import type { ExternalDataReader } from './codec-tensor'

/** True when `path` lies in `folder` or below. Both are absolute and free of links. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

/** Opening a pipe that nobody writes to would wait for ever; where the system has the flag, it does not. */
const readOnly = constants.O_RDONLY | ((constants as Partial<typeof constants>).O_NONBLOCK ?? 0)
/** While a network is imported its weights are in memory up to five times: as read, as optimised, and in ONNX Runtime as they are and as its kernels want them. */
const largestShareOfMemory = 0.2

/** The files beside a model that hold weights of it, as they are read. */
export interface ExternalFiles {
  read: ExternalDataReader
  /** Files that were read, relative to the folder. */
  readonly locations: ReadonlySet<string>
  /** Bytes that were read. */
  bytes(): number
  /** SHA-256 over what was read, in its order. */
  digest(): Buffer
}

/**
 * Reads external data of a model that lies in `folder`, each tensor into memory of its own outside of the JavaScript heap. A location that
 * leads out of the folder, directly or through a link, what is no regular file (it is never opened), a missing file and a range outside of the
 * file are the problem MODEL_EXTERNAL_DATA; more than the machine can hold is MEMORY_INSUFFICIENT.
 */
export function openExternalFiles(folder: string, where: string, memoryBytes = totalmem()): ExternalFiles {
  const locations = new Set<string>()
  const contents = createHash('sha256')
  let total = 0
  const read: ExternalDataReader = (location, offset, count) => {
    const shown = location.slice(0, 200)
    const root = realPath(folder, shown, where)
    const path = resolve(root, location)
    if (/\0|^[a-zA-Z]:|\\/.test(location) || isAbsolute(location) || !isInside(root, path)) {
      fail('MODEL_EXTERNAL_DATA', where, `The model refers to “${shown}”, which does not lie in the model's folder.`)
    }
    const real = realPath(path, shown, where)
    if (!isInside(root, real)) fail('MODEL_EXTERNAL_DATA', where, `“${shown}” is a link that leads out of the model's folder.`)
    // Looked at before it is opened, because opening a device can have effects, and after, because it may have been exchanged.
    if (!statSync(real).isFile()) fail('MODEL_EXTERNAL_DATA', where, `“${shown}” is not a file.`)
    const file = openFile(real, shown, where)
    try {
      const status = fstatSync(file)
      if (!status.isFile()) fail('MODEL_EXTERNAL_DATA', where, `“${shown}” is not a file.`)
      if (offset + count > status.size) {
        fail('MODEL_EXTERNAL_DATA', where, `“${shown}” has ${status.size} bytes; the model needs bytes ${offset} to ${offset + count}.`)
      }
      total += count
      if (total > memoryBytes * largestShareOfMemory) {
        const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1)
        fail('MEMORY_INSUFFICIENT', where, `The model's weights take more than ${gigabytes(memoryBytes * largestShareOfMemory)} GB, which is what can be imported with ${gigabytes(memoryBytes)} GB of memory.`, 'Import it on a machine with more memory.')
      }
      const bytes = readRange(file, offset, count)
      locations.add(relative(root, path))
      contents.update(bytes)
      return bytes
    } finally {
      closeSync(file)
    }
  }
  return { read, locations, bytes: () => total, digest: () => contents.copy().digest() }
}

/** In the folder of an imported network: the files that lay beside its source. */
export const sourceWeightsFolder = 'source-weights'

/** Copies files with weights from one folder to another. */
export async function copyExternalFiles(locations: Iterable<string>, from: string, to: string): Promise<void> {
  for (const location of locations) {
    const target = join(to, location)
    await mkdir(dirname(target), { recursive: true })
    // A copy that shares blocks with the original where the file system can.
    await copyFile(join(from, location), target, constants.COPYFILE_FICLONE)
  }
}

function realPath(path: string, shown: string, where: string): string {
  try {
    return realpathSync(path)
  } catch {
    fail('MODEL_EXTERNAL_DATA', where, `The model keeps weights in “${shown}”, and there is no such file beside it.`)
  }
}

function openFile(path: string, shown: string, where: string): number {
  try {
    return openSync(path, readOnly)
  } catch (thrown) {
    fail('MODEL_EXTERNAL_DATA', where, `“${shown}”, which holds weights of the model, cannot be read (${thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown'}).`)
  }
}

function readRange(file: number, offset: number, count: number): Uint8Array {
  const bytes = new Uint8Array(count)
  let done = 0
  while (done < count) {
    const read = readSync(file, bytes, done, count - done, offset + done)
    if (read === 0) throw new Error('External data file became shorter while it was read')
    done += read
  }
  return bytes
}

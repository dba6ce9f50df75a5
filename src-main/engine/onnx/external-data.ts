/** Weights that are stored in files beside the model (data_location EXTERNAL). */
import { closeSync, fstatSync, openSync, readSync, realpathSync } from 'node:fs'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { fail } from '@shared/problems'
import type { ExternalDataReader } from './codec-tensor'

/** True when `path` lies in `folder` or below. Both are absolute and free of links. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

/**
 * Reads external data of a model that lies in `folder`. A location that leads out of the folder, directly or through a
 * link, a missing file and a range outside of the file are the problem MODEL_EXTERNAL_DATA.
 */
export function externalDataReader(folder: string, where: string): ExternalDataReader {
  return (location, offset, length) => {
    const root = realpathSync(folder)
    const shown = location.slice(0, 200)
    const path = resolve(root, location)
    if (location.includes('\0') || isAbsolute(location) || /^[a-zA-Z]:|\\/.test(location) || !isInside(root, path)) {
      fail('MODEL_EXTERNAL_DATA', where, `The model refers to “${shown}”, which does not lie in the model's folder.`)
    }
    const real = realPath(path, shown, where)
    if (!isInside(root, real)) fail('MODEL_EXTERNAL_DATA', where, `“${shown}” is a link that leads out of the model's folder.`)
    const file = openSync(real, 'r')
    try {
      const status = fstatSync(file)
      if (!status.isFile()) fail('MODEL_EXTERNAL_DATA', where, `“${shown}” is not a file.`)
      const count = length ?? status.size - offset
      if (count < 0 || offset + count > status.size) {
        fail('MODEL_EXTERNAL_DATA', where, `“${shown}” has ${status.size} bytes; the model needs bytes ${offset} to ${offset + count}.`)
      }
      return readRange(file, offset, count)
    } finally {
      closeSync(file)
    }
  }
}

function realPath(path: string, shown: string, where: string): string {
  try {
    return realpathSync(path)
  } catch {
    fail('MODEL_EXTERNAL_DATA', where, `The model keeps weights in “${shown}”, and there is no such file beside it.`)
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

/** Reading files with problems instead of system errors. */
import { open, readdir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { constants } from 'node:buffer'
import { createGunzip, gunzip } from 'node:zlib'
import { createReadStream } from 'node:fs'
import { fail } from '@shared/problems'
import { maximumDatasetBytes } from './limits'

/** One entry of a folder; links are followed. */
export interface Entry {
  name: string
  path: string
  kind: 'file' | 'folder' | 'other'
  bytes: number
}

/** A chosen data source: a file with its first bytes, or a folder with its visible entries in name order. */
export type Source =
  | { kind: 'file'; path: string; name: string; bytes: number; /** First 16 bytes, after gunzip where gzipped. */ head: Uint8Array; gzipped: boolean }
  | { kind: 'folder'; path: string; name: string; entries: Entry[] }

/** Order of names that does not depend on the machine's language (the order of UTF-16 code units). */
export const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The problem that a failed system call stands for. */
export function failForSystemError(thrown: unknown, path: string): never {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  if (code === 'ENOENT' || code === 'ENOTDIR') fail('FILE_NOT_FOUND', path, 'There is no file or folder of this name.')
  if (code.startsWith('E')) fail('FILE_UNREADABLE', path, `The system refused to read it (${code}).`)
  throw thrown
}

/** The entries of a folder in name order; hidden files and those that operating systems leave behind are skipped. */
export async function listFolder(path: string): Promise<Entry[]> {
  try {
    const listed = await readdir(path, { withFileTypes: true })
    const entries: Entry[] = []
    for (const item of listed.sort((a, b) => byName(a.name, b.name))) {
      if (item.name.startsWith('.') || item.name === 'Thumbs.db' || item.name === 'desktop.ini' || item.name === '__MACOSX') continue
      const full = join(path, item.name)
      if (item.isDirectory()) {
        entries.push({ name: item.name, path: full, kind: 'folder', bytes: 0 })
      } else {
        // A link that leads nowhere is passed over like any other entry that is no file.
        const status = await stat(full).catch(() => null)
        const kind = status === null ? 'other' : status.isDirectory() ? 'folder' : status.isFile() ? 'file' : 'other'
        entries.push({ name: item.name, path: full, kind, bytes: status?.size ?? 0 })
      }
    }
    return entries
  } catch (thrown) {
    failForSystemError(thrown, path)
  }
}

/** First `length` bytes of a file, fewer where it ends before. */
export async function readHead(path: string, length: number): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r')
    try {
      const buffer = new Uint8Array(length)
      const { bytesRead } = await file.read(buffer, 0, length, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (thrown) {
    failForSystemError(thrown, path)
  }
}

export const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b

/** First `length` bytes of what a gzip file holds; empty where it cannot be unpacked. */
export async function readGzipHead(path: string, length: number): Promise<Uint8Array> {
  const unpacked = createReadStream(path, { end: 65_535 }).pipe(createGunzip())
  const parts: Uint8Array[] = []
  let total = 0
  try {
    for await (const part of unpacked) {
      parts.push(part as Uint8Array)
      total += (part as Uint8Array).length
      if (total >= length) break
    }
  } catch {
    // The cut at 64 KiB ends a longer stream early; what came before it is what was asked for.
  }
  return Buffer.concat(parts).subarray(0, length)
}

/** Looks at a chosen path: what it is and what it begins with. */
export async function inspectSource(path: string): Promise<Source> {
  const full = resolve(path)
  const name = basename(full)
  const status = await stat(full).catch((thrown: unknown) => failForSystemError(thrown, full))
  if (status.isDirectory()) return { kind: 'folder', path: full, name, entries: await listFolder(full) }
  if (!status.isFile()) fail('FILE_UNREADABLE', full, 'This is neither a file nor a folder.')
  const head = await readHead(full, 16)
  const gzipped = isGzip(head)
  return { kind: 'file', path: full, name, bytes: status.size, head: gzipped ? await readGzipHead(full, 16) : head, gzipped }
}

/** Fills `target` from `position` of a file; works on shared memory and beyond the 2 GiB of `readFile`. */
export async function readInto(path: string, target: Uint8Array, position = 0): Promise<void> {
  const step = 2 ** 26
  try {
    const file = await open(path, 'r')
    try {
      for (let done = 0; done < target.length; ) {
        const { bytesRead } = await file.read(target, done, Math.min(step, target.length - done), position + done)
        if (bytesRead === 0) fail('DATA_CORRUPT', path, `The file ends after ${position + done} bytes; ${position + target.length} were expected.`)
        done += bytesRead
      }
    } finally {
      await file.close()
    }
  } catch (thrown) {
    failForSystemError(thrown, path)
  }
}

/** Size of a file in bytes. */
export async function fileBytes(path: string): Promise<number> {
  const status = await stat(path).catch((thrown: unknown) => failForSystemError(thrown, path))
  return status.size
}

/** A whole file; at most `limit` bytes. */
export async function readWhole(path: string, limit = maximumDatasetBytes): Promise<Uint8Array> {
  const bytes = await fileBytes(path)
  if (bytes > limit) fail('FILE_TOO_LARGE', path, `The file has ${bytes} bytes; at most ${limit} can be read.`)
  const content = new Uint8Array(bytes)
  await readInto(path, content)
  return content
}

const gunzipAsync = promisify(gunzip)

/** Unpacks a gzip file to at most `limit` bytes; a damaged or longer stream is the problem DATA_CORRUPT. */
export async function gunzipWhole(path: string, limit: number): Promise<Uint8Array> {
  const packed = await readWhole(path)
  try {
    return await gunzipAsync(packed, { maxOutputLength: Math.min(limit + 1, constants.MAX_LENGTH) })
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    fail('DATA_CORRUPT', path, `The gzip stream cannot be unpacked to the ${limit} bytes that its header announces (${reason}).`)
  }
}

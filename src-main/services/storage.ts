/**
 * Reading and writing of stored files. Two promises hold here: a file is replaced whole or not at all (temporary file,
 * flush, rename), and a file that cannot be read is left as it is.
 */
import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import writeFileAtomic from 'write-file-atomic'
import { fail, parseOrFail, ProblemError, type ProblemCode } from '@shared/problems'
import { migrate, type StoredFormat } from './migrations'

/** The operating system's code of a failed call; empty for anything else. */
export const errorCode = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''

/** True when an operation failed because its file or folder does not exist. */
export const isMissing = (thrown: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(errorCode(thrown))

/** Turns a file-system error into a problem; any other thrown value is thrown again. */
export function failForFile(thrown: unknown, where: string, missing: ProblemCode = 'FILE_NOT_FOUND'): never {
  if (thrown instanceof ProblemError) throw thrown
  if (isMissing(thrown)) fail(missing, where, 'There is no such file or folder.')
  switch (errorCode(thrown)) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return fail('FILE_UNREADABLE', where, 'The operating system refuses access.')
    case 'ENOSPC':
    case 'EDQUOT':
      return fail('FILE_UNREADABLE', where, 'The disk is full; nothing was written.', 'Free some space on the disk, then try again.')
    case 'EISDIR':
      return fail('FILE_UNREADABLE', where, 'A file was expected, but this is a folder.')
    default:
      throw thrown
  }
}

/**
 * Reads a JSON file of a versioned format. Raises the format's `missing` or `invalid` problem, naming the field, or
 * PROJECT_TOO_NEW. `where` is how the file is named to the person.
 */
export async function readStored<S extends z.ZodType>(format: StoredFormat<S>, file: string, where: string): Promise<z.output<S>> {
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => failForFile(thrown, where, format.missing))
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (thrown) {
    fail(format.invalid, where, `The file is not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}.`)
  }
  return parseOrFail(format.schema, migrate(format, value, where), format.invalid, where)
}

/** Writes a JSON file atomically. Raises FILE_UNREADABLE when the disk is full or refuses. */
export async function writeStored(file: string, value: unknown, where: string): Promise<void> {
  await writeFileAtomic(file, JSON.stringify(value, null, 2) + '\n').catch((thrown: unknown) => failForFile(thrown, where))
}

/**
 * Values of a file with one JSON value per line. A last line without a line end was being written when the process
 * died; it is left out. Any other unreadable line is a problem of code `invalid` that names it. A missing file is empty.
 */
export async function readLines<S extends z.ZodType>(schema: S, file: string, where: string, invalid: ProblemCode): Promise<z.output<S>[]> {
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => (isMissing(thrown) ? '' : failForFile(thrown, where)))
  const lines = text.split('\n').slice(0, -1)
  return lines.map((line, index) => {
    const name = `${where}: line ${index + 1}`
    let value: unknown
    try {
      value = JSON.parse(line)
    } catch {
      fail(invalid, name, 'The line is not JSON.')
    }
    return parseOrFail(schema, value, invalid, name)
  })
}

/** Tiny data files for the tests of the readers, written from the formats' descriptions and not by the readers' code. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect } from 'vitest'
import { ProblemError, type Problem, type ProblemCode } from '@shared/problems'

/** A function that writes files into a folder of its own and returns paths; the folder goes when the tests end. */
export function temporaryFolder(): { path: (name?: string) => string; write: (name: string, content: Uint8Array | string) => string } {
  const folder = mkdtempSync(join(tmpdir(), 'acim-data-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const path = (name = '.'): string => join(folder, name)
  return {
    path,
    write(name, content) {
      mkdirSync(dirname(path(name)), { recursive: true })
      writeFileSync(path(name), content)
      return path(name)
    }
  }
}

export function idxBytes(type: number, dimensions: readonly number[], data: Uint8Array | readonly number[]): Uint8Array {
  const header = Buffer.alloc(4 + 4 * dimensions.length)
  header[2] = type
  header[3] = dimensions.length
  for (const [index, dimension] of dimensions.entries()) header.writeUInt32BE(dimension, 4 + 4 * index)
  return Buffer.concat([header, Uint8Array.from(data)])
}

export function npyBytes(descr: string, shape: readonly number[], data: Uint8Array, fortran = false): Uint8Array {
  const shapeText = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${shapeText}, }`
  const padded = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11) + '\n'
  const length = Buffer.alloc(2)
  length.writeUInt16LE(padded.length)
  return Buffer.concat([Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]), length, Buffer.from(padded, 'latin1'), data])
}

export const floatBytes = (values: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer)

/** The problem that `work` ends with, whose code must be `code`. */
export async function problemOf(work: Promise<unknown> | (() => unknown), code: ProblemCode): Promise<Problem> {
  let thrown: unknown
  try {
    await (typeof work === 'function' ? work() : work)
  } catch (caught) {
    thrown = caught
  }
  expect(thrown).toBeInstanceOf(ProblemError)
  const { problem } = thrown as ProblemError
  expect(problem).toMatchObject({ code })
  expect(problem.message.length).toBeGreaterThan(10)
  expect(problem.tip).not.toBe('')
  return problem
}

/**
 * The files that carry a `schemaVersion`, and how older versions become the current one. A new version is: raise
 * `current`, add the step from the version before to `steps`, and a test with a stored older file.
 */
import type { z } from 'zod'
import { fail, type ProblemCode } from '@shared/problems'

export interface StoredFormat<S extends z.ZodType> {
  /** What the file is, for messages. */
  name: string
  schema: S
  current: number
  /** Steps by the version that they start from; each returns a value of the next version. */
  steps: Record<number, (older: Record<string, unknown>) => Record<string, unknown>>
  /** Problem when the content is not valid, and when the file is not there. */
  invalid: ProblemCode
  missing: ProblemCode
}

/** Raises a parsed file to the current version. Newer files, and versions that were never published, are problems. */
export function migrate<S extends z.ZodType>(format: StoredFormat<S>, value: unknown, where: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    fail(format.invalid, where, `A ${format.name} holds one JSON object; this file holds something else.`)
  }
  let content = value as Record<string, unknown>
  const found = content['schemaVersion']
  if (typeof found !== 'number' || !Number.isInteger(found) || found < 0) {
    fail(format.invalid, `${where}.schemaVersion`, `Expected the whole number ${format.current}, found ${JSON.stringify(found) ?? 'nothing'}.`)
  }
  if (found > format.current) {
    fail('PROJECT_TOO_NEW', `${where}.schemaVersion`, `The ${format.name} has version ${found}; this program reads up to version ${format.current}.`)
  }
  for (let version = found; version < format.current; version++) {
    const step = format.steps[version]
    if (step === undefined) {
      fail(format.invalid, `${where}.schemaVersion`, `Version ${found} of the ${format.name} is not known; expected ${format.current}.`)
    }
    content = step(content)
  }
  return content
}

/** The small rooms that need no project: names, migrations, storage, throttling, rates, line order. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { ProblemError, type Problem } from '@shared/problems'
import { formats } from './formats'
import { migrate, type StoredFormat } from './migrations'
import { hashedName, isChildName, safeName } from './names'
import { createProgressRate } from './progress-rate'
import { createSerial } from './serial'
import { readLines, readStored, writeStored } from './storage'
import { createThrottle } from './throttle'

const problemOf = async (operation: () => unknown): Promise<Problem> => {
  try {
    await operation()
  } catch (thrown) {
    if (thrown instanceof ProblemError) return thrown.problem
    throw thrown
  }
  throw new Error('A problem was expected.')
}

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'services-small-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('names', () => {
  it.each([
    ['../../etc/passwd', 'etc-passwd'], ['a\\b:c', 'a-b-c'], ['...', 'x'], ['con', 'x'], ['', 'x'], [' Größe 2 ', 'Größe 2'], ['a\u0000b', 'a-b']
  ])('makes %j usable', (name, expected) => expect(safeName(name, 'x')).toBe(expected))

  it('always gives the name of one child', () => {
    fc.assert(fc.property(fc.string(), (name) => isChildName(safeName(name, 'x')) && !safeName(name, 'x').startsWith('.')))
  })

  it('knows what is not a child', () => {
    for (const name of ['', '.', '..', 'a/b', 'a\\b', 'c:\\x', 'a\0']) expect(isChildName(name)).toBe(false)
    expect(hashedName('my net.onnx', 'abcdef0123', 'n')).toBe('my-net-abcdef01')
  })
})

describe('migrations', () => {
  const twoVersions: StoredFormat<z.ZodType> = {
    name: 'thing', schema: z.unknown(), current: 3, steps: { 2: (older) => ({ ...older, schemaVersion: 3, added: true }) }, invalid: 'PROJECT_INVALID', missing: 'PROJECT_NOT_FOUND'
  }

  it('raises an older file step by step', () => {
    expect(migrate(twoVersions, { schemaVersion: 2 }, 'f')).toEqual({ schemaVersion: 3, added: true })
  })

  it('refuses versions that are unknown, newer or missing, naming the field', async () => {
    const older = await problemOf(() => migrate(twoVersions, { schemaVersion: 1 }, 'f.json'))
    expect(older).toMatchObject({ code: 'PROJECT_INVALID', where: 'f.json.schemaVersion' })
    expect(older.message).toContain('Version 1')
    expect(await problemOf(() => migrate(formats.project, { schemaVersion: 0 }, 'p'))).toMatchObject({ code: 'PROJECT_INVALID' })
    expect(await problemOf(() => migrate(twoVersions, { schemaVersion: 4 }, 'f'))).toMatchObject({ code: 'PROJECT_TOO_NEW' })
    for (const value of [{}, { schemaVersion: '3' }, { schemaVersion: 1.5 }, [], null, 'text']) {
      expect(await problemOf(() => migrate(twoVersions, value, 'f'))).toMatchObject({ code: 'PROJECT_INVALID' })
    }
  })
})

describe('storage', () => {
  it('reads back what it wrote and leaves nothing else behind', async () => {
    const file = join(folder, 'recents.json')
    const content = { schemaVersion: 1 as const, recents: [{ id: 'a', name: 'A', location: '/a', openedAt: '2026-01-01T00:00:00.000Z' }] }
    await writeStored(file, content, 'recents.json')
    expect(await readStored(formats.recents, file, 'recents.json')).toEqual(content)
    expect(readdirSync(folder)).toEqual(['recents.json'])
  })

  it.each(['', '{', '[]', '{"schemaVersion":1,"name":3}', '{"schemaVersion":1,"recents":[{}]}'])('refuses %j and leaves it as it is', async (text) => {
    const file = join(folder, 'project.json')
    writeFileSync(file, text)
    expect(await problemOf(() => readStored(formats.project, file, 'project.json'))).toMatchObject({ code: 'PROJECT_INVALID' })
    expect(readFileSync(file, 'utf8')).toBe(text)
  })

  it('leaves out a line that was being written, and refuses a damaged one', async () => {
    const file = join(folder, 'lines.jsonl')
    writeFileSync(file, '1\n2\n3')
    expect(await readLines(z.number(), file, 'lines', 'RUN_INVALID')).toEqual([1, 2])
    writeFileSync(file, '1\nx\n3\n')
    expect(await problemOf(() => readLines(z.number(), file, 'lines', 'RUN_INVALID'))).toMatchObject({ code: 'RUN_INVALID', where: 'lines: line 2' })
    expect(await readLines(z.number(), join(folder, 'none'), 'lines', 'RUN_INVALID')).toEqual([])
  })
})

describe('throttle', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('acts at most five times per second and always shows the last state', () => {
    vi.useFakeTimers()
    let state = 0
    const seen: number[] = []
    const throttle = createThrottle(() => seen.push(state))
    for (let millisecond = 0; millisecond < 1000; millisecond++) {
      state = millisecond
      throttle.trigger()
      vi.advanceTimersByTime(1)
    }
    vi.advanceTimersByTime(1000)
    // One at once, one at the end of each interval of 200 ms.
    expect(seen.length).toBeLessThanOrEqual(6)
    expect(seen.at(-1)).toBe(999)
  })
})

describe('progress rate', () => {
  it('forecasts from the rate, not counting pauses nor what a resumed run had before', () => {
    const rate = createProgressRate()
    rate.start(0)
    rate.report(0.5, 1000)
    expect(rate.secondsRemaining(1000)).toBeNull()
    for (let second = 2; second <= 11; second++) rate.report(0.5 + 0.01 * (second - 1), second * 1000)
    // 1 % per second, 40 % left.
    expect(rate.secondsRemaining(11_000)).toBeCloseTo(40, 6)
    rate.stop(11_000)
    rate.start(100_000)
    expect(rate.secondsElapsed(100_000)).toBeCloseTo(11, 6)
    expect(rate.secondsRemaining(100_000)).toBeCloseTo(40, 6)
    expect(rate.secondsRemaining(101_000)).toBeCloseTo(39, 6)
  })
})

describe('serial', () => {
  it('keeps the order and goes on after a failure', async () => {
    const serial = createSerial()
    const order: string[] = []
    const slow = serial(async () => {
      await new Promise((resolve) => setTimeout(resolve, 10))
      order.push('slow')
      throw new Error('on purpose')
    })
    const quick = serial(async () => {
      order.push('quick')
    })
    await expect(slow).rejects.toThrow('on purpose')
    await quick
    expect(order).toEqual(['slow', 'quick'])
  })
})

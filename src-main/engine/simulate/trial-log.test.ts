import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Trial } from '@shared/simulation'
import { TrialLog } from './trial-log'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'acim-trial-log-'))))
afterAll(() => rm(folder, { recursive: true }))

const trial = (chipInstance: number, classes = 2): Trial => ({
  point: 0, chipInstance, top1: 0.5, top5: 1, loss: 1, seconds: 1,
  confusion: Array.from({ length: classes }, () => Array.from({ length: classes }, () => chipInstance))
})

describe('TrialLog', () => {
  it('keeps the long lines of many classes apart when workers end together', async () => {
    const file = join(folder, 'long.jsonl')
    const log = await TrialLog.open(file)
    // 700 × 700 counts are about 1 MB, more than Node writes at once (512 KiB).
    const trials = [1, 2, 3, 4].map((chipInstance) => trial(chipInstance, 700))
    await Promise.all(trials.map((one) => log.append(one)))
    expect((await TrialLog.open(file)).trials.map(({ chipInstance }) => chipInstance)).toEqual([1, 2, 3, 4])
  })

  it('counts a chip instance once that stands there twice', async () => {
    const file = join(folder, 'twice.jsonl')
    const lines = [trial(0), trial(1), { ...trial(0), seconds: 2 }].map((one) => JSON.stringify(one) + '\n').join('')
    await writeFile(file, lines)
    expect((await TrialLog.open(file)).trials).toEqual([trial(0), trial(1)])
    expect(await readFile(file, 'utf8')).toBe(lines)
  })
})

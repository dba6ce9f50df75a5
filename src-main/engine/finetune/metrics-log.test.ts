import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FinetuneMetric } from '@shared/finetune'
import { MetricsLog } from './metrics-log'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'acim-metrics-log-'))))
afterAll(() => rm(folder, { recursive: true }))

const metric = (step: number): FinetuneMetric => ({ step, epoch: step / 10, loss: 1, gradientNorm: 1, learningRate: 0.1, validation: null, secondsElapsed: 1 })

describe('MetricsLog', () => {
  it('cuts what the checkpoint does not count, half a line too', async () => {
    const file = join(folder, 'longer.jsonl')
    const lines = [1, 2, 3].map((step) => JSON.stringify(metric(step)) + '\n')
    await writeFile(file, lines.join('') + '{"step":4')
    const log = await MetricsLog.open(file, 2)
    await log.append(metric(5))
    expect(await readFile(file, 'utf8')).toBe(lines[0]! + lines[1]! + JSON.stringify(metric(5)) + '\n')
  })

  it('does not write a file anew that is as it should be: a kill in between would lose it', async () => {
    const file = join(folder, 'same.jsonl')
    await writeFile(file, JSON.stringify(metric(1)) + '\n')
    await utimes(file, 1, 1)
    expect((await MetricsLog.open(file, 1)).lines).toEqual([metric(1)])
    expect((await stat(file)).mtimeMs).toBe(1000)
  })

  it('names a file that has lost lines', async () => {
    await expect(MetricsLog.open(join(folder, 'missing.jsonl'), 1)).rejects.toMatchObject({ problem: { code: 'RUN_INVALID' } })
  })
})

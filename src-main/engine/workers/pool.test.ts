import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { threadPool } from './pool'
import type { ComputeTask } from './worker-tasks'

/** A worker whose task is to be busy for a time. */
const busyWorker = `export default async ({ task }) => {
  await new Promise((resolve) => setTimeout(resolve, task.milliseconds))
  return { value: task.milliseconds }
}`

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acim-pool-'))
  await writeFile(join(folder, 'worker.mjs'), busyWorker)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const busyFor = (milliseconds: number): ComputeTask => ({ milliseconds }) as unknown as ComputeTask

describe('a pool of threads', () => {
  it.each([2, 3])('of %i is closed when all of its tasks are done, not when the first is', async (size) => {
    const pool = threadPool(size, size, join(folder, 'worker.mjs'))
    const ended: unknown[] = []
    const tasks = [20, 400, 800].slice(0, size).map((milliseconds) => pool.run(busyFor(milliseconds)).then((value) => ended.push(value)))
    await pool.close()
    expect(ended).toHaveLength(size)
    await Promise.all(tasks)
  })

  it('is closed when tasks that waited for a thread are done too', async () => {
    const pool = threadPool(2, 2, join(folder, 'worker.mjs'))
    const ended: unknown[] = []
    for (const milliseconds of [20, 300, 10, 10]) void pool.run(busyFor(milliseconds)).then((value) => ended.push(value))
    await pool.close()
    expect(ended).toHaveLength(4)
  })
})

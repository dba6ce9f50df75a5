/** The built worker threads: results do not depend on how many there are, and a cancelled run ends soon. */
import { mkdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { finetuneConfigSchema, type FinetuneResult } from '@shared/finetune'
import { hardwareSchema } from '@shared/hardware'
import { simulationConfigSchema, type SimulationResult } from '@shared/simulation'
import { ensureBuilt } from '../../build/make.mjs'
import { runFinetune } from '../../src-main/engine/finetune/run-finetune'
import { runSimulation } from '../../src-main/engine/simulate/run-simulation'
import { smallTask, testControl, type SmallTask } from '../../src-main/engine/testing/small-task'
import { threadPool, type ComputePool } from '../../src-main/engine/workers/pool'
import { setSignal } from '../../src-main/engine/workers/signal'

const workerFile = resolve(import.meta.dirname, '../../out/main/worker.js')
let task: SmallTask
beforeAll(async () => {
  await ensureBuilt()
  task = await smallTask()
}, 300_000)
afterAll(() => task.remove())

async function withThreads<T>(size: number, work: (pool: ComputePool) => Promise<T>): Promise<T> {
  const pool = threadPool(size, size, workerFile)
  try {
    return await work(pool)
  } finally {
    await pool.close()
  }
}

const clockFields = new Set(['seconds', 'imagesPerSecond', 'secondsElapsed'])
/** As JSON text, without what depends on the clock. */
const timeless = (result: SimulationResult | FinetuneResult): string =>
  JSON.stringify(result, (key, value: unknown) => (clockFields.has(key) ? undefined : value))

const hardware = hardwareSchema.parse({ array: { rows: 16, columns: 4 }, dac: { inputBits: 6 }, adc: { outputBits: 6 }, representation: { scaleGranularity: 'tile-column' } })

it('simulates the same numbers with one thread and with two', async () => {
  const config = simulationConfigSchema.parse({ hardware, settings: { chipInstances: 5, images: { count: 100 }, sweep: { parameter: 'sigma', values: [0.05, 0.2] }, batch: 30 } })
  const simulate = (size: number): Promise<string> =>
    withThreads(size, async (pool) => timeless(await runSimulation({ ...(await task.params()), workers: size, config }, testControl(), pool)))
  const one = await simulate(1)
  expect(await simulate(2)).toBe(one)
})

it('fine-tunes to the same bytes with one thread and with two', async () => {
  const config = finetuneConfigSchema.parse({
    hardware, settings: { epochs: 2, batch: 40, samples: 2, learningRate: 0.05, validationImages: 40, validationChipInstances: 2, testImages: 100, testChipInstances: 3, augmentation: { cropPadding: 1 } }
  })
  const finetune = (size: number): Promise<{ text: string; bytes: Buffer }> =>
    withThreads(size, async (pool) => {
      const params = await task.params()
      const text = timeless(await runFinetune({ ...params, workers: size, config }, testControl(), pool))
      return { text, bytes: await readFile(join(params.runFolder, 'finetuned.onnx')) }
    })
  const one = await finetune(1)
  const two = await finetune(2)
  expect(two.text).toBe(one.text)
  expect(two.bytes.equals(one.bytes)).toBe(true)
})

it('cancelled while paused, ends within a second and its pool closes', async () => {
  const config = simulationConfigSchema.parse({ hardware, settings: { chipInstances: 10_000, images: { count: 100 } } })
  const runFolder = join(task.folder, 'cancelled')
  await mkdir(runFolder)
  await withThreads(2, async (pool) => {
    const control = testControl()
    const run = runSimulation({ ...(await task.params()), runFolder, workers: 2, config }, control, pool)
    const ended = run.then(() => 'finished', (thrown: { problem?: { code: string } }) => thrown.problem?.code)
    while (!control.reports.some(({ partial }) => partial !== undefined)) await new Promise((resume) => setTimeout(resume, 10))
    setSignal(control.signal, 'pause')
    await new Promise((resume) => setTimeout(resume, 200))
    const started = performance.now()
    setSignal(control.signal, 'cancel')
    expect(await ended).toBe('JOB_CANCELLED')
    expect(performance.now() - started).toBeLessThan(1000)
    // Progress never goes back.
    const fractions = control.reports.map(({ fraction }) => fraction)
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
  })
})

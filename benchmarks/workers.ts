/**
 * A Monte-Carlo simulation of small batches with one worker thread and with two, in turns: how many times faster two are, and
 * whether their results are the same.
 *
 * Usage: node build/run-ts.mjs benchmarks/workers.ts [rounds]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median } from 'simple-statistics'
import { hardwareSchema } from '../src-shared/hardware'
import type { Trial } from '../src-shared/simulation'
import { writeModel } from '../src-main/engine/onnx/codec'
import { importNetwork } from '../src-main/engine/onnx/import'
import { Evaluator } from '../src-main/engine/simulate/evaluator'
import { threadPool } from '../src-main/engine/workers/pool'
import { newSignal } from '../src-main/engine/workers/signal'
import { preprocessing } from './network-cases'
import { wideResNet } from './networks/wide-resnet'
import { randomDataset } from './random-dataset'

const rounds = Number(process.argv[2] ?? 5)
const images = 48
const chipInstances = 8
const workerFile = join(process.cwd(), 'out', 'main', 'worker.js')

const folder = await mkdtemp(join(tmpdir(), 'acim-bench-'))
try {
  const file = join(folder, 'network.onnx')
  await writeFile(file, writeModel(wideResNet(16, 4, 10)))
  const network = await importNetwork(file)
  const range = { first: 0, count: images }
  const hardware = hardwareSchema.parse({ device: { kind: 'weight-referred', sigma: 0.1 } })
  const runWith = async (workers: number): Promise<{ seconds: number; result: string }> => {
    const pool = threadPool(workers, workers, workerFile)
    const evaluator = new Evaluator({
      network, dataset: randomDataset(images), preprocessing,
      batch: 0, calibrationRange: range, pool, signal: newSignal()
    })
    const prepared = await evaluator.prepare(hardware)
    const trials: Trial[] = []
    const started = performance.now()
    await evaluator.trials(prepared, { hardware, range, seed: 1, point: 0, instances: Array.from({ length: chipInstances }, (_, i) => i) }, async (trial) => void trials.push(trial))
    const seconds = (performance.now() - started) / 1000
    await pool.close()
    trials.sort((a, b) => a.chipInstance - b.chipInstance)
    return { seconds, result: JSON.stringify(trials.map(({ seconds: _seconds, ...rest }) => rest)) }
  }
  const ratios: number[] = []
  let same = true
  for (let round = 0; round < rounds; round++) {
    const one = await runWith(1)
    const two = await runWith(2)
    ratios.push(one.seconds / two.seconds)
    same &&= one.result === two.result
  }
  console.log(`two workers are ${median(ratios).toFixed(2)} times as fast as one (${ratios.map((ratio) => ratio.toFixed(2)).join(', ')}); results are ${same ? 'identical' : 'NOT identical'}`)
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** Memory of whole runs, each in an engine process of its own as the application starts it: what was predicted before the run, and the most that was seen while it ran. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { finetuneConfigSchema } from '../src-shared/finetune'
import { hardwareSchema, type HardwareInput } from '../src-shared/hardware'
import { simulationConfigSchema } from '../src-shared/simulation'
import type { RunParams } from '../src-main/engine/tasks'
import { forkEngine } from '../src-main/hosts/engine-link'
import { createEngineClient, type EngineClient } from '../src-main/services/engine-client'
import { preprocessing } from './network-cases'

export interface RunMemory {
  workers: number
  /** Images per run of the network, or of one part of a mini-batch. */
  batch: number
  predictedPeakMegabytes: number
  measuredPeakMegabytes: number
}

export interface StoredInputs {
  /** Where the network and the data lie and runs are made. */
  folder: string
  networkFolder: string
  datasetFolder: string
  workers: number
}

/** Enough for every worker to be busy for a while. */
const imagesAtOnce = 64

/** Two chip instances a worker, the batch chosen by the program. */
export const simulationMemory = (inputs: StoredInputs, described: HardwareInput): Promise<RunMemory> =>
  inEngine(inputs, (engine, params) => {
    const settings = { chipInstances: 2 * inputs.workers, images: { count: imagesAtOnce } }
    return engine.run('simulate', { ...params, config: simulationConfigSchema.parse({ hardware: hardwareSchema.parse(described), settings }) }).promise
  })

/** Two steps of HA-SGD with validation behind each. */
export const finetuneMemory = (inputs: StoredInputs, described: HardwareInput, batch: number): Promise<RunMemory> =>
  inEngine(inputs, (engine, params) => {
    const settings = {
      batch, epochs: 2, trainImages: batch + imagesAtOnce, validationImages: imagesAtOnce, validationChipInstances: inputs.workers, testImages: imagesAtOnce, testChipInstances: inputs.workers, learningRate: 1e-6
    }
    return engine.run('finetune', { ...params, config: finetuneConfigSchema.parse({ hardware: hardwareSchema.parse(described), settings }) }).promise
  })

let runs = 0

async function inEngine(inputs: StoredInputs, run: (engine: EngineClient, params: RunParams) => Promise<{ computation?: RunMemory }>): Promise<RunMemory> {
  const { networkFolder, datasetFolder, workers, folder } = inputs
  const runFolder = join(folder, `run-${runs++}`)
  await mkdir(runFolder)
  const engine = createEngineClient(forkEngine)
  try {
    const { computation } = await run(engine, { networkFolder, datasetFolder, preprocessing, runFolder, workers })
    if (computation === undefined) throw new Error('The run does not say what it took')
    const { batch, predictedPeakMegabytes, measuredPeakMegabytes } = computation
    return { workers: computation.workers, batch, predictedPeakMegabytes, measuredPeakMegabytes }
  } finally {
    await engine.shutdown()
  }
}

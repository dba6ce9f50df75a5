import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attributionConfigSchema } from '@shared/attribution'
import { hardwareSchema } from '@shared/hardware'
import { simulationConfigSchema, type SimulationResult } from '@shared/simulation'
import { feedsOf } from './classify-images'
import { Evaluator } from './evaluator'
import { fidelityOf } from './fidelity'
import { runAttribution } from './attribution'
import { runSimulation } from './run-simulation'
import { readModel } from '../onnx/codec'
import { openInputs } from '../resources/inputs'
import { smallTask, testControl, type SmallTask } from '../testing/small-task'
import { programmedModel } from '../workers/chip-bytes'
import { inlinePool } from '../workers/pool'
import { newSignal } from '../workers/signal'

const fixture = join(import.meta.dirname, '../../../tests/fixtures/networks/u-net.onnx')
const images = 24
/** The imported network and the file are optimised differently and round float32 differently: 0.1 % of the error energy. */
const roundingDecibels = 0.005

let task: SmallTask
let bytes: Uint8Array
beforeAll(async () => {
  bytes = new Uint8Array(await readFile(fixture))
  task = await smallTask(readModel(bytes), 16)
})
afterAll(() => task.remove())

const config = simulationConfigSchema.parse({
  hardware: {}, settings: { chipInstances: 2, images: { count: images }, sweep: { parameter: 'sigma', values: [0, 0.02, 0.1] }, batch: 10 }
})
const simulate = async (settings = config): Promise<SimulationResult> => runSimulation({ ...(await task.params()), config: settings }, testControl(), inlinePool())

describe('fidelity of a U-Net', () => {
  it('is exact without errors, falls with σ, and there is no accuracy', async () => {
    const { digital, points, fidelity = [], classNames } = await simulate()
    expect({ digital, points, classNames }).toEqual({ digital: null, points: [], classNames: [] })
    expect(fidelity.map(({ value, chipInstances }) => [value, chipInstances])).toEqual([[0, 2], [0.02, 2], [0.1, 2]])
    const [none, little, much] = fidelity.map((point) => point.fidelity)
    expect(none).toEqual({ decibels: null, exact: 2, silent: 0, overflow: 0, instances: ['exact', 'exact'] })
    expect(little!.decibels!.min).toBeGreaterThan(much!.decibels!.max)
    expect(much!.decibels!.values).toHaveLength(2)
  })

  it('is that of plain ONNX Runtime outputs, summed in double precision', async () => {
    const params = await task.params()
    const { network, dataset } = await openInputs(params)
    const { fidelity = [], imageRange: range } = await simulate()
    const hardware = hardwareSchema.parse({ device: { kind: 'weight-referred', sigma: 0.1 } })
    const evaluator = new Evaluator({ network, dataset, preprocessing: params.preprocessing, batch: images, calibrationRange: range, pool: inlinePool(), signal: newSignal(), anyOutput: true })
    const prepared = await evaluator.prepare(hardware)
    const indices = Int32Array.from({ length: images }, (_, i) => range.first + i)
    const feeds = feedsOf(evaluator.io, evaluator.source(range), indices, null)
    const outputOf = async (model: Uint8Array): Promise<Float32Array> => {
      const session = await ort.InferenceSession.create(model)
      const outputs = await session.run({ [session.inputNames[0]!]: Object.values(feeds)[0]! })
      return outputs[session.outputNames[0]!]!.data as Float32Array
    }
    const y = await outputOf(bytes)
    for (const chipInstance of [0, 1]) {
      const found = await outputOf(programmedModel(prepared.shared, prepared.values, { hardware, seed: config.settings.seed, chipInstance }).bytes)
      const signal = y.reduce((sum, value) => sum + value ** 2, 0)
      const noise = y.reduce((sum, value, i) => sum + (found[i]! - value) ** 2, 0)
      expect(Math.abs(fidelity[2]!.fidelity.decibels!.values[chipInstance]! - 10 * Math.log10(signal / noise))).toBeLessThan(roundingDecibels)
    }
  })

  it('does not depend on the batch', async () => {
    const of = async (batch: number) => (await simulate({ ...config, settings: { ...config.settings, batch } })).fidelity!.map((point) => point.fidelity)
    expect(await of(1)).toEqual(await of(24))
  })

  it('an attribution says that a simulation works', async () => {
    const attribution = attributionConfigSchema.parse({ hardware: config.hardware, settings: { chipInstances: 1, images: { count: 4 } } })
    const params = await task.params()
    await expect(runAttribution({ ...params, config: attribution }, testControl(), inlinePool())).rejects.toMatchObject({
      problem: { code: 'MODEL_OUTPUT_UNSUPPORTED', message: expect.stringContaining('It can be simulated') as string }
    })
  })
})

describe('fidelityOf', () => {
  it('counts what has no finite ratio beside the decibels of what has', () => {
    const found = fidelityOf([{ signal: 100, noise: 1 }, { signal: 1, noise: 0 }, { signal: 0, noise: 1 }, { signal: null, noise: 1 }, { signal: 1e300, noise: 1e-300 }])
    expect(found).toMatchObject({ exact: 1, silent: 1, overflow: 1, decibels: { values: [20, 6000] }, instances: [20, 'exact', 'silent', 'overflow', 6000] })
  })
})

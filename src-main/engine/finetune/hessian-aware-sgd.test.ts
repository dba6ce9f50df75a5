import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { finetuneConfigSchema } from '@shared/finetune'
import { parameterValues } from '../analog/compile'
import { openDataset } from '../data/dataset-store'
import { openNetwork } from '../onnx/network-store'
import { smallTask, type SmallTask } from '../testing/small-task'
import { inlinePool } from '../workers/pool'
import { newSignal } from '../workers/signal'
import { HessianAwareSgd, partsOf } from './hessian-aware-sgd'
import { learningRateAt } from './schedule'
import { trainingProgram } from './training-program'

const folder = join(import.meta.dirname, '../../../tests/fixtures/finetune')
/** Ours is float32, the reference double: rounding of sums over 40 images, carried over five steps with momentum. */
const relativeTolerance = 2e-6

interface Inputs {
  settings: { seed: number; sigma: number; mu: number; samples: number; batch: number; steps: number; learningRate: number; momentum: number; weightDecay: number; stepFactor: number; stepEvery: number }
  labels: number[]
}
interface Reference {
  steps: { loss: number; gradientNorm: number }[]
  weights: string[]
}
const read = async <T>(name: string): Promise<T> => JSON.parse(await readFile(join(folder, name), 'utf8')) as T

let task: SmallTask
beforeAll(async () => void (task = await smallTask()))
afterAll(() => task.remove())

it('follows an independent PyTorch implementation step by step: K = 2, momentum, weight decay, step schedule', async () => {
  const { settings, labels } = await read<Inputs>('inputs.json')
  const reference = await read<Reference>('steps.json')
  const params = await task.params()
  const network = await openNetwork(params.networkFolder)
  const dataset = await openDataset(params.datasetFolder)
  expect([...dataset.labels.slice(0, labels.length)]).toEqual(labels)
  const { seed, sigma, mu, samples, batch, learningRate, momentum, weightDecay } = settings
  const config = finetuneConfigSchema.parse({
    hardware: { device: { kind: 'weight-referred', sigma, mu } },
    settings: { seed, samples, batch, learningRate, momentum, weightDecay }
  })
  const { graph, parameters, layerNames } = await trainingProgram(network, config.hardware, new Map(), batch / partsOf(batch), 'reference')
  const weights = parameterValues(network.model.graph, parameters).map((values) => new Float32Array(values))
  const trainer = new HessianAwareSgd(
    {
      config, graph, parameters, layerNames, pool: inlinePool(), signal: newSignal(), stored: parameters.map((_, p) => p),
      source: { dataset, preprocessing: params.preprocessing, layout: 'channels-first' }
    },
    weights,
    weights.map(({ length }) => new Float32Array(length))
  )
  // One step is one epoch here, so that the schedule changes within the five steps.
  const schedule = { kind: 'step', everyEpochs: settings.stepEvery, factor: settings.stepFactor } as const
  for (const [step, expected] of reference.steps.entries()) {
    const indices = Int32Array.from({ length: batch }, (_, i) => step * batch + i)
    const found = await trainer.step(step, indices, learningRateAt(schedule, learningRate, step, settings.steps, 1))
    expect(Math.abs(found.loss / expected.loss - 1), `loss of step ${step}`).toBeLessThan(relativeTolerance)
    expect(Math.abs(found.gradientNorm / expected.gradientNorm - 1), `gradient of step ${step}`).toBeLessThan(relativeTolerance)
  }
  reference.weights.forEach((text, p) => {
    const expected = new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer)
    const largest = Math.max(...expected.map(Math.abs))
    const difference = Math.max(...weights[p]!.map((value, i) => Math.abs(value - expected[i]!)))
    expect(difference, parameters[p]!.name).toBeLessThan(relativeTolerance * largest)
  })
})

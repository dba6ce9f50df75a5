import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { finetuneConfigSchema, type Schedule } from '@shared/finetune'
import { layerNames, mappedLayers } from '../analog/compile'
import type { CalibratedPoint, Calibration } from '../analog/program'
import { openDataset } from '../data/dataset-store'
import type { Network } from '../onnx/network'
import { openNetwork } from '../onnx/network-store'
import { smallTask, type SmallTask } from '../testing/small-task'
import { inlinePool } from '../workers/pool'
import { newSignal } from '../workers/signal'
import cases from '../../../tests/fixtures/finetune/cases.json'
import { HessianAwareSgd } from './hessian-aware-sgd'
import { partsOf } from './mini-batch'
import { programOptions } from './run-finetune'
import { rampAt, stepSize } from './schedule'
import { drawnHardware, trainingHardware } from './training-hardware'
import { initialValues, trainingProgram } from './training-program'

const folder = join(import.meta.dirname, '../../../tests/fixtures/finetune')
/** Ours is float32, the reference double: rounding of sums over 40 images, carried over five steps with momentum. */
const relativeTolerance = 2e-6

interface Inputs {
  settings: { seed: number; batch: number; steps: number }
  labels: number[]
}
interface Reference {
  steps: { loss: number; gradientNorm: number }[]
  /** Steps of learnt converters, layer by layer, DAC before ADC. */
  ranges?: number[]
  weights: string[]
}
/** Converters of each layer with their ranges to begin with; null: the layer has none. */
interface Converters {
  bits: number
  rows: number
  dac: (CalibratedPoint | null)[]
  adc: (CalibratedPoint | null)[]
}

/** The hardware with these converters, and their ranges as calibration would have found them. */
function converted(network: Network, converters: Converters | undefined): { hardware: object; calibration: Calibration } {
  if (converters === undefined) return { hardware: {}, calibration: new Map() }
  const { bits, rows, dac, adc } = converters
  const layers = mappedLayers(network).map(({ layer }) => layer)
  const own = layers.map(({ node }, i) => [node, { dac: { inputBits: dac[i] === null ? 0 : bits }, adc: { outputBits: adc[i] === null ? 0 : bits } }])
  const points = layers.flatMap(({ input }, i) => [[`dac:${input}`, dac[i]] as const, [`adc:${i}`, adc[i]] as const])
  return { hardware: { array: { rows }, layers: Object.fromEntries(own) }, calibration: new Map(points.flatMap(([id, point]) => (point == null ? [] : [[id, point]]))) }
}
const read = async <T>(name: string): Promise<T> => JSON.parse(await readFile(join(folder, name), 'utf8')) as T

let task: SmallTask
beforeAll(async () => void (task = await smallTask()))
afterAll(() => task.remove())

it.each(Object.entries(cases))('follows an independent PyTorch implementation step by step: %s', async (name, described) => {
  const { sigma, mu, rateFactors, converters, ...wanted } = { converters: undefined, ...described }
  const { settings: run, labels } = await read<Inputs>('inputs.json')
  const reference = (await read<Record<string, Reference>>('steps.json'))[name]!
  const params = await task.params()
  const network = await openNetwork(params.networkFolder)
  const dataset = await openDataset(params.datasetFolder)
  expect([...dataset.labels.slice(0, labels.length)]).toEqual(labels)
  const { hardware: own, calibration } = converted(network, converters)
  const description = { device: { kind: 'weight-referred' as const, sigma, mu }, ...own }
  const layers = layerNames(mappedLayers(network))
  const config = finetuneConfigSchema.parse({
    hardware: description,
    settings: { ...wanted, schedule: wanted.schedule as Schedule, seed: run.seed, batch: run.batch, learningRateFactors: Object.fromEntries(rateFactors.map((factor, i) => [layers[i], factor])) }
  })
  const { settings } = config
  const hardware = trainingHardware(drawnHardware(config.hardware, settings.method))
  const parts = partsOf(run.batch, network)
  const program = await trainingProgram(network, hardware, calibration, run.batch / parts, `reference ${name}`, programOptions(settings, network, 'cpu'))
  const { graph, parameters, ranges } = program
  const weights = initialValues(network, program).map((values) => new Float32Array(values))
  const trainer = new HessianAwareSgd(
    {
      config, graph, parts, parameters, ranges, layerNames: layers, pool: inlinePool(), signal: newSignal(), stored: parameters.map((_, p) => p),
      source: { dataset, preprocessing: params.preprocessing, layout: 'channels-first' }
    },
    weights,
    weights.map(({ length }) => new Float32Array(length))
  )
  // One step is one epoch here, so that schedules change within the few steps.
  const images = run.batch * settings.accumulation
  const steps = Math.floor(run.steps / settings.accumulation)
  expect(reference.steps).toHaveLength(steps)
  for (const [step, expected] of reference.steps.entries()) {
    const indices = Int32Array.from({ length: images }, (_, i) => step * images + i)
    const found = await trainer.step(step, indices, { learningRate: stepSize(settings, step, steps, 1), noise: rampAt(settings.noise.rampEpochs, step, 1) })
    expect(Math.abs(found.loss / expected.loss - 1), `loss of step ${step}`).toBeLessThan(relativeTolerance)
    expect(Math.abs(found.gradientNorm / expected.gradientNorm - 1), `gradient of step ${step}`).toBeLessThan(relativeTolerance)
  }
  expect(ranges).toHaveLength(reference.ranges?.length ?? 0)
  reference.ranges?.forEach((expected, r) => {
    const [found] = weights[parameters.length + r]!
    expect(Math.abs(found! / expected - 1), `${ranges[r]!.kind} of ${ranges[r]!.layer}`).toBeLessThan(relativeTolerance)
    expect(Math.abs(found! / ranges[r]!.step - 1), 'it was learnt').toBeGreaterThan(10 * relativeTolerance)
  })
  reference.weights.forEach((text, p) => {
    const expected = new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer)
    const largest = Math.max(...expected.map(Math.abs))
    const difference = Math.max(...weights[p]!.map((value, i) => Math.abs(value - expected[i]!)))
    expect(difference, parameters[p]!.name).toBeLessThanOrEqual(relativeTolerance * largest)
  })
})

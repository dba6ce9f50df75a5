/** The training graph of every kind of layer: behind fine converters its gradient is that of the digital network. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hardwareSchema, type HardwareInput } from '@shared/hardware'
import { mappedLayers, networkParameters, parameterValues } from '../analog/compile'
import type { CalibratedPoint } from '../analog/program'
import { ruleFor } from '../autodiff/rules'
import { openDataset } from '../data/dataset-store'
import { openNetwork } from '../onnx/network-store'
import type { Network } from '../onnx/network'
import { everyKindOfLayer } from '../testing/all-layers'
import { calibrateOn } from '../testing/layer-on-chip'
import { smallTask, type SmallTask } from '../testing/small-task'
import { fillBatch } from '../data/preprocess'
import { newSignal } from '../workers/signal'
import { gradient, type GradientTask } from './gradient'
import { trainingProgram } from './training-program'

const batch = 4
/** Smooth, so that neither a step of a weight nor one of a converter crosses a corner. */
const activation = 'Tanh'
const model = everyKindOfLayer({ activation })
const hasRules = model.graph.nodes.every((node) => ruleFor(node) !== undefined)
let task: SmallTask
let network: Network
let source: GradientTask['source']
beforeAll(async () => {
  // Until transposed convolutions have a gradient rule the rest is tested without one.
  task = await smallTask(hasRules ? model : everyKindOfLayer({ activation, transposed: false }))
  const { networkFolder, datasetFolder, preprocessing } = await task.params()
  network = await openNetwork(networkFolder)
  source = { dataset: await openDataset(datasetFolder), preprocessing, layout: 'channels-first' }
})
afterAll(() => task.remove())

const indices = Int32Array.from({ length: batch }, (_, i) => i)

async function gradientsOf(description: HardwareInput, id: string): Promise<{ loss: number; gradients: Float32Array[] }> {
  const hardware = hardwareSchema.parse({ device: { kind: 'weight-referred', sigma: 0 }, ...description })
  const images = new Float32Array(batch * 64)
  fillBatch(images, source.dataset, indices, source.preprocessing, source.layout)
  const calibration = await calibrateOn(network, hardware, { dims: [batch, 1, 8, 8], data: images })
  // Room for what rounding moves: gradients end where a converter saturates.
  const wider = [...calibration].map(([point, found]): [string, CalibratedPoint] => [point, { ...found, maximum: 2 * found.maximum, ...(found.perGroup === undefined ? {} : { perGroup: found.perGroup.map((range) => 2 * range) }) }])
  const { graph, parameters } = await trainingProgram(network, hardware, new Map(wider), batch, id, { provider: 'cpu' })
  const weights = parameterValues(network.model.graph, parameters)
  const gradients = weights.map(({ length }) => new Float32Array(length))
  const { loss } = await gradient({ kind: 'gradient', signal: newSignal(), graph, source, indices, augmentation: null, weights, nominal: weights, gradients })
  return { loss, gradients }
}

describe('training program of every kind of layer', () => {
  /** Values are off by 2^-15 of their ranges, twice as wide as needed, through ten layers. */
  const fineConverterTolerance = 5e-3

  it.each<[string, HardwareInput]>([
    ['tiles', { array: { rows: 5, columns: 3 } }],
    ['tiles with scales and ranges of their own', { array: { rows: 5, columns: 3 }, representation: { scaleGranularity: 'tile-column' } }]
  ])('%s: gradients are those of the digital network', async (name, description) => {
    const digital = await gradientsOf({}, `${name}, digital`)
    const fine = await gradientsOf({ ...description, dac: { inputBits: 16 }, adc: { outputBits: 16, range: { kind: 'calibrated', scope: name === 'tiles' ? 'layer' : 'tile' } } }, name)
    expect(Math.abs(fine.loss - digital.loss)).toBeLessThan(fineConverterTolerance * digital.loss)
    const parameters = networkParameters(mappedLayers(network))
    digital.gradients.forEach((expected, p) => {
      const scale = Math.max(...expected.map(Math.abs))
      expect(scale, parameters[p]!.name).toBeGreaterThan(0)
      expect(Math.max(...expected.map((value, i) => Math.abs(value - fine.gradients[p]![i]!))) / scale, parameters[p]!.name).toBeLessThan(fineConverterTolerance)
    })
  })

  it('digital gradients are central differences of the loss', async () => {
    const { gradients } = await gradientsOf({}, 'differences')
    const { graph, parameters } = await trainingProgram(network, hardwareSchema.parse({ effects: { programmingError: false } }), new Map(), batch, 'differences, loss', { provider: 'cpu' })
    const values = parameterValues(network.model.graph, parameters)
    const lossAt = async (weights: Float32Array[]): Promise<number> =>
      (await gradient({ kind: 'gradient', signal: newSignal(), graph, source, indices, augmentation: null, weights, nominal: weights, gradients: values.map(({ length }) => new Float32Array(length)) })).loss
    const step = 5e-3
    for (const [p, expected] of gradients.entries()) {
      // The element with the largest derivative: the others differ by as much.
      const index = expected.reduce((best, value, i) => (Math.abs(value) > Math.abs(expected[best]!) ? i : best), 0)
      const moved = (by: number): Float32Array[] => values.map((each, q) => (q === p ? each.map((value, i) => (i === index ? value + by : value)) : each))
      const difference = ((await lossAt(moved(step))) - (await lossAt(moved(-step)))) / (2 * step)
      // A float32 loss of order 1 over twice the step.
      expect(Math.abs(difference - expected[index]!), parameters[p]!.name).toBeLessThan(0.01 * Math.abs(expected[index]!) + 5e-5)
    }
  })
})

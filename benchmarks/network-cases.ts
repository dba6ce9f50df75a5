/** What is timed of a network, in one thread: plain ONNX Runtime, simulations, the forward pass with weights as inputs, its gradient, steps of training. */
import * as ort from 'onnxruntime-node'
import { finetuneConfigSchema, type TrainingMethod } from '../src-shared/finetune'
import { hardwareSchema, type HardwareInput } from '../src-shared/hardware'
import { parameterValues, storedInAnalog } from '../src-main/engine/analog/compile'
import type { Dataset } from '../src-main/engine/data/dataset'
import { closeTrainingSessions, gradient } from '../src-main/engine/finetune/gradient'
import { HessianAwareSgd } from '../src-main/engine/finetune/hessian-aware-sgd'
import { partsOf } from '../src-main/engine/finetune/mini-batch'
import { trainingProgram } from '../src-main/engine/finetune/training-program'
import { writeModel } from '../src-main/engine/onnx/codec'
import type { Model } from '../src-main/engine/onnx/graph'
import type { Network } from '../src-main/engine/onnx/network'
import { createSession } from '../src-main/engine/onnx/session'
import { fillNormal } from '../src-main/engine/random/streams'
import { Evaluator } from '../src-main/engine/simulate/evaluator'
import { inlinePool } from '../src-main/engine/workers/pool'
import { newSharedFloats, sharedFloats } from '../src-main/engine/workers/shared-memory'
import { newSignal } from '../src-main/engine/workers/signal'
import type { TimedCase } from './turns'

export const preprocessing = { divisor: 255, mean: [0.5], std: [0.25] }

export interface Sizes {
  /** Images of plain inference and simulations, and how many at a time. */
  images: number
  batch: number
  /** Images of a step of training. */
  trainingBatch: number
}

function randomImages({ input }: Network, count: number): Record<string, ort.Tensor> {
  const data = new Float32Array(input.shape.reduce((product, dim) => product * dim, count))
  fillNormal(data, { seed: 2, purpose: 'synthetic' })
  return { [input.name]: new ort.Tensor('float32', data, [count, ...input.shape]) }
}

/** Plain inference. The images are drawn once: the yardstick is ONNX Runtime alone. */
export async function plainCase(network: Network, { images, batch }: Sizes): Promise<TimedCase> {
  const session = await createSession(writeModel(network.model))
  const whole = randomImages(network, batch)
  const last = randomImages(network, images % batch)
  return {
    key: 'plain',
    images,
    async run() {
      for (let done = 0; done < images; done += batch) {
        await session.run(done + batch <= images ? whole : last)
      }
    },
    close: () => session.release()
  }
}

/** One chip instance after another: programming and making the session are included. */
export async function simulationCase(network: Network, dataset: Dataset, key: string, described: HardwareInput, { images, batch }: Sizes): Promise<TimedCase> {
  const range = { first: 0, count: images }
  const evaluator = new Evaluator({ network, dataset, preprocessing, batch, calibrationRange: range, pool: inlinePool(), signal: newSignal() })
  const hardware = hardwareSchema.parse(described)
  const prepared = await evaluator.prepare(hardware)
  let chipInstance = 0
  return { key, images, run: () => evaluator.trials(prepared, { hardware, range, seed: 1, point: 0, instances: [chipInstance++] }, async () => undefined) }
}

/**
 * On one part of a mini-batch `forward`, the forward pass with weights as inputs, and `gradient`, the same with the backward pass; on the whole mini-batch
 * `ha-sgd`, a step with K = 1, and `plain-sgd`, the same step without noise. To be timed apart from simulations, which close the sessions of training.
 */
export async function trainingCases(network: Network, dataset: Dataset, described: HardwareInput, { trainingBatch }: Sizes): Promise<TimedCase[]> {
  const hardware = hardwareSchema.parse(described)
  const parts = partsOf(trainingBatch, network)
  const part = trainingBatch / parts
  const { graph, parameters, ranges, layerNames } = await trainingProgram(network, hardware, new Map(), part, network.report.name, { provider: 'cpu' })
  const weights = parameterValues(network.model.graph, parameters).map(sharedFloats)
  const source = { dataset, preprocessing, layout: 'channels-first' as const }
  const signal = newSignal()

  const forward = await createSession(weightsAsInputs(network.model, new Set(parameters.map(({ name }) => name))))
  const feeds = randomImages(network, part)
  for (const slot of graph.slots) feeds[slot.input] = new ort.Tensor('float32', new Float32Array(weights[slot.parameter]!), slot.dims)

  const indices = Int32Array.from({ length: trainingBatch }, (_, i) => i)
  const gradients = weights.map(({ length }) => newSharedFloats(length))
  const analog = new Set(storedInAnalog(parameters, layerNames, hardware))
  const stored = parameters.flatMap((parameter, p) => (analog.has(parameter) ? [p] : []))
  const step = (key: string, method: TrainingMethod): TimedCase => {
    const config = finetuneConfigSchema.parse({ hardware, settings: { method, samples: 1, batch: trainingBatch } })
    const trainer = new HessianAwareSgd(
      { config, parameters, ranges, layerNames, stored, graph, parts, source, pool: inlinePool(), signal },
      weights.map((values) => new Float32Array(values)), weights.map(({ length }) => new Float32Array(length))
    )
    let steps = 0
    // The weights stay: the time of a step does not depend on where it leads.
    return { key, images: trainingBatch, run: () => trainer.step(steps++, indices, { learningRate: 0, noise: 1 }) }
  }
  return [
    { key: 'forward', images: part, run: () => forward.run(feeds), close: () => forward.release() },
    {
      key: 'gradient',
      images: part,
      run: () => gradient({ kind: 'gradient', signal, graph, source, indices: indices.subarray(0, part), augmentation: null, weights, nominal: weights, gradients }),
      close: closeTrainingSessions
    },
    step('ha-sgd', 'ha-sgd'),
    step('plain-sgd', 'plain')
  ]
}

/** The network with some initialisers turned into inputs, as in training: the runtime cannot pre-pack them. */
function weightsAsInputs(model: Model, names: ReadonlySet<string>): Uint8Array {
  const { graph } = model
  const inputs = [...graph.initializers].flatMap(([name, tensor]) => (names.has(name) ? [{ name, type: tensor.type, shape: tensor.dims }] : []))
  return writeModel({
    ...model,
    graph: { ...graph, inputs: [...graph.inputs, ...inputs], initializers: new Map([...graph.initializers].filter(([name]) => !names.has(name))) }
  })
}

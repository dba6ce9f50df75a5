/** Gradients of whole networks of other makers that lie beside the checkout, where they do. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { importNetwork } from '../onnx/import'
import { sampleInput } from '../onnx/sample-input'
import { createSession, floatTensor, runSession } from '../onnx/session'
import { buildTrainingGraph } from './training-graph'

const folder = join(import.meta.dirname, '../../../../shared/models')
const batch = 8
/** Change of the loss over which the slope is measured: far above float32 rounding of the loss (1e-7), small against its curvature. */
const lossChange = 2e-3
/** Relative to the slope: curvature and the kinks of Relu over that change. */
const slopeTolerance = 2e-2

describe.skipIf(!existsSync(folder))('gradients of third-party networks', () => {
  it.each(['mnist-net_256x4.onnx', 'cifar10-resnet14.onnx', 'cifar_base_kw.onnx'])('of %s are the slope of the loss', async (file) => {
    const network = await importNetwork(join(folder, file))
    const { graph } = network.model
    const weights = [...graph.initializers].flatMap(([name, tensor]) => (tensor.type === 'float32' && tensor.dims.length > 0 ? [{ name, tensor }] : []))
    const training = buildTrainingGraph({
      graph,
      logits: network.output.name,
      parameters: weights.map(({ name }) => name),
      input: network.input.name,
      batch,
      shape: (value) => network.shapes.shape(value, batch),
      loss: { kind: 'cross-entropy' }
    })
    const session = await createSession({ ...network.model, graph: training.graph })
    const fixed = {
      [network.input.name]: floatTensor(sampleInput(network.input.shape, 3, batch)),
      [training.labels!]: new ort.Tensor('int64', BigInt64Array.from({ length: batch }, (_, image) => BigInt(image % network.output.classes)), [batch])
    }
    const runAt = async (data: readonly Float32Array[]) => {
      const feeds = weights.map(({ name, tensor }, index) => [name, new ort.Tensor('float32', data[index]!, tensor.dims)] as const)
      return runSession(session, { ...fixed, ...Object.fromEntries(feeds) })
    }
    const start = weights.map(({ tensor }) => tensor.data)
    const results = await runAt(start)
    const gradients = weights.map(({ name }) => (results[training.gradients.get(name)!] as ort.Tensor).data as Float32Array)
    for (const [index, { name }] of weights.entries()) {
      // Along each parameter's own gradient the slope is its squared norm.
      const gradient = gradients[index]!
      const squaredNorm = gradient.reduce((sum, g) => sum + g * g, 0)
      expect(squaredNorm, name).toBeGreaterThan(0)
      const lossAt = async (distance: number): Promise<number> => {
        const moved = start[index]!.map((value, i) => value + distance * gradient[i]!)
        const result = await runAt(start.map((data, other) => (other === index ? moved : data)))
        return ((result[training.loss] as ort.Tensor).data as Float32Array)[0]!
      }
      const distance = lossChange / squaredNorm
      const slope = ((await lossAt(distance)) - (await lossAt(-distance))) / (2 * distance)
      expect(Math.abs(slope / squaredNorm - 1), name).toBeLessThan(slopeTolerance)
    }
    await session.release()
  })
})

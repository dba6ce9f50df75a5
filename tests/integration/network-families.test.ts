/**
 * Small members of the families of networks that people bring (tests/fixtures/networks), each through the whole of what the program does with a network:
 * import, simulation without any effect, one HA-SGD gradient, export. Compared with plain ONNX Runtime and with PyTorch's own figures.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hardwareSchema } from '@shared/hardware'
import { compileAnalog } from '../../src-main/engine/analog/compile'
import { buildTrainingGraph } from '../../src-main/engine/autodiff/training-graph'
import { analogLayers } from '../../src-main/engine/onnx/classify'
import { importNetwork } from '../../src-main/engine/onnx/import'
import type { AnalogLayer } from '../../src-main/engine/onnx/layers'
import type { Network } from '../../src-main/engine/onnx/network'
import { exportModel } from '../../src-main/engine/onnx/network-store'
import { sampleInput } from '../../src-main/engine/onnx/sample-input'
import { createSession, floatTensor, runFloat, runSession } from '../../src-main/engine/onnx/session'
import { runOnChip } from '../../src-main/engine/testing/layer-on-chip'

const folder = join(import.meta.dirname, '../fixtures/networks')

interface ExpectedTensor {
  dims: number[]
  /** Position in the hash sequence at which the perturbation begins. */
  epsilon: number
  /** Base64 of float32 values. */
  gradient: string
}
interface ExpectedLayer {
  module: string
  type: 'Conv1d' | 'Conv2d' | 'ConvTranspose2d' | 'Linear'
  weight: ExpectedTensor
  bias?: ExpectedTensor
}
interface ExpectedNetwork {
  shape: number[]
  outputDims: number[]
  outputs: string
  loss: number
  layers: ExpectedLayer[]
}
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as { sigma: number; images: number; networks: Record<string, ExpectedNetwork> }
const { sigma, images } = expected

/** Relative to the largest magnitude: the bound; float32 sums in another order after folding stay below 1e-5. */
const outputTolerance = 1e-4
/** The same for a gradient, which passes twice as many layers, against PyTorch in double precision. */
const gradientTolerance = 3e-4

const floats = (text: string): Float32Array => {
  const bytes = Buffer.from(text, 'base64')
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
}

const largestOf = (values: Float32Array): number => values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)

/** Largest difference relative to the largest magnitude of `reference`, or to `least` where that is larger. */
function difference(found: Float32Array, reference: Float32Array, least = 1e-12): number {
  expect(found.length).toBe(reference.length)
  const scale = Math.max(largestOf(reference), least)
  return found.reduce((largest, value, i) => Math.max(largest, Math.abs(value - reference[i]!)), 0) / scale
}

/** Outputs of plain ONNX Runtime for the fixture's inputs. */
async function plainOutputs(model: Uint8Array, shape: readonly number[]): Promise<Float32Array> {
  const session = await createSession(model, { optimization: 'basic' })
  const [input = ''] = session.inputNames
  const [output = ''] = session.outputNames
  const results = await runFloat(session, { [input]: sampleInput(shape, 0, images) })
  await session.release()
  return results[output]!.data
}

function halfRange(data: Float32Array): number {
  const half = (data.reduce((a, b) => Math.max(a, b), -Infinity) - data.reduce((a, b) => Math.min(a, b), Infinity)) / 2
  return half > 0 ? half : Math.abs(data[0]!)
}

/** Rows and columns exchanged: PyTorch keeps a matrix as [outputs, inputs]. */
function transposed(data: Float32Array, [rows = 0, columns = 0]: readonly number[]): Float32Array {
  return Float32Array.from(data, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!)
}

/** The node that a module became. PyTorch names nodes by the path of modules; members of a sequence by the name of the sequence and their number. */
function layerOf(layers: readonly AnalogLayer[], { module }: ExpectedLayer): AnalogLayer | undefined {
  const path = module.split('.')
  const scope = path.map((part, i) => (/^\d+$/.test(part) ? `${path[i - 1]}.${part}` : part)).join('/')
  return layers.find(({ node }) => node.startsWith(`/${scope}/`))
}

/** Each tensor of a layer with PyTorch's figures, in the order of elements of the imported network. */
function parametersOf(network: Network, reference: ExpectedNetwork) {
  const layers = analogLayers(network)
  return reference.layers.flatMap((wanted) => {
    const layer = layerOf(layers, wanted)
    if (layer === undefined) throw new Error(`No analog layer for ${wanted.module} among ${layers.map(({ node }) => node).join(', ')}`)
    const node = network.model.graph.nodes[layer.nodeIndex]!
    const isTransposed = wanted.type === 'Linear' && node.attributes.get('transB')?.kind !== 'int'
    const tensorOf = (name: string, { epsilon, gradient }: ExpectedTensor, turn: boolean) => {
      const tensor = network.model.graph.initializers.get(name)
      if (tensor?.type !== 'float32') throw new Error(`${name} is not float32`)
      const asStored = (values: Float32Array): Float32Array => (turn ? transposed(values, [tensor.dims[1]!, tensor.dims[0]!]) : values)
      const noise = asStored(Float32Array.from(sampleInput([1], epsilon, tensor.data.length).data, (value) => 2 * value - 1))
      const half = halfRange(tensor.data)
      return { name, dims: tensor.dims, values: tensor.data.map((value, i) => value + sigma * half * noise[i]!), gradient: asStored(floats(gradient)) }
    }
    return [
      tensorOf(layer.weight.name, wanted.weight, isTransposed),
      ...(wanted.bias === undefined || layer.bias === null ? [] : [tensorOf(layer.bias.name, wanted.bias, false)])
    ]
  })
}

let work = ''
beforeAll(async () => { work = await mkdtemp(join(tmpdir(), 'acim-families-')) })
afterAll(() => rm(work, { recursive: true, force: true }))

describe.each(Object.keys(expected.networks))('%s', (name) => {
  const file = join(folder, `${name}.onnx`)
  const reference = expected.networks[name]!

  it('imports to what PyTorch computes, with every layer analog', async () => {
    const network = await importNetwork(file)
    expect(network.batch).toBe('free')
    expect(network.input.shape).toEqual(reference.shape)
    expect(analogLayers(network)).toHaveLength(reference.layers.length)
    expect(difference(await plainOutputs(readFileSync(file), reference.shape), floats(reference.outputs))).toBeLessThan(outputTolerance)
    expect(difference(await plainOutputs(exportModel(network, new Map()), reference.shape), floats(reference.outputs))).toBeLessThan(outputTolerance)
  })

  it('gives the outputs of plain ONNX Runtime on hardware without an effect, and others with noise', async () => {
    const network = await importNetwork(file)
    const plain = await plainOutputs(readFileSync(file), reference.shape)
    const onHardware = (deviation: number) =>
      runOnChip(network, hardwareSchema.parse({ device: { kind: 'weight-referred', sigma: deviation } }), sampleInput(reference.shape, 0, images), { seed: 1, chipInstance: 0 })
    expect(difference(await onHardware(0), plain)).toBeLessThan(outputTolerance)
    expect(difference(await onHardware(0.1), plain)).toBeGreaterThan(100 * outputTolerance)
  })

  it('has the HA-SGD gradient of PyTorch at perturbed weights', async () => {
    const network = await importNetwork(file)
    const parameters = parametersOf(network, reference)
    const program = compileAnalog(network, hardwareSchema.parse({}), new Map(), { differentiable: true })
    const training = buildTrainingGraph({
      graph: program.model.graph, logits: program.output, parameters: parameters.map((parameter) => parameter.name), input: program.input, batch: images,
      shape: (value) => network.shapes.shape(value, images),
      loss: { kind: network.output.classes > 0 ? 'cross-entropy' : 'mean-square-error' }
    })
    const session = await createSession({ ...program.model, graph: training.graph })
    const targets = network.output.classes > 0
      ? new ort.Tensor('int64', BigInt64Array.from({ length: images }, (_, image) => BigInt(image % network.output.classes)), [images])
      : new ort.Tensor('float32', new Float32Array(floats(reference.outputs).length), reference.outputDims)
    const results = await runSession(session, {
      [program.input]: floatTensor(sampleInput(reference.shape, 0, images)),
      [(training.labels ?? training.teacher)!]: targets,
      ...Object.fromEntries(parameters.map(({ name: input, dims, values }) => [input, new ort.Tensor('float32', values, dims)]))
    })
    const output = (value: string): Float32Array => (results[value] as ort.Tensor).data as Float32Array
    expect(Math.abs(output(training.loss)[0]! / reference.loss - 1)).toBeLessThan(gradientTolerance)
    // A gradient that is exactly zero (a bias in front of a normalisation) has no scale of its own.
    const least = 1e-3 * Math.max(...parameters.map(({ gradient }) => largestOf(gradient)))
    for (const { name: parameter, gradient } of parameters) {
      expect(difference(output(training.gradients.get(parameter)!), gradient, least), parameter).toBeLessThan(gradientTolerance)
    }
    await session.release()
  })

  it('imports again from what was exported, to the same outputs', async () => {
    const network = await importNetwork(file)
    const exported = join(work, `${name}.onnx`)
    const changed = new Map(parametersOf(network, reference).map(({ name: parameter, values }) => [parameter, values] as const))
    await writeFile(exported, exportModel(network, changed))
    const again = await importNetwork(exported)
    const outputs = await plainOutputs(readFileSync(exported), reference.shape)
    expect(difference(await plainOutputs(exportModel(again, new Map()), reference.shape), outputs)).toBeLessThan(outputTolerance)
    expect(difference(outputs, floats(reference.outputs))).toBeGreaterThan(100 * outputTolerance)
  })
})

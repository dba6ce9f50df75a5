/** Whole models to begin with: small, and together using most of what the import looks at. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { elementCount, workingOpset, type AttributeValue, type Graph, type Model, type ModelFunction, type Node, type NumericTensor } from '../../src-main/engine/onnx/graph'
import { float, GraphBuilder } from '../../src-main/engine/onnx/graph-builder'
import { LayerBuilder } from '../../src-main/engine/onnx/layer-builder'
import { readModel, writeModel, writeModelWithOffsets } from '../../src-main/engine/onnx/codec'
import type { ExternalPlace } from '../../src-main/engine/onnx/codec-tensor'
import { besideWeights } from './surroundings'

export interface Seed {
  name: string
  bytes: Uint8Array
  model: Model
}

const floats = (dims: number[]): NumericTensor => ({ type: 'float32', dims, data: Float32Array.from({ length: elementCount(dims) }, (_, i) => Math.sin(i + 1) / 2) })
const bytesOf = (dims: number[]): NumericTensor => ({ type: 'int8', dims, data: Int8Array.from({ length: elementCount(dims) }, (_, i) => (i * 37) % 127) })

function modelOf(builder: GraphBuilder, change: Partial<Model> = {}): Model {
  return { irVersion: 8, producer: 'seed', opsets: new Map([['', workingOpset]]), graph: builder.build(), metadata: new Map(), functions: [], ...change }
}

function convolutions(): Model {
  const layers = new LayerBuilder('convolutions', [2, 8, 8], 1)
  const first = layers.maxPool(layers.relu(layers.batchNorm(layers.conv('image', 2, 4, 3, { bias: false }), 4)), 2)
  const second = layers.add(first, layers.relu(layers.conv(first, 4, 4, 3, { groups: 2 })))
  return layers.finish(layers.dense(layers.globalAveragePool(second), 4, 5), 5)
}

function attention(): Model {
  const builder = new GraphBuilder('attention')
  const x = builder.input({ name: 'x', type: 'float32', shape: ['N', 4, 6] })
  const q = builder.node('MatMul', [x, builder.constant('wq', floats([6, 6]))])
  const k = builder.node('Transpose', [builder.node('MatMul', [x, builder.constant('wk', floats([6, 6]))])], { perm: [0, 2, 1] })
  const weighed = builder.node('MatMul', [builder.node('Softmax', [builder.node('MatMul', [q, k])], { axis: -1 }), x])
  const normal = builder.node('LayerNormalization', [weighed, builder.constant('g', floats([6])), builder.constant('s', floats([6]))], { axis: -1, epsilon: float(1e-5) })
  const flat = builder.node('Reshape', [normal, builder.constant('shape', { type: 'int64', dims: [2], data: BigInt64Array.of(-1n, 24n) })])
  builder.node('Gemm', [flat, builder.constant('w', floats([24, 3])), builder.constant('b', floats([3]))], {}, { output: 'y' })
  builder.output({ name: 'y', type: 'float32', shape: ['N', 3] })
  return modelOf(builder)
}

function quantized(): Model {
  const builder = new GraphBuilder('quantized')
  const x = builder.input({ name: 'x', type: 'float32', shape: [1, 2, 5, 5] })
  const scale = builder.scalar(0.02)
  const zero = builder.initializer('zero', { type: 'uint8', dims: [], data: Uint8Array.of(3) })
  const weightZero = builder.initializer('weight zero', { type: 'int8', dims: [], data: Int8Array.of(0) })
  const codes = builder.node('QuantizeLinear', [x, scale, zero])
  const convolved = builder.node('QLinearConv', [codes, scale, zero, builder.constant('w', bytesOf([3, 2, 3, 3])), scale, weightZero, builder.scalar(0.1), zero], { kernel_shape: [3, 3] })
  const back = builder.node('DequantizeLinear', [convolved, builder.scalar(0.1), zero])
  const weight = builder.node('DequantizeLinear', [builder.constant('v', bytesOf([27, 3])), scale, weightZero])
  builder.node('MatMul', [builder.node('Flatten', [back]), weight], {}, { output: 'y' })
  builder.output({ name: 'y', type: 'float32', shape: [1, 3] })
  return modelOf(builder)
}

function images(): Model {
  const builder = new GraphBuilder('images')
  const x = builder.input({ name: 'x', type: 'float32', shape: ['N', 1, 'H', 'W'] })
  const padded = builder.node('Pad', [x, builder.constant('pads', { type: 'int64', dims: [8], data: BigInt64Array.of(0n, 0n, 1n, 1n, 0n, 0n, 1n, 1n) })], { mode: 'reflect' })
  const larger = builder.node('Resize', [padded, '', builder.constant('scales', { type: 'float32', dims: [4], data: Float32Array.of(1, 1, 2, 2) })], { mode: 'nearest' })
  const up = builder.node('ConvTranspose', [larger, builder.constant('w', floats([1, 2, 2, 2]))], { strides: [2, 2] })
  const halves = builder.multi('Split', [up], [builder.fresh('a'), builder.fresh('b')], { axis: 1 })
  const joined = builder.node('Concat', [...halves], { axis: 1 })
  const mean = builder.node('ReduceMean', [joined], { axes: [2, 3], keepdims: 0 })
  builder.node('Clip', [mean, builder.scalar(-1), builder.scalar(1)], {}, { output: 'y' })
  builder.output({ name: 'y', type: 'float32', shape: ['N', 2] })
  return modelOf(builder)
}

function control(): Model {
  const branch = (operator: string, output: string): AttributeValue => {
    const graph: Graph = {
      name: operator, inputs: [], outputs: [{ name: output, type: 'float32', shape: null }], initializers: new Map(),
      nodes: [{ name: operator, opType: operator, domain: '', inputs: ['x'], outputs: [output], attributes: new Map() }]
    }
    return { kind: 'graph', value: graph }
  }
  const builder = new GraphBuilder('control')
  const x = builder.input({ name: 'x', type: 'float32', shape: ['N', 4] })
  const large = builder.node('Greater', [builder.node('ReduceMax', [x], { keepdims: 0 }), builder.scalar(0.5)])
  const chosen = builder.node('If', [large], { then_branch: branch('Relu', 'p'), else_branch: branch('Neg', 'q') })
  builder.node('Gemm', [chosen, builder.constant('w', floats([4, 3]))], {}, { output: 'y' })
  builder.output({ name: 'y', type: 'float32', shape: ['N', 3] })
  return modelOf(builder)
}

function recurrent(): Model {
  const builder = new GraphBuilder('recurrent')
  const x = builder.input({ name: 'x', type: 'float32', shape: [1, 5, 4] })
  const sequence = builder.node('Transpose', [x], { perm: [1, 0, 2] })
  const [, last] = builder.multi('LSTM', [sequence, builder.constant('w', floats([1, 12, 4])), builder.constant('r', floats([1, 12, 3]))], ['all', 'last'], { hidden_size: 3 })
  builder.node('Squeeze', [last!, builder.ints([0])], {}, { output: 'y' })
  builder.output({ name: 'y', type: 'float32', shape: [1, 3] })
  return modelOf(builder)
}

function shapes(): Model {
  const builder = new GraphBuilder('shapes')
  const x = builder.input({ name: 'x', type: 'float32', shape: [2, 6] })
  const size = builder.node('Shape', [x])
  const rows = builder.node('Gather', [size, builder.constant('zero', { type: 'int64', dims: [], data: BigInt64Array.of(0n) })])
  const target = builder.node('Concat', [builder.node('Unsqueeze', [rows, builder.ints([0])]), builder.ints([2, 3])], { axis: 0 })
  const ones = builder.node('ConstantOfShape', [builder.ints([2, 3])])
  const sum = builder.node('Add', [builder.node('Reshape', [x, target]), builder.node('Tile', [ones, builder.ints([1, 1])])])
  const sliced = builder.node('Slice', [sum, builder.ints([0]), builder.ints([2]), builder.ints([1])])
  const expanded = builder.node('Expand', [sliced, builder.ints([1, 2, 3])])
  builder.node('MatMul', [builder.node('Flatten', [expanded]), builder.constant('w', floats([6, 4]))], {}, { output: 'y' })
  builder.output({ name: 'y', type: 'float32', shape: [2, 4] })
  return modelOf(builder)
}

/** Functions within a function, one with a graph inside and one whose attribute the call gives. */
function functions(): Model {
  const domain = 'com.acme'
  const node = (opType: string, inputs: string[], outputs: string[], attributes: Record<string, AttributeValue> = {}, of = ''): Node =>
    ({ name: '', opType, domain: of, inputs, outputs, attributes: new Map(Object.entries(attributes)) })
  const opsets = new Map([['', workingOpset], [domain, 1]])
  const define = (name: string, inputs: string[], attributes: string[], nodes: Node[]): ModelFunction => ({ name, domain, overload: '', inputs, outputs: ['r'], attributes, defaults: new Map(), nodes, opsets })
  const branch = (opType: string): AttributeValue =>
    ({ kind: 'graph', value: { name: opType, nodes: [node(opType, ['a'], ['t'])], inputs: [], outputs: [{ name: 't', type: 'float32', shape: null }], initializers: new Map() } })
  const builder = new GraphBuilder('functions')
  builder.input({ name: 'x', type: 'float32', shape: ['N', 6] })
  builder.initializer('w', floats([6, 4]))
  builder.initializer('v', floats([4, 3]))
  builder.append({ ...node('Block', ['x', 'w'], ['h'], { slope: float(0.1) }, domain), name: 'first' })
  builder.append({ ...node('Block', ['h', 'v'], ['y'], { slope: float(0.3) }, domain), name: 'second' })
  builder.output({ name: 'y', type: 'float32', shape: ['N', 3] })
  return modelOf(builder, {
    opsets,
    functions: [
      define('Block', ['a', 'w'], ['slope'], [
        node('MatMul', ['a', 'w'], ['m']), node('LeakyRelu', ['m'], ['n'], { alpha: { kind: 'reference', name: 'slope', type: 1 } }), node('Choose', ['n'], ['r'], {}, domain)
      ]),
      define('Choose', ['a'], [], [
        node('ReduceMax', ['a'], ['top'], { keepdims: { kind: 'int', value: 0 } }), node('Constant', [], ['zero'], { value_float: float(0) }), node('Greater', ['top', 'zero'], ['is']),
        node('If', ['is'], ['r'], { then_branch: branch('Tanh'), else_branch: branch('Neg') })
      ])
    ]
  })
}

/** Weights in a file beside the model: part of what `makeSurroundings` puts there. */
function outsideWeights(): Seed {
  const builder = new GraphBuilder('outside weights')
  const x = builder.input({ name: 'x', type: 'float32', shape: ['N', 6] })
  const places = new Map<string, ExternalPlace>()
  const stored = (name: string, dims: number[], offset: number): string => {
    const data = besideWeights.slice(offset, offset + elementCount(dims))
    places.set(name, { location: 'weights.bin', offset: 4 * offset, length: data.byteLength })
    return builder.initializer(name, { type: 'float32', dims, data })
  }
  const hidden = builder.node('Relu', [builder.node('Gemm', [x, stored('w', [6, 4], 16), stored('b', [4], 5)])])
  builder.node('MatMul', [hidden, stored('v', [4, 3], 100)], {}, { output: 'y' })
  builder.output({ name: 'y', type: 'float32', shape: ['N', 3] })
  const model = modelOf(builder)
  return { name: 'outside weights', model, bytes: writeModelWithOffsets(model, places).bytes }
}

/** The networks that this file builds, and what lies in `folder`, if anything. */
export function seeds(folder: string | null): Seed[] {
  const built = Object.entries({ convolutions, attention, quantized, images, control, recurrent, shapes, functions }).map(([name, make]): Seed => {
    const model = make()
    return { name, model, bytes: writeModel(model) }
  })
  built.push(outsideWeights())
  if (folder === null || !existsSync(folder)) return built
  const names = readdirSync(folder).filter((name) => name.endsWith('.onnx')).sort()
  return [...built, ...names.map((name): Seed => {
    const bytes = new Uint8Array(readFileSync(join(folder, name)))
    return { name, bytes, model: readModel(bytes) }
  })]
}

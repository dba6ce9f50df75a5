/** Networks with model-local functions, compared with ONNX Runtime running the file as it is. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analogLayers } from './classify'
import { writeModel } from './codec'
import { elementCount, importedOpset, type AttributeValue, type Graph, type Model, type ModelFunction, type Node, type NumericTensor, type Tensor } from './graph'
import { eachNode } from './graph-queries'
import { importNetwork } from './import'
import type { Network } from './network'
import { inlineFunctions } from './passes/inline-functions'
import { sampleInput } from './sample-input'
import { createSession } from './session'
import { evaluate, importTolerance, relativeDifference } from './verify'
import { WireWriter } from './wire-writer'

let folder = ''
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'acim-functions-test-')) })
afterAll(() => rmSync(folder, { recursive: true }))

const int = (value: number): AttributeValue => ({ kind: 'int', value })
const ints = (...value: number[]): AttributeValue => ({ kind: 'ints', value })
const float = (value: number): AttributeValue => ({ kind: 'float', value })
/** AttributeProto.AttributeType. */
const types = { float: 1, int: 2, tensor: 4, graph: 5, ints: 7 } as const
const reference = (name: string, type: keyof typeof types): AttributeValue => ({ kind: 'reference', name, type: types[type] })
const floats = (dims: number[], seed: number): NumericTensor => ({ type: 'float32', dims, data: sampleInput([elementCount(dims)], seed, 1).data.map((value) => value - 0.5) })

const own = 'com.example'
type Attributes = Record<string, AttributeValue>
const node = (opType: string, inputs: string[], outputs: string[], attributes: Attributes = {}, change: Partial<Node> = {}): Node =>
  ({ name: '', opType, domain: '', inputs, outputs, attributes: new Map(Object.entries(attributes)), ...change })
const call = (opType: string, inputs: string[], outputs: string[], attributes: Attributes = {}, change: Partial<Node> = {}): Node => node(opType, inputs, outputs, attributes, { domain: own, ...change })
const define = (name: string, inputs: string[], outputs: string[], nodes: Node[], change: Partial<ModelFunction> & { with?: Attributes } = {}): ModelFunction => {
  const { with: defaults = {}, ...rest } = change
  return { name, domain: own, overload: '', inputs, outputs, attributes: [], defaults: new Map(Object.entries(defaults)), nodes, opsets: new Map([['', 17], [own, 1]]), ...rest }
}
const graph = (nodes: Node[], outputs: string[], initializers: Record<string, Tensor> = {}): AttributeValue =>
  ({ kind: 'graph', value: { name: 'inner', nodes, inputs: [], outputs: outputs.map((name) => ({ name, type: 'float32', shape: null })), initializers: new Map(Object.entries(initializers)) } satisfies Graph })

/** [2^62, 2^62 + 1] as an attribute: no JavaScript numbers, so that the codec keeps its bytes. */
function farEnd(name: string): AttributeValue {
  const values = [Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40), Uint8Array.of(0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40)]
  const writer = new WireWriter()
  writer.string(1, name)
  writer.content(8, Buffer.concat(values))
  writer.int(20, types.ints)
  return { kind: 'other', raw: writer.finish() }
}

const weights = { w: floats([6, 4], 1), v: floats([4, 3], 2), b: floats([3], 3) }
/** x [N, 6] → `nodes` → y. */
function modelOf(nodes: Node[], functions: ModelFunction[], change: Partial<Model> = {}): Model {
  return {
    irVersion: 9, producer: 'test', opsets: new Map([['', 17], [own, 1]]), metadata: new Map(), functions,
    graph: { name: 'functions', nodes, inputs: [{ name: 'x', type: 'float32', shape: ['N', 6] }], outputs: [{ name: 'y', type: 'float32', shape: null }], initializers: new Map(Object.entries(weights)) },
    ...change
  }
}
let count = 0
function fileOf(model: Model): string {
  const file = join(folder, `${count++}.onnx`)
  writeFileSync(file, writeModel(model))
  return file
}
const samples = 4
async function valuesOf(model: Model | Uint8Array, { input, output, batch }: Pick<Network, 'input' | 'output' | 'batch'>) {
  const session = await createSession(model)
  const values = await evaluate(session, input.name, output.name, input.shape, 3, batch === 'free' ? samples : batch, 'test')
  await session.release()
  return values
}
/** Imports, and compares samples with ONNX Runtime running `reference`: the file itself unless given. */
async function importAndCompare(model: Model, expected: Model = model): Promise<Network> {
  const network = await importNetwork(fileOf(model))
  expect(relativeDifference(await valuesOf(expected, network), await valuesOf(network.model, network))).toBeLessThanOrEqual(importTolerance)
  eachNode(network.model.graph, ({ domain }) => expect(domain).toBe(''))
  expect(network.model.opsets).toEqual(new Map([['', importedOpset]]))
  return network
}
const layersOf = (network: Network) => analogLayers(network).map(({ opType, rows, columns }) => [opType, rows, columns])

const dense = define('Dense', ['a', 'w', 'b'], ['r'], [node('MatMul', ['a', 'w'], ['m']), node('Add', ['m', 'b'], ['r'])])
const activation = define('Activation', ['a'], ['r'], [node('LeakyRelu', ['a'], ['r'], { alpha: reference('slope', 'float') })], { with: { slope: float(0.2) } })

describe('a network whose modules PyTorch wrote as functions', () => {
  const place = resolve(import.meta.dirname, '../../../tests/fixtures/functions')
  it('computes what PyTorch and ONNX Runtime compute, on arrays where its layers are', async () => {
    const file = join(place, 'modules.onnx')
    const network = await importNetwork(file)
    expect(layersOf(network)).toEqual([['Conv', 18, 3], ['Conv', 27, 3], ['Conv', 27, 3], ['Gemm', 3, 4]])
    expect(network.report.notes.join()).toContain('functions that the file defines')
    const { images, scores } = JSON.parse(readFileSync(join(place, 'modules.json'), 'utf8')) as { images: number; scores: number[] }
    for (const source of [new Uint8Array(readFileSync(file)), network.model]) {
      const session = await createSession(source)
      const values = await evaluate(session, network.input.name, network.output.name, network.input.shape, 0, images, 'test')
      await session.release()
      expect(relativeDifference(Float64Array.from(scores), values)).toBeLessThanOrEqual(importTolerance)
    }
  })
})

describe('calls become bodies', () => {
  it('twice the same function, its values under names of their own', async () => {
    // “m” and “a” are also names of the functions' own values.
    const network = await importAndCompare(modelOf([], [dense, activation], { graph: { ...modelOf([], []).graph, nodes: [
      call('Dense', ['x', 'w', 'zero'], ['m']), call('Activation', ['m'], ['a']), call('Dense', ['a', 'v', 'b'], ['y'])
    ], initializers: new Map<string, Tensor>([...Object.entries(weights), ['zero', floats([4], 9)]]) } }))
    expect(layersOf(network)).toEqual([['Gemm', 6, 4], ['Gemm', 4, 3]])
  })

  it('functions within functions pass attributes on', async () => {
    const block = define('Block', ['a', 'w'], ['r'], [
      node('MatMul', ['a', 'w'], ['m']), call('Activation', ['m'], ['n'], { slope: reference('steepness', 'float') }), call('Activation', ['n'], ['r'])
    ], { attributes: ['steepness'] })
    await importAndCompare(modelOf([call('Block', ['x', 'w'], ['h'], { steepness: float(-0.7) }), call('Block', ['h', 'v'], ['y'], { steepness: float(0.9) })], [block, activation]))
  })

  it('an attribute that is neither given nor has a default is left out', async () => {
    const softmax = define('Scores', ['a'], ['r'], [node('Softmax', ['a'], ['r'], { axis: reference('axis', 'int') })], { attributes: ['axis'] })
    await importAndCompare(modelOf([node('MatMul', ['x', 'w'], ['h']), call('Scores', ['h'], ['y'])], [softmax]))
    await importAndCompare(modelOf([node('MatMul', ['x', 'w'], ['h']), call('Scores', ['h'], ['y'], { axis: int(1) })], [softmax]))
  })

  it('attributes that are lists, tensors and numbers beyond 2^53 come under the name they have in the body', async () => {
    const slice = define('Part', ['a'], ['r'], [
      node('Constant', [], ['s'], { value_ints: reference('from', 'ints') }), node('Constant', [], ['e'], { value_ints: reference('to', 'ints') }),
      node('Constant', [], ['offset'], { value: reference('shift', 'tensor') }), node('Slice', ['a', 's', 'e'], ['p']), node('Add', ['p', 'offset'], ['r'])
    ], { attributes: ['from', 'to', 'shift'] })
    await importAndCompare(modelOf([node('MatMul', ['x', 'w'], ['h']), call('Part', ['h'], ['y'], { from: ints(0, 1), to: farEnd('to'), shift: { kind: 'tensor', value: floats([1, 3], 7) } })], [slice]))
  })

  it('inputs and outputs that a call leaves out', async () => {
    const clip = define('Limited', ['a', 'low', 'high'], ['r', 'rest'], [node('Clip', ['a', 'low', 'high'], ['r']), node('Sub', ['a', 'r'], ['rest'])])
    const initializers = new Map<string, Tensor>([...Object.entries(weights), ['tenth', { type: 'float32', dims: [], data: Float32Array.of(0.1) }]])
    await importAndCompare(modelOf([], [clip], { graph: { ...modelOf([], []).graph, initializers, nodes: [
      node('MatMul', ['x', 'w'], ['h']), call('Limited', ['h', '', 'tenth'], ['c', '']), call('Limited', ['h', 'tenth'], ['', 'd']), node('Add', ['c', 'd'], ['y'])
    ] } }))
  })

  it('graphs inside functions, and calls inside graphs', async () => {
    const choose = define('Choose', ['a', 'limit'], ['r'], [
      node('ReduceMax', ['a'], ['top'], { keepdims: int(0) }), node('Greater', ['top', 'limit'], ['large']),
      // “x” and “y” are names of the model, and stand for something else here.
      node('If', ['large'], ['r'], { then_branch: graph([node('Neg', ['a'], ['x']), call('Activation', ['x'], ['y'])], ['y']), else_branch: graph([node('Mul', ['a', 'x'], ['y'])], ['y'], { x: { type: 'float32', dims: [], data: Float32Array.of(3) } }) })
    ])
    const initializers = new Map<string, Tensor>([...Object.entries(weights), ['half', { type: 'float32', dims: [], data: Float32Array.of(0.5) }]])
    const inBranch = graph([call('Choose', ['h', 'half'], ['inner'])], ['inner'])
    await importAndCompare(modelOf([], [choose, activation], { graph: { ...modelOf([], []).graph, initializers, nodes: [
      node('MatMul', ['x', 'w'], ['h']), call('Choose', ['h', 'half'], ['c']), node('ReduceMin', ['c'], ['low'], { keepdims: int(0) }), node('Greater', ['half', 'low'], ['is']),
      node('If', ['is'], ['d'], { then_branch: inBranch, else_branch: inBranch }), node('Add', ['c', 'd'], ['y'])
    ] } }))
  })

  it('of several functions of one name the one that is meant', async () => {
    const second = define('Activation', ['a'], ['r'], [node('Tanh', ['a'], ['r'])], { overload: 'second' })
    await importAndCompare(modelOf([node('MatMul', ['x', 'w'], ['h']), call('Activation', ['h'], ['a']), call('Activation', ['a'], ['y'], {}, { overload: 'second' })], [activation, second], { irVersion: 10 }))
  })

  it('an operator of ONNX Runtime comes before a function of its name, as there', async () => {
    const relu: ModelFunction = { ...define('Relu', ['a'], ['r'], [node('Neg', ['a'], ['r'])]), domain: '' }
    await importAndCompare(modelOf([node('MatMul', ['x', 'w'], ['h']), node('Relu', ['h'], ['y'])], [relu]))
  })

  it('one value as two results', async () => {
    const twice = define('Twice', ['a'], ['r', 'r'], [node('Neg', ['a'], ['r'])])
    const { model } = inlineFunctions(modelOf([call('Twice', ['x'], ['p', 'q']), node('Add', ['p', 'q'], ['y'])], [twice]), 'test', [])
    const values = await valuesOf(model, { input: { name: 'x', shape: [6] }, output: { name: 'y', classes: 6 }, batch: 'free' })
    expect([...values]).toEqual(Array.from(sampleInput([6], 3, samples).data, (value) => -2 * value))
  })
})

describe('operator sets of functions', () => {
  const oldForms = define('Old', ['a'], ['r'], [node('Softmax', ['a'], ['s'], { axis: reference('axis', 'int') }), node('Clip', ['s'], ['c'], { max: float(0.2) }), node('ReduceSum', ['c'], ['r'], { axes: ints(-1), keepdims: int(0) })],
    { opsets: new Map([['', 10]]), attributes: ['axis'] })
  const maps = { inputs: [{ name: 'x', type: 'float32' as const, shape: ['N', 3, 4] }], outputs: modelOf([], []).graph.outputs, name: 'maps', initializers: new Map() }
  /** What the function does, written out in a model of its operator set. */
  const expected: Model = modelOf([], [], { opsets: new Map([['', 10]]), graph: { ...maps, nodes: [node('Softmax', ['x'], ['s'], { axis: int(1) }), node('Clip', ['s'], ['c'], { max: float(0.2) }), node('ReduceSum', ['c'], ['y'], { axes: ints(-1), keepdims: int(0) })] } })

  it('older than the model’s: the body keeps its meaning', async () => {
    const network = await importAndCompare(modelOf([], [oldForms], { graph: { ...maps, nodes: [call('Old', ['x'], ['y'], { axis: int(1) })] } }), expected)
    expect(network.report.notes.join()).toContain('several operator sets')
  })
  it('newer than the model’s: the model keeps its meaning', async () => {
    const plain = define('Plain', ['a'], ['r'], [node('Identity', ['a'], ['r'])])
    await importAndCompare(modelOf([], [plain], { opsets: new Map([['', 10], [own, 1]]), graph: { ...maps, nodes: [
      call('Plain', ['x'], ['p']), node('Softmax', ['p'], ['s'], { axis: int(1) }), node('Clip', ['s'], ['c'], { max: float(0.2) }), node('ReduceSum', ['c'], ['y'], { axes: ints(-1), keepdims: int(0) })
    ] } }), expected)
  })
  it('other than the model’s, with operators that did not change: compared with the file', async () => {
    const network = await importAndCompare(modelOf([node('MatMul', ['x', 'w'], ['h']), call('Activation', ['h'], ['y'])], [{ ...activation, opsets: new Map([['', 18]]) }]))
    expect(network.report.notes.join()).not.toContain('several operator sets')
  })
})

describe('refusals', () => {
  const problemOf = async (model: Model) => importNetwork(fileOf(model)).then(() => 'imported', (thrown: { problem?: { code: string; message: string } }) => (thrown.problem === undefined ? String(thrown) : `${thrown.problem.code} ${thrown.problem.message}`))
  const calling = (name: string, functions: ModelFunction[], inputs = ['x'], outputs = ['y']) => modelOf([call(name, inputs, outputs)], functions)
  /** Each calls the next one twice. */
  const bomb = Array.from({ length: 40 }, (_, i) => define(`f${i}`, ['a'], ['r'], i === 39 ? [node('Neg', ['a'], ['r'])] : [call(`f${i + 1}`, ['a'], ['m']), call(`f${i + 1}`, ['m'], ['r'])]))
  const chain = Array.from({ length: 5000 }, (_, i) => define(`f${i}`, ['a'], ['r'], [i === 4999 ? node('Neg', ['a'], ['r']) : call(`f${i + 1}`, ['a'], ['r'])]))
  it.each<[string, Model, RegExp]>([
    ['a function that calls itself', calling('f', [define('f', ['a'], ['r'], [call('f', ['a'], ['r'])])]), /^MODEL_INVALID The function “com.example.f” calls itself/],
    ['functions that call one another in a circle, called or not', modelOf([node('Neg', ['x'], ['y'])], [define('f', ['a'], ['r'], [call('g', ['a'], ['r'])]), define('g', ['a'], ['r'], [node('If', ['a'], ['r'], { then_branch: graph([call('f', ['a'], ['t'])], ['t']) })])]), /calls itself, directly or through others/],
    ['2^40 nodes', calling('f0', bomb), /more than 100000 nodes/],
    ['5 000 levels', calling('f0', chain), /more than 64 levels/],
    ['two definitions', calling('f', [define('f', ['a'], ['r'], [node('Neg', ['a'], ['r'])]), define('f', ['a'], ['r'], [node('Abs', ['a'], ['r'])])]), /defined twice/],
    ['no definition', calling('g', [define('f', ['a'], ['r'], [node('Neg', ['a'], ['r'])])]), /^MODEL_OPERATOR_UNSUPPORTED .*com\.example\.g/],
    ['no definition within a function', calling('f', [define('f', ['a'], ['r'], [call('Missing', ['a'], ['r'])])]), /^MODEL_OPERATOR_UNSUPPORTED .*com\.example\.Missing/],
    ['too many inputs', calling('f', [define('f', ['a'], ['r'], [node('Neg', ['a'], ['r'])])], ['x', 'x']), /with 2 inputs and 1 outputs; it has 1 and 1/],
    ['too many outputs', calling('f', [define('f', ['a'], ['r'], [node('Neg', ['a'], ['r'])])], ['x'], ['y', 'z']), /with 1 inputs and 2 outputs/],
    ['a value of the model inside a function', calling('f', [define('f', ['a'], ['r'], [node('MatMul', ['a', 'w'], ['r'])])]), /uses “w”, which is none of its inputs/],
    ['a result that is not made', calling('f', [define('f', ['a'], ['r'], [node('Neg', ['a'], ['other'])])]), /uses “r”/],
    ['a value that is made twice', calling('f', [define('f', ['a'], ['r'], [node('Neg', ['a'], ['r']), node('Abs', ['a'], ['r'])])]), /makes “r” twice/],
    ['an operator set that does not exist', calling('f', [define('f', ['a'], ['r'], [node('Neg', ['a'], ['r'])], { opsets: new Map([['', 99]]) })]), /^MODEL_OPSET_UNSUPPORTED The function “f” uses operator set 99/]
  ])('%s', async (_, model, expected) => {
    expect(await problemOf(model)).toMatch(expected)
  })
})

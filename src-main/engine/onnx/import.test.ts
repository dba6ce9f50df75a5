/** Import of hand-built networks, each compared with plain ONNX Runtime on the file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ProblemError, type Problem } from '@shared/problems'
import { analogLayers, requireClassifier } from './classify'
import { writeModel } from './codec'
import { elementCount, importedOpset, workingOpset, type Graph, type Model, type Tensor } from './graph'
import { GraphBuilder, float, type AttributeShorthand } from './graph-builder'
import { importNetwork } from './import'
import { inspectNetwork } from './inspect'
import type { Network } from './network'
import { exportModel, layerWeights, openNetwork, saveNetwork } from './network-store'
import { sampleInput } from './sample-input'
import { createSession } from './session'
import { evaluate, importTolerance, relativeDifference } from './verify'

let folder = ''
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'acim-import-test-')) })
afterAll(() => rmSync(folder, { recursive: true }))

/** Weights in [−0.5, 0.5), different for each seed. */
const weights = (dims: number[], seed: number): Tensor & { type: 'float32' } => ({ type: 'float32', dims, data: sampleInput([elementCount(dims)], seed, 1).data.map((value) => value - 0.5) })
const int64 = (...values: number[]): Tensor & { type: 'int64' } => ({ type: 'int64', dims: [values.length], data: BigInt64Array.from(values, BigInt) })

function modelOf(builder: GraphBuilder | Graph, opset = workingOpset, change: Partial<Model> = {}): Model {
  const graph = builder instanceof GraphBuilder ? builder.build() : builder
  return { irVersion: 8, producer: 'test', opsets: new Map([['', opset]]), graph, metadata: new Map(), functions: [], ...change }
}
let count = 0
function fileOf(model: Model | Uint8Array): string {
  const file = join(folder, `${count++}.onnx`)
  writeFileSync(file, model instanceof Uint8Array ? model : writeModel(model))
  return file
}
/** Imports, and compares five samples at once or at the fixed batch with plain ONNX Runtime. */
async function importAndCompare(model: Model): Promise<Network> {
  const network = await importNetwork(fileOf(model))
  const plain = await createSession(model)
  const imported = await createSession(network.model)
  const batch = model.graph.inputs.find((input) => input.name === network.input.name)?.shape?.[0]
  const samples = typeof batch === 'number' ? batch : 5
  const run = (session: typeof plain) => evaluate(session, network.input.name, network.output.name, network.input.shape, 7, samples, 'test')
  expect(relativeDifference(await run(plain), await run(imported))).toBeLessThanOrEqual(importTolerance)
  await plain.release()
  await imported.release()
  expect(new Set(network.report.nodes.map((node) => node.name)).size).toBe(network.report.nodes.length)
  return network
}
async function problemOf(work: Promise<unknown>): Promise<Problem> {
  try {
    await work
  } catch (thrown) {
    if (thrown instanceof ProblemError) return thrown.problem
    throw thrown
  }
  throw new Error('No problem was raised')
}

/** A convolution, BatchNorm, ReLU, pooling and a Gemm on 1×6×6 images with 3 classes. */
function smallNetwork(batch: number | string): GraphBuilder {
  const builder = new GraphBuilder('small')
  const x = builder.input({ name: 'x', type: 'float32', shape: [batch, 1, 6, 6] })
  const convolved = builder.node('Conv', [x, builder.constant('w', weights([4, 1, 3, 3], 1))], { pads: [1, 1, 1, 1] })
  const variance = weights([4], 4)
  const normal = builder.node('BatchNormalization', [convolved, builder.constant('scale', weights([4], 2)), builder.constant('shift', weights([4], 3)), builder.constant('mean', weights([4], 5)),
    builder.constant('variance', { ...variance, data: variance.data.map((value) => value + 1) })])
  const pooled = builder.node('MaxPool', [builder.node('Relu', [normal])], { kernel_shape: [2, 2], strides: [2, 2] })
  const flat = builder.node('Reshape', [pooled, builder.constant('target', int64(typeof batch === 'number' ? batch : -1, 36))])
  builder.node('Gemm', [flat, builder.constant('fc', weights([3, 36], 6)), builder.constant('fcb', weights([3], 7))], { transB: 1 }, { output: 'y' })
  builder.output({ name: 'y', type: 'float32', shape: [batch, 3] })
  return builder
}

describe('import', () => {
  it('folds BatchNorm and frees a batch that the exporter fixed, also in Reshape', async () => {
    const network = await importAndCompare(modelOf(smallNetwork(1)))
    expect(network.batch).toBe('free')
    expect(network.report.batch).toBe('freed')
    expect(network.model.graph.nodes.map((node) => node.opType)).toEqual(['Conv', 'Relu', 'MaxPool', 'Reshape', 'Gemm'])
    expect(network.shapes.shape(network.model.graph.nodes[2]!.outputs[0]!, 7)).toEqual([7, 4, 3, 3])
    expect(network.report).toMatchObject({ analogLayers: 2, parameters: 36 + 4 + 108 + 3, analogParameters: 151, macs: 36 * 36 + 108, output: { classes: 3 }, input: { shape: ['N', 1, 6, 6] } })
    expect(analogLayers(network)).toMatchObject([
      { opType: 'Conv', rows: 9, columns: 4, groups: 1, input: 'x' }, { opType: 'Gemm', rows: 36, columns: 3, groups: 1, output: 'y' }
    ])
    requireClassifier(network)
  })

  it('leaves a free batch free, and frees one that was fixed at 4', async () => {
    expect((await importAndCompare(modelOf(smallNetwork('batch')))).report.batch).toBe('free')
    expect((await importAndCompare(modelOf(smallNetwork(4)))).report.batch).toBe('freed')
  })

  it('ties a network to its batch where images influence one another', async () => {
    const builder = new GraphBuilder('mixing')
    const x = builder.input({ name: 'x', type: 'float32', shape: [2, 4] })
    const mean = builder.node('ReduceMean', [x], { axes: [0], keepdims: 1 })
    builder.node('MatMul', [builder.node('Sub', [x, mean]), builder.constant('w', weights([4, 3], 1))], {}, { output: 'y' })
    builder.output({ name: 'y', type: 'float32', shape: [2, 3] })
    const network = await importAndCompare(modelOf(builder))
    expect(network.batch).toBe(2)
    expect(network.report.batch).toBe('fixed')
    expect(network.report.notes.join()).toContain('batch of 2')
    expect(network.shapes.shape('y', 2)).toEqual([2, 3])
    expect(network.shapes.shape('y', 1)).toBeUndefined()
  })

  it('takes networks of old exporters: weights among the inputs, operator set 7', async () => {
    const builder = new GraphBuilder('old')
    const x = builder.input({ name: 'x', type: 'float32', shape: [1, 8] })
    for (const [name, dims] of [['w', [8, 6]], ['b', [6]], ['w2', [6, 3]], ['b2', [3]]] as const) {
      builder.input({ name, type: 'float32', shape: dims })
      builder.initializer(name, weights([...dims], name.length + dims.length))
    }
    const clipped = builder.node('Clip', [builder.node('Gemm', [x, 'w', 'b'])], { min: float(0), max: float(6) })
    const [kept] = builder.multi('Dropout', [clipped], ['kept'], { ratio: 0.5 })
    builder.node('Softmax', [builder.node('Gemm', [kept!, 'w2', 'b2'])], {}, { output: 'y' })
    builder.output({ name: 'y', type: 'float32', shape: [1, 3] })
    const network = await importAndCompare(modelOf(builder, 7, { irVersion: 3 }))
    expect(network.model.opsets.get('')).toBe(importedOpset)
    expect(network.report).toMatchObject({ opset: 7, irVersion: 3, analogLayers: 2, batch: 'freed' })
    expect(network.report.notes.join()).toMatch(/listed as inputs.*Softmax/s)
  })

  it('brings Gemm and MatMul into one form and keeps weights shared', async () => {
    const builder = new GraphBuilder('forms')
    const x = builder.input({ name: 'x', type: 'float32', shape: ['N', 2, 4] })
    const shared = builder.constant('shared', weights([4, 4], 1))
    const first = builder.node('Add', [builder.constant('b', weights([1, 4], 2)), builder.node('MatMul', [x, shared])])
    const second = builder.node('Relu', [builder.node('MatMul', [first, shared])])
    const flat = builder.node('Flatten', [second])
    builder.node('Gemm', [flat, builder.constant('w', weights([8, 5], 3)), builder.constant('c', weights([1], 4))], { alpha: float(2), beta: float(0.5) }, { output: 'y' })
    builder.output({ name: 'y', type: 'float32', shape: ['N', 5] })
    const network = await importAndCompare(modelOf(builder))
    const layers = analogLayers(network)
    expect(layers.map((layer) => [layer.opType, layer.rows, layer.columns, layer.bias?.dims])).toEqual([['MatMul', 4, 4, [4]], ['MatMul', 4, 4, undefined], ['Gemm', 8, 5, [5]]])
    expect(layers.map((layer) => layer.weight.name)).toEqual(['shared', 'shared', 'w_scaled_2'])
    expect(layers.map((layer) => layer.sharesArraysOf)).toEqual([null, layers[0]!.node, null])
    expect(network.report.nodes.find((node) => node.name === layers[1]!.node)?.reason).toContain('on the same arrays')
    expect(layers[0]?.biasNode).not.toBeNull()
    expect(network.report.notes.join()).toContain('“shared” is used by 2 layers')
    expect(network.report.analogParameters).toBe(network.report.parameters)
  })

  it('names reasons for products that arrays cannot hold', async () => {
    const builder = new GraphBuilder('digital')
    const x = builder.input({ name: 'x', type: 'float32', shape: ['N', 3, 4] })
    const squared = builder.node('MatMul', [x, builder.node('Transpose', [x], { perm: [0, 2, 1] })])
    builder.node('Flatten', [squared], {}, { output: 'y' })
    builder.output({ name: 'y', type: 'float32', shape: ['N', 9] })
    const network = await importAndCompare(modelOf(builder))
    const reasons = network.report.nodes.filter((node) => node.opType === 'MatMul').map((node) => node.reason)
    expect(reasons).toEqual([expect.stringContaining('two activations')])
    expect((await problemOf(Promise.resolve().then(() => requireClassifier(network)))).code).toBe('MODEL_NO_ANALOG_LAYER')
  })

  it('writes out automatic padding, groups and 1-D convolutions; drops dimensions behind the classes', async () => {
    const builder = new GraphBuilder('padding')
    const x = builder.input({ name: 'x', type: 'float32', shape: [1, 4, 7] })
    const one = builder.node('Conv', [x, builder.constant('w', weights([6, 2, 4], 1)), builder.constant('b', weights([6], 2))], { auto_pad: 'SAME_UPPER', strides: [2], group: 2 })
    const two = builder.node('Conv', [one, builder.constant('w2', weights([6, 6, 4], 3))], { auto_pad: 'SAME_LOWER', dilations: [1] })
    builder.node('GlobalAveragePool', [two], {}, { output: 'y' })
    builder.output({ name: 'y', type: 'float32', shape: [1, 6, 1] })
    const network = await importAndCompare(modelOf(builder))
    expect(network.model.graph.nodes.some((node) => node.attributes.has('auto_pad'))).toBe(false)
    expect(analogLayers(network)).toMatchObject([{ rows: 8, columns: 3, groups: 2 }, { rows: 24, columns: 6, groups: 1 }])
    expect(network.output).toEqual({ name: 'y', classes: 6 })
    expect(network.shapes.shape('y', 3)).toEqual([3, 6])
  })

  it.each<[string, Record<string, AttributeShorthand>]>([
    ['SAME_UPPER', { auto_pad: 'SAME_UPPER', strides: [2, 3] }],
    ['SAME_LOWER', { auto_pad: 'SAME_LOWER', strides: [2, 3] }],
    ['VALID', { auto_pad: 'VALID', strides: [2, 2], output_padding: [1, 0] }],
    ['output_shape', { output_shape: [8, 9], strides: [2, 2] }],
    ['output_shape, SAME_UPPER', { output_shape: [8, 9], strides: [2, 2], auto_pad: 'SAME_UPPER' }],
    ['groups and dilations', { group: 2, dilations: [2, 1], pads: [1, 0, 2, 1] }]
  ])('writes out the padding of transposed convolutions: %s', async (_, attributes) => {
    const builder = new GraphBuilder('transposed')
    const x = builder.input({ name: 'x', type: 'float32', shape: ['N', 4, 4, 5] })
    const groups = typeof attributes['group'] === 'number' ? attributes['group'] : 1
    const y = builder.node('ConvTranspose', [x, builder.constant('w', weights([4, 6 / groups, 3, 4], 1)), builder.constant('b', weights([6], 2))], attributes)
    builder.node('Flatten', [y], {}, { output: 'y' })
    builder.output({ name: 'y', type: 'float32', shape: ['N', 'classes'] })
    const network = await importAndCompare(modelOf(builder))
    const node = network.model.graph.nodes.find(({ opType }) => opType === 'ConvTranspose')!
    expect([...node.attributes.keys()]).not.toContain('auto_pad')
    expect([...node.attributes.keys()]).not.toContain('output_shape')
    expect(analogLayers(network)).toMatchObject([{ opType: 'ConvTranspose', rows: 4 / groups, columns: (6 / groups) * 12, groups, bias: { dims: [6] } }])
    expect(network.report.nodes[0]?.reason).toContain('Transposed convolution')
  })

  it('imports regression and segmentation for looking at', async () => {
    const builder = new GraphBuilder('segmentation')
    const x = builder.input({ name: 'x', type: 'float32', shape: ['N', 1, 5, 5] })
    builder.node('Conv', [x, builder.constant('w', weights([2, 1, 3, 3], 1))], {}, { output: 'y' })
    builder.output({ name: 'y', type: 'float32', shape: ['N', 2, 3, 3] })
    const network = await importAndCompare(modelOf(builder))
    expect(network.output.classes).toBe(0)
    expect((await problemOf(Promise.resolve().then(() => requireClassifier(network)))).code).toBe('MODEL_OUTPUT_UNSUPPORTED')
  })

  it('finds sizes for free image dimensions and says so', async () => {
    const builder = new GraphBuilder('free size')
    const x = builder.input({ name: 'x', type: 'float32', shape: ['N', 'C', 'H', 'W'] })
    const convolved = builder.node('Conv', [x, builder.constant('w', weights([4, 2, 3, 3], 1))])
    builder.node('Flatten', [builder.node('GlobalAveragePool', [convolved])], {}, { output: 'y' })
    builder.output({ name: 'y', type: 'float32', shape: null })
    const network = await importAndCompare(modelOf(builder))
    expect(network.input.shape).toEqual([2, 224, 224])
    expect(network.report.notes.join()).toContain('free dimensions')
  })
})

describe('problems', () => {
  const input = (shape: (number | string)[], type: 'float32' | 'uint8' = 'float32'): GraphBuilder => {
    const builder = new GraphBuilder('input')
    builder.input({ name: 'x', type, shape })
    builder.node('Relu', ['x'], {}, { output: 'y' })
    builder.output({ name: 'y', type, shape: null })
    return builder
  }
  it.each<[string, () => Model | Uint8Array, Problem['code'], RegExp]>([
    ['an empty file', () => new Uint8Array(0), 'MODEL_NOT_ONNX', /empty/],
    ['a cut file', () => writeModel(modelOf(smallNetwork(1))).subarray(0, 900), 'MODEL_TRUNCATED', /900 bytes/],
    ['a zero dimension', () => modelOf(input(['N', 0, 3])), 'MODEL_INPUT_UNSUPPORTED', /size 0/],
    ['bytes as input', () => modelOf(input(['N', 3], 'uint8')), 'MODEL_INPUT_UNSUPPORTED', /uint8/],
    ['no batch dimension', () => modelOf(input([3])), 'MODEL_INPUT_UNSUPPORTED', /1 dimensions/],
    ['operator set 6', () => modelOf(input(['N', 3]), 6), 'MODEL_OPSET_UNSUPPORTED', /at least 7/],
    ['absurd dimensions', () => modelOf(input(['N', 2 ** 31, 2 ** 20])), 'MODEL_INPUT_UNSUPPORTED', /at most 16777216/],
    ['operator set 99', () => modelOf(input(['N', 3]), 99), 'MODEL_OPSET_UNSUPPORTED', /99/],
    ['a graph that does not fit together', () => {
      const builder = new GraphBuilder('broken')
      builder.input({ name: 'x', type: 'float32', shape: [1, 3] })
      builder.node('MatMul', ['x', builder.constant('w', weights([4, 2], 1))], {}, { output: 'y' })
      builder.output({ name: 'y', type: 'float32', shape: null })
      return modelOf(builder)
    }, 'MODEL_RUNTIME_REJECTED', /ONNX Runtime/]
  ])('%s', async (_, make, code, message) => {
    const found = await problemOf(importNetwork(fileOf(make())))
    expect(found.code).toBe(code)
    expect(found.message).toMatch(message)
  })
  it.each<[string, (builder: GraphBuilder) => string]>([
    ['ConstantOfShape', (builder) => builder.node('ConstantOfShape', [builder.ints([2 ** 32, 1])])],
    ['Tile', (builder) => builder.node('Tile', ['x', builder.ints([2 ** 20, 2 ** 20])])],
    ['Expand', (builder) => builder.node('Expand', ['x', builder.ints([2 ** 16, 2 ** 16, 4])])],
    ['Range', (builder) => builder.node('Cast', [builder.node('Range', [builder.constant('a', { ...int64(0), dims: [] }), builder.constant('b', { ...int64(2 ** 40), dims: [] }), builder.constant('c', { ...int64(1), dims: [] })])], { to: 1 })],
    ['Pad', (builder) => builder.node('Pad', ['x', builder.ints([0, 2 ** 30, 0, 2 ** 30])])],
    ['RandomNormal', (builder) => builder.node('RandomNormal', [], { shape: [2 ** 15, 2 ** 15] })]
  ])('a tensor of absurd size is refused before ONNX Runtime makes it: %s', async (opType, make) => {
    const builder = new GraphBuilder('absurd')
    builder.input({ name: 'x', type: 'float32', shape: [1, 4] })
    builder.node('ReduceSum', [make(builder)], { keepdims: 0 }, { output: 'y' })
    builder.output({ name: 'y', type: 'float32', shape: null })
    expect(await problemOf(importNetwork(fileOf(modelOf(builder))))).toMatchObject({ code: 'MODEL_INVALID', message: expect.stringMatching(new RegExp(`\\(${opType}\\) makes a tensor of`)) as string })
  })
  it('a missing file and a folder', async () => {
    expect((await problemOf(importNetwork(join(folder, 'none.onnx')))).code).toBe('FILE_NOT_FOUND')
    expect((await problemOf(importNetwork(folder))).code).toBe('FILE_UNREADABLE')
  })
  it.each([['com.acme', 'Foo'], ['', 'Foo']])('inspects a network with the unknown operator “%s.%s”', async (domain, opType) => {
    const builder = smallNetwork(1)
    builder.node(opType, ['y'], {}, { output: 'z', domain })
    builder.outputs.splice(0, 1, { name: 'z', type: 'float32', shape: null })
    const file = fileOf(modelOf(builder, workingOpset, domain === '' ? {} : { opsets: new Map([['', workingOpset], [domain, 1]]) }))
    const found = await problemOf(importNetwork(file))
    expect(found.code).toBe('MODEL_OPERATOR_UNSUPPORTED')
    expect(found.message).toContain('Foo')
    const report = await inspectNetwork(file)
    expect(report.nodes.filter((node) => node.placement === 'unsupported').map((node) => node.opType)).toEqual(['Foo'])
    expect(report.parameters).toBeGreaterThan(0)
  })
})

describe('store', () => {
  it('opens what it saved', async () => {
    for (const batch of [1, 2]) {
      const builder = batch === 1 ? smallNetwork(1) : new GraphBuilder('mixing')
      if (batch === 2) {
        const x = builder.input({ name: 'x', type: 'float32', shape: [2, 4] })
        builder.node('MatMul', [builder.node('Sub', [x, builder.node('ReduceMean', [x], { axes: [0] })]), builder.constant('w', weights([4, 3], 1))], {}, { output: 'y' })
        builder.output({ name: 'y', type: 'float32', shape: [2, 3] })
      }
      const network = await importNetwork(fileOf(modelOf(builder)))
      const place = join(folder, `stored-${batch}`)
      await saveNetwork(place, network)
      const opened = await openNetwork(place)
      expect({ ...opened, shapes: null, externalFiles: [] }).toEqual({ ...network, shapes: null })
      for (const node of network.model.graph.nodes) for (const name of [...node.inputs, ...node.outputs]) {
        for (const images of [1, 2, 9]) expect(opened.shapes.shape(name, images)).toEqual(network.shapes.shape(name, images))
      }
    }
  })
  it('says when a folder is incomplete or damaged', async () => {
    expect((await problemOf(openNetwork(join(folder, 'nothing')))).code).toBe('FILE_NOT_FOUND')
    const place = join(folder, 'damaged')
    await saveNetwork(place, await importNetwork(fileOf(modelOf(smallNetwork(1)))))
    writeFileSync(join(place, 'network.json'), '{"schemaVersion": 1}')
    expect((await problemOf(openNetwork(place))).code).toBe('MODEL_INVALID')
  })
  it('exports other weights and shows their histogram', async () => {
    const network = await importNetwork(fileOf(modelOf(smallNetwork(1))))
    const layer = analogLayers(network)[1]!
    const bytes = exportModel(network, new Map([[layer.weight.name, new Float32Array(108)], [layer.bias!.name, Float32Array.of(1, 2, 3)]]))
    const session = await createSession(bytes)
    expect([...(await evaluate(session, 'x', 'y', [1, 6, 6], 0, 2, 'test'))]).toEqual([1, 2, 3, 1, 2, 3])
    await session.release()
    const shown = layerWeights(network, layer.node)
    expect(shown.weights.counts.reduce((total, value) => total + value, 0)).toBe(108)
    expect(shown.weightHalfRange).toBeCloseTo((shown.weights.maximum - shown.weights.minimum) / 2, 6)
    expect(() => exportModel(network, new Map([['nothing', new Float32Array(1)]]))).toThrow(/no float32 initialiser/)
  })
})

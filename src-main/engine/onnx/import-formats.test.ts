/** Files in the forms that exporters and converters leave behind, each compared with plain ONNX Runtime on the file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ProblemError } from '@shared/problems'
import { analogLayers } from './classify'
import { writeModel } from './codec'
import { float16Bits, float16Value } from './element-types'
import { elementCount, importedOpset, workingOpset, type ElementType, type Model, type NumericTensor, type OpaqueTensor, type Tensor } from './graph'
import { GraphBuilder, float } from './graph-builder'
import { importNetwork, type ImportOptions } from './import'
import type { Network } from './network'
import { sampleInput } from './sample-input'
import { createSession } from './session'
import { evaluate, halfPrecisionTolerance, importTolerance, relativeDifference, type OriginalFeeds } from './verify'

let folder = ''
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'acim-formats-test-')) })
afterAll(() => rmSync(folder, { recursive: true }))

const values = (dims: number[], seed: number): Float32Array => sampleInput([elementCount(dims)], seed, 1).data.map((value) => value - 0.5)
const floats = (dims: number[], seed: number): NumericTensor => ({ type: 'float32', dims, data: values(dims, seed) })
const tensorOf: Readonly<Record<'float16' | 'bfloat16' | 'float64', (dims: number[], seed: number) => Tensor>> = {
  float16: (dims, seed): OpaqueTensor => ({ type: 'float16', dims, onnxType: 10, raw: new Uint8Array(Uint16Array.from(values(dims, seed), float16Bits).buffer) }),
  bfloat16: (dims, seed): OpaqueTensor => ({ type: 'bfloat16', dims, onnxType: 16, raw: new Uint8Array(Uint16Array.from(new Uint32Array(values(dims, seed).buffer), (bits) => bits >>> 16).buffer) }),
  float64: (dims, seed): NumericTensor => ({ type: 'float64', dims, data: Float64Array.from(values(dims, seed)) })
}

function modelOf(builder: GraphBuilder, opset = workingOpset, change: Partial<Model> = {}): Model {
  return { irVersion: 8, producer: 'test', opsets: new Map([['', opset]]), graph: builder.build(), metadata: new Map(), functions: [], ...change }
}
let count = 0
function fileOf(model: Model): string {
  const file = join(folder, `${count++}.onnx`)
  writeFileSync(file, writeModel(model))
  return file
}
/** Imports, and compares four samples with plain ONNX Runtime on the file. */
async function importAndCompare(model: Model, tolerance: number, options: ImportOptions = {}, original?: OriginalFeeds): Promise<Network> {
  const network = await importNetwork(fileOf(model), options)
  const run = async (each: Model, feeds?: OriginalFeeds) => {
    const session = await createSession(each)
    const results = await evaluate(session, network.input.name, network.output.name, network.input.shape, 3, network.batch === 'free' ? 4 : network.batch, 'test', feeds)
    await session.release()
    return results
  }
  expect(relativeDifference(await run(model, original), await run(network.model))).toBeLessThanOrEqual(tolerance)
  return network
}
const layersOf = (network: Network) => analogLayers(network).map(({ opType, rows, columns }) => [opType, rows, columns])

describe('float16', () => {
  it('has the values that ONNX Runtime casts to', async () => {
    const numbers = [0, -0, 1, -2.5, 65504, 65519, 65520, 1e6, 6e-8, 2.9e-8, 3e-8, 6.1e-5, 1 / 3, Infinity, NaN, 1.00048828125, 1.00146484375]
    const builder = new GraphBuilder('cast')
    builder.input({ name: 'x', type: 'float32', shape: ['N'] })
    builder.node('Cast', ['x'], { to: 10 }, { output: 'y' })
    builder.output({ name: 'y', type: 'float16', shape: ['N'] })
    const session = await createSession(modelOf(builder))
    const { y } = await session.run({ x: new ort.Tensor('float32', Float32Array.from(numbers), [numbers.length]) })
    await session.release()
    const expected = [...(y!.data as Uint16Array)]
    const ours = numbers.map((value) => float16Bits(Math.fround(value)))
    for (const [index, bits] of expected.entries()) {
      if (Number.isNaN(numbers[index])) expect(float16Value(ours[index]!)).toBeNaN()
      else expect([numbers[index], ours[index]]).toEqual([numbers[index], bits])
    }
    for (let bits = 0; bits < 0x7c00; bits++) expect(float16Bits(float16Value(bits))).toBe(bits)
  })
})

describe('precisions', () => {
  const network = (type: 'float16' | 'bfloat16' | 'float64', casts: boolean): Model => {
    const builder = new GraphBuilder('precision')
    const number = { float16: 10, bfloat16: 16, float64: 11 }[type]
    builder.input({ name: 'x', type: casts ? 'float32' : type, shape: ['N', 2, 6, 6] })
    const x = casts ? builder.node('Cast', ['x'], { to: number }) : 'x'
    const flat = builder.node('Flatten', [x])
    const hidden = builder.node('Relu', [builder.node('Gemm', [flat, builder.initializer('w', tensorOf[type]([72, 4], 1)), builder.initializer('b', tensorOf[type]([4], 2))])])
    const scores = builder.node('MatMul', [hidden, builder.initializer('v', tensorOf[type]([4, 3], 3))], {}, casts ? {} : { output: 'y' })
    if (casts) builder.node('Cast', [scores], { to: 1 }, { output: 'y' })
    builder.output({ name: 'y', type: casts ? 'float32' : type, shape: ['N', 3] })
    return modelOf(builder)
  }
  it.each([['float16', true, halfPrecisionTolerance], ['float16', false, halfPrecisionTolerance], ['float64', true, importTolerance], ['float64', false, importTolerance]] as const)(
    '%s, casts inside: %s', async (type, casts, tolerance) => {
      const imported = await importAndCompare(network(type, casts), tolerance, {}, { type: casts ? 'float32' : type, held: new Map() })
      expect(layersOf(imported)).toEqual([['Gemm', 72, 4], ['MatMul', 4, 3]])
      expect(imported.output.classes).toBe(3)
      expect(imported.report.notes.join()).toContain(`computes with ${type}`)
    })
  it.each([true, false])('bfloat16, casts inside: %s', async (casts) => {
    const imported = await importNetwork(fileOf(network('bfloat16', casts)))
    expect(layersOf(imported)).toEqual([['Gemm', 72, 4], ['MatMul', 4, 3]])
    expect(imported.report.notes.join()).toContain('could not be compared')
    const weight = imported.model.graph.initializers.get(analogLayers(imported)[1]!.weight.name) as NumericTensor & { type: 'float32' }
    // Eight bits of significand: cut off, not rounded, by the test.
    for (const [index, value] of values([4, 3], 3).entries()) expect(Math.abs(weight.data[index]! - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -7)
  })
})

describe('precisions that ONNX Runtime has no kernels for', () => {
  it('double convolutions are float32 and said not to be compared', async () => {
    const builder = new GraphBuilder('double')
    builder.input({ name: 'x', type: 'float64', shape: ['N', 1, 4, 4] })
    const convolved = builder.node('Conv', ['x', builder.initializer('w', tensorOf.float64([3, 1, 4, 4], 1))])
    builder.node('Flatten', [convolved], {}, { output: 'y' })
    builder.output({ name: 'y', type: 'float64', shape: ['N', 3] })
    const imported = await importNetwork(fileOf(modelOf(builder)))
    expect(layersOf(imported)).toEqual([['Conv', 16, 3]])
    expect(imported.report.notes.join()).toContain('cannot run this network in float64')
  })
})

describe('inputs and outputs', () => {
  /** A mask of numbers and an image; features and scores. */
  const several = (): Model => {
    const builder = new GraphBuilder('several')
    builder.input({ name: 'offset', type: 'float32', shape: [1, 3] })
    builder.input({ name: 'image', type: 'float32', shape: ['N', 1, 4, 4] })
    builder.input({ name: 'unused', type: 'int64', shape: ['N'] })
    const flat = builder.node('Flatten', ['image'])
    builder.node('Relu', [builder.node('MatMul', [flat, builder.constant('w', floats([16, 5], 1))])], {}, { output: 'features' })
    builder.node('Add', [builder.node('MatMul', ['features', builder.constant('v', floats([5, 3], 2))]), 'offset'], {}, { output: 'scores' })
    builder.node('Reshape', ['features', builder.ints([-1, 5, 1])], {}, { output: 'maps' })
    for (const [name, shape] of [['maps', ['N', 5, 1]], ['features', ['N', 5]], ['scores', ['N', 3]]] as const) builder.output({ name, type: 'float32', shape })
    return modelOf(builder)
  }
  const feeds = (): OriginalFeeds => ({ type: 'float32', held: new Map<string, NumericTensor>([
    ['offset', { type: 'float32', dims: [1, 3], data: new Float32Array(3) }], ['unused', { type: 'int64', dims: [4], data: new BigInt64Array(4) }]
  ]) })
  it('takes the image and the first list of scores unless told', async () => {
    const network = await importAndCompare(several(), importTolerance, {}, feeds())
    expect(network.input).toEqual({ name: 'image', shape: [1, 4, 4] })
    expect(network.output).toEqual({ name: 'features', classes: 5 })
    expect(network.report.notes.join()).toMatch(/3 outputs.*“features”.*does not reach the output/)
  })
  it('takes what is named, and holds the other inputs at zero', async () => {
    const network = await importAndCompare(several(), importTolerance, { choice: { input: 'image', output: 'scores' } }, feeds())
    expect(network.output).toEqual({ name: 'scores', classes: 3 })
    expect(network.report.notes.join()).toContain('“offset” is held at zero')
    expect(network.report.choices).toMatchObject({ inputs: [{ name: 'offset' }, { name: 'image' }, { name: 'unused' }], outputs: [{ name: 'maps' }, { name: 'features' }, { name: 'scores' }] })
  })
  it.each([[{ input: 'picture' }, /no input “picture”.*“image”/], [{ output: 'logits' }, /no output “logits”.*“scores”/], [{ input: 'unused' }, /does not depend on input “unused”/]])(
    'names what there is when asked for %o', async (choice, message) => {
      await expect(importNetwork(fileOf(several()), { choice })).rejects.toThrow(message)
    })
})

describe('computed scales of a Resize', () => {
  const resized = (scales: (builder: GraphBuilder) => string): Model => {
    const builder = new GraphBuilder('resized')
    builder.input({ name: 'x', type: 'float32', shape: ['N', 1, 3, 3] })
    const larger = builder.node('Resize', ['x', '', scales(builder)], { mode: 'nearest' })
    builder.node('ReduceMean', [larger], { axes: [2], keepdims: 0 }, { output: 'y' })
    builder.output({ name: 'y', type: 'float32', shape: null })
    return modelOf(builder)
  }
  it('import', async () => {
    await importAndCompare(resized((builder) => builder.node('Concat', [builder.constant('a', floats([1], 0)), builder.constant('b', floats([3], 0))].map((name) => builder.node('Ceil', [builder.node('Exp', [name])])), { axis: 0 })), importTolerance)
  })
  it('of the wrong number are a problem; by itself ONNX Runtime 1.30 ends the process', async () => {
    await expect(importNetwork(fileOf(resized((builder) => builder.node('Tile', ['x', builder.ints([1, 1, 90, 90])]))))).rejects.toMatchObject({ problem: { code: 'MODEL_RUNTIME_REJECTED' } })
  })
})

describe('versions', () => {
  it.each([7, 9, 11, 13, 18, 21, 22, 24, 26])('operator set %i', async (opset) => {
    const builder = new GraphBuilder('version')
    builder.input({ name: 'x', type: 'float32', shape: ['N', 1, 5, 5] })
    const convolved = builder.node('Relu', [builder.node('Conv', ['x', builder.constant('w', floats([2, 1, 3, 3], 1))])])
    const pooled = builder.node('Flatten', [builder.node('MaxPool', [convolved], { kernel_shape: [3, 3] })])
    builder.node('Gemm', [pooled, builder.constant('v', floats([2, 3], 2)), builder.constant('b', floats([3], 3))], { alpha: float(2) }, { output: 'y' })
    builder.output({ name: 'y', type: 'float32', shape: ['N', 3] })
    const network = await importAndCompare(modelOf(builder, opset, { irVersion: opset > 21 ? 13 : 4 }), importTolerance)
    expect(network.model.opsets.get('')).toBe(importedOpset)
    expect(layersOf(network)).toEqual([['Conv', 9, 2], ['Gemm', 2, 3]])
  })
  it.each([[21, 2], [21, 14], [27, 13], [6, 3]])('operator set %i with IR version %i is refused', async (opset, irVersion) => {
    const builder = new GraphBuilder('refused')
    builder.input({ name: 'x', type: 'float32' as ElementType, shape: ['N', 2] })
    builder.node('Relu', ['x'], {}, { output: 'y' })
    builder.output({ name: 'y', type: 'float32', shape: ['N', 2] })
    const refused = importNetwork(fileOf(modelOf(builder, opset, { irVersion })))
    await expect(refused).rejects.toThrow(ProblemError)
    await expect(refused).rejects.toMatchObject({ problem: { code: 'MODEL_OPSET_UNSUPPORTED' } })
  })
})

/** Quantised files, each compared with plain ONNX Runtime on the file; their weights are on arrays. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analogLayers } from './classify'
import { writeModel } from './codec'
import { elementCount, type Model, type NumericTensor } from './graph'
import { GraphBuilder } from './graph-builder'
import { importNetwork } from './import'
import type { Network } from './network'
import { dequantizeWeights } from './passes/dequantize'
import { sampleInput } from './sample-input'
import { createSession } from './session'
import { evaluate, quantizedTolerance, relativeDifference } from './verify'

let folder = ''
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'acim-quantized-test-')) })
afterAll(() => rmSync(folder, { recursive: true }))

const int8 = (dims: number[]): NumericTensor => ({ type: 'int8', dims, data: Int8Array.from({ length: elementCount(dims) }, (_, i) => ((i * 37 + 11) % 255) - 127) })
const uint8 = (dims: number[]): NumericTensor => ({ type: 'uint8', dims, data: Uint8Array.from({ length: elementCount(dims) }, (_, i) => (i * 53 + 7) % 256) })
const int32 = (dims: number[]): NumericTensor => ({ type: 'int32', dims, data: Int32Array.from({ length: elementCount(dims) }, (_, i) => i * 90 - 100) })
const scales = (dims: number[]): NumericTensor => ({ type: 'float32', dims, data: Float32Array.from({ length: elementCount(dims) }, (_, i) => 0.004 + i * 0.001) })
const zero = (type: 'int8' | 'uint8', value: number): NumericTensor => (type === 'int8' ? { type, dims: [], data: Int8Array.of(value) } : { type, dims: [], data: Uint8Array.of(value) })

function modelOf(builder: GraphBuilder, opset = 17): Model {
  return { irVersion: opset > 17 ? 10 : 8, producer: 'test', opsets: new Map([['', opset]]), graph: builder.build(), metadata: new Map(), functions: [] }
}
async function outputs(model: Model, network: Pick<Network, 'input' | 'output'>, samples: number) {
  const session = await createSession(model)
  const values = await evaluate(session, network.input.name, network.output.name, network.input.shape, 3, samples, 'test')
  await session.release()
  return values
}
async function importAndCompare(model: Model): Promise<Network> {
  const file = join(folder, 'quantized.onnx')
  writeFileSync(file, writeModel(model))
  const network = await importNetwork(file)
  expect(relativeDifference(await outputs(model, network, 4), await outputs(network.model, network, 4))).toBeLessThanOrEqual(quantizedTolerance)
  return network
}
const layersOf = (network: Network) => analogLayers(network).map(({ opType, rows, columns }) => [opType, rows, columns])

/** An input in [0, 1) as uint8 codes with scale 0.004 and zero point 3. */
function begin(shape: number[]): { builder: GraphBuilder; codes: string; scale: string; offset: string } {
  const builder = new GraphBuilder('quantized')
  builder.input({ name: 'x', type: 'float32', shape: ['N', ...shape] })
  const scale = builder.scalar(0.004)
  const offset = builder.initializer('offset', zero('uint8', 3))
  return { builder, scale, offset, codes: builder.node('QuantizeLinear', ['x', scale, offset]) }
}

describe('quantised networks', () => {
  it('QLinearConv with scales for each channel and a bias, QLinearMatMul', async () => {
    const { builder, codes, scale, offset } = begin([2, 4, 4])
    const yScale = builder.scalar(0.03)
    const yZero = builder.initializer('y zero', zero('uint8', 128))
    const weightZero = builder.initializer('weight zeros', { type: 'int8', dims: [3], data: new Int8Array(3) })
    const convolved = builder.node('QLinearConv', [codes, scale, offset, builder.constant('w', int8([3, 2, 3, 3])), builder.constant('ws', scales([3])), weightZero, yScale, yZero, builder.constant('b', int32([3]))])
    const flat = builder.node('Flatten', [convolved])
    const matrixZero = builder.initializer('matrix zero', zero('int8', 5))
    const product = builder.node('QLinearMatMul', [flat, yScale, yZero, builder.constant('v', int8([12, 4])), builder.scalar(0.01), matrixZero, builder.scalar(0.2), yZero])
    builder.node('DequantizeLinear', [product, builder.scalar(0.2), yZero], {}, { output: 'y' })
    builder.output({ name: 'y', type: 'float32', shape: ['N', 4] })
    const network = await importAndCompare(modelOf(builder))
    expect(layersOf(network)).toEqual([['Conv', 18, 3], ['MatMul', 12, 4]])
    expect(network.output.classes).toBe(4)
    expect(network.report.notes.join()).toContain('quantised weights')
  })

  it('ConvInteger and MatMulInteger as dynamic quantisation writes them, zero points for each column', async () => {
    const builder = new GraphBuilder('dynamic')
    builder.input({ name: 'x', type: 'float32', shape: ['N', 2, 4, 4] })
    const scaled = (input: string, operator: string, weight: string, zeros: string): string => {
      const [codes = '', scale = '', offset = ''] = builder.multi('DynamicQuantizeLinear', [input], [builder.fresh('codes'), builder.fresh('scale'), builder.fresh('offset')])
      const sum = builder.node('Cast', [builder.node(operator, [codes, weight, offset, zeros])], { to: 1 })
      return builder.node('Mul', [sum, builder.node('Mul', [scale, builder.scalar(0.01)])])
    }
    const convolved = scaled('x', 'ConvInteger', builder.constant('w', int8([3, 2, 3, 3])), builder.initializer('wz', zero('int8', 0)))
    const product = scaled(builder.node('Flatten', [convolved]), 'MatMulInteger', builder.constant('v', uint8([12, 4])), builder.constant('vz', { type: 'uint8', dims: [4], data: Uint8Array.of(128, 120, 130, 0) }))
    builder.node('Identity', [product], {}, { output: 'y' })
    builder.output({ name: 'y', type: 'float32', shape: ['N', 4] })
    // The range of the codes is taken over the whole batch, so images are compared one by one.
    const model = modelOf(builder)
    const file = join(folder, 'dynamic.onnx')
    writeFileSync(file, writeModel(model))
    const network = await importNetwork(file)
    expect(relativeDifference(await outputs(model, network, 1), await outputs(network.model, network, 1))).toBeLessThanOrEqual(quantizedTolerance)
    expect(layersOf(network)).toEqual([['Conv', 18, 3], ['MatMul', 12, 4]])
    expect(network.model.graph.nodes.map(({ opType }) => opType)).not.toContain('Cast')
  })

  it('QuantizeLinear and DequantizeLinear around float layers, weights for each axis', async () => {
    const { builder, codes, scale, offset } = begin([2, 4, 4])
    const image = builder.node('DequantizeLinear', [codes, scale, offset])
    const weight = builder.node('DequantizeLinear', [builder.constant('w', int8([3, 2, 3, 3])), builder.constant('ws', scales([3])), builder.constant('wz', { type: 'int8', dims: [3], data: new Int8Array(3) })], { axis: 0 })
    const bias = builder.node('DequantizeLinear', [builder.constant('b', int32([3])), builder.scalar(0.0001)])
    const convolved = builder.node('Relu', [builder.node('Conv', [image, weight, bias])])
    const again = builder.node('DequantizeLinear', [builder.node('QuantizeLinear', [convolved, builder.scalar(0.02), offset]), builder.scalar(0.02), offset])
    const matrix = builder.node('DequantizeLinear', [builder.constant('v', int8([12, 4])), builder.constant('vs', scales([4])), builder.constant('vz', { type: 'int8', dims: [4], data: new Int8Array(4) })], { axis: 1 })
    builder.node('MatMul', [builder.node('Flatten', [again]), matrix], {}, { output: 'y' })
    builder.output({ name: 'y', type: 'float32', shape: ['N', 4] })
    expect(layersOf(await importAndCompare(modelOf(builder)))).toEqual([['Conv', 18, 3], ['MatMul', 12, 4]])
  })

  it('leaves a product with computed weights digital', async () => {
    const { builder, codes, scale, offset } = begin([3, 3])
    const product = builder.node('QLinearMatMul', [codes, scale, offset, codes, scale, offset, builder.scalar(0.02), offset])
    builder.node('Flatten', [builder.node('DequantizeLinear', [product, builder.scalar(0.02), offset])], {}, { output: 'y' })
    builder.output({ name: 'y', type: 'float32', shape: ['N', 9] })
    const network = await importAndCompare(modelOf(builder))
    expect(layersOf(network)).toEqual([])
    expect(network.model.graph.nodes.map(({ opType }) => opType)).toContain('QLinearMatMul')
  })
})

describe('dequantised constants', () => {
  const cases: [string, NumericTensor, NumericTensor, NumericTensor | null, Record<string, number>, number][] = [
    ['one scale', int8([2, 3, 4]), scales([]), zero('int8', 7), {}, 17],
    ['uint8', uint8([2, 3, 4]), scales([]), zero('uint8', 128), {}, 17],
    ['int32, no zero point', int32([5]), scales([]), null, {}, 17],
    ['the middle axis', int8([2, 3, 4]), scales([3]), int8([3]), { axis: 1 }, 17],
    ['an axis from behind', int8([2, 3, 4]), scales([4]), int8([4]), { axis: -1 }, 17],
    ['blocks', int8([2, 6, 4]), scales([2, 3, 4]), int8([2, 3, 4]), { axis: 1, block_size: 2 }, 21]
  ]
  it.each(cases)('%s: as ONNX Runtime', async (_, codes, scale, offset, attributes, opset) => {
    const builder = new GraphBuilder('constant')
    builder.input({ name: 'x', type: 'float32', shape: ['N', 1] })
    const inputs = [builder.constant('q', codes), builder.constant('s', scale), ...(offset === null ? [] : [builder.constant('z', offset)])]
    builder.node('Mul', [builder.node('DequantizeLinear', inputs, attributes), builder.node('ReduceMax', ['x'], { keepdims: 0 })], {}, { output: 'y' })
    builder.output({ name: 'y', type: 'float32', shape: null })
    const model = modelOf(builder, opset)
    const changed = dequantizeWeights(model, [])
    expect(changed.graph.nodes.map(({ opType }) => opType)).toEqual(['ReduceMax', 'Mul'])
    const io = { input: { name: 'x', shape: [1] }, output: { name: 'y', classes: 0 } }
    const [expected, ours] = [await outputs(model, io, 2), await outputs(changed, io, 2)]
    // The same two float32 operations.
    expect(ours).toEqual(expected)
    expect(sampleInput([1], 3, 2).data.some((value) => value !== 0)).toBe(true)
  })
})

/** Each operator whose form changed, run by ONNX Runtime before and after the upgrade. */
import { describe, expect, it } from 'vitest'
import { importedOpset, newestOpset, type AttributeValue, type Graph, type Model, type Node, type Tensor } from '../graph'
import { sampleInput } from '../sample-input'
import { createSession, floatTensor, runSession } from '../session'
import { upgradeModel } from './upgrade'
import { upgradeRules } from './rules'

type Attributes = Record<string, AttributeValue>
const int = (value: number): AttributeValue => ({ kind: 'int', value })
const ints = (...value: number[]): AttributeValue => ({ kind: 'ints', value })
const float = (value: number): AttributeValue => ({ kind: 'float', value })
const floats = (...value: number[]): AttributeValue => ({ kind: 'floats', value })
const text = (value: string): AttributeValue => ({ kind: 'string', value })

interface Case {
  name: string
  operator: string
  opset: number
  attributes?: Attributes
  /** Shape of the input x. */
  shape: number[]
  constants?: Record<string, Tensor>
  inputs?: string[]
  outputs?: string[]
}
const floatsOf = (dims: number[], scale = 1): Tensor => ({ type: 'float32', dims, data: sampleInput(dims, 5, 1).data.map((value) => value * scale + 0.1) })
const int64 = (...values: number[]): Tensor => ({ type: 'int64', dims: [values.length], data: BigInt64Array.from(values, BigInt) })

const cases: Case[] = [
  { name: 'Clip, both limits', operator: 'Clip', opset: 7, attributes: { min: float(0.2), max: float(0.6) }, shape: [2, 5] },
  { name: 'Clip, upper limit', operator: 'Clip', opset: 10, attributes: { max: float(0.6) }, shape: [2, 5] },
  { name: 'Dropout', operator: 'Dropout', opset: 7, attributes: { ratio: float(0.5) }, shape: [2, 5] },
  { name: 'Dropout 10', operator: 'Dropout', opset: 10, attributes: { ratio: float(0.25) }, shape: [2, 5] },
  { name: 'Pad', operator: 'Pad', opset: 8, attributes: { pads: ints(0, 1, 2, 0), value: float(0.5) }, shape: [2, 3] },
  { name: 'Pad by reflection', operator: 'Pad', opset: 10, attributes: { pads: ints(0, 1, 0, 2), mode: text('reflect') }, shape: [2, 4] },
  { name: 'Slice to the end', operator: 'Slice', opset: 9, attributes: { starts: ints(1), ends: ints(2 ** 63), axes: ints(1) }, shape: [2, 5] },
  { name: 'Slice without axes', operator: 'Slice', opset: 7, attributes: { starts: ints(0, 1), ends: ints(1, -1) }, shape: [2, 5] },
  { name: 'Squeeze', operator: 'Squeeze', opset: 9, attributes: { axes: ints(1) }, shape: [2, 1, 3, 1] },
  { name: 'Squeeze of all', operator: 'Squeeze', opset: 11, shape: [2, 1, 3, 1] },
  { name: 'Unsqueeze', operator: 'Unsqueeze', opset: 11, attributes: { axes: ints(0, 2) }, shape: [2, 3] },
  { name: 'ReduceSum', operator: 'ReduceSum', opset: 11, attributes: { axes: ints(1), keepdims: int(0) }, shape: [2, 3, 4] },
  { name: 'ReduceSum of all', operator: 'ReduceSum', opset: 12, shape: [2, 3] },
  { name: 'Split', operator: 'Split', opset: 11, attributes: { split: ints(1, 3), axis: int(1) }, shape: [2, 4], outputs: ['y', 'y2'] },
  { name: 'Split evenly', operator: 'Split', opset: 9, attributes: { axis: int(1) }, shape: [2, 4], outputs: ['y', 'y2'] },
  { name: 'TopK', operator: 'TopK', opset: 9, attributes: { k: int(2), axis: int(1) }, shape: [2, 5], outputs: ['y', 'y2'] },
  { name: 'Upsample 7, nearest', operator: 'Upsample', opset: 7, attributes: { mode: text('nearest'), scales: floats(1, 1, 2, 2) }, shape: [1, 2, 3, 3] },
  { name: 'Upsample 9, linear', operator: 'Upsample', opset: 9, attributes: { mode: text('linear') }, shape: [1, 2, 3, 3], constants: { s: { type: 'float32', dims: [4], data: Float32Array.of(1, 1, 2, 3) } }, inputs: ['x', 's'] },
  { name: 'Resize 10, smaller', operator: 'Resize', opset: 10, attributes: { mode: text('nearest') }, shape: [1, 1, 6, 6], constants: { s: { type: 'float32', dims: [4], data: Float32Array.of(1, 1, 0.6, 0.5) } }, inputs: ['x', 's'] },
  { name: 'Resize 10, smaller and larger', operator: 'Resize', opset: 10, shape: [1, 1, 6, 6], constants: { s: { type: 'float32', dims: [4], data: Float32Array.of(1, 1, 0.6, 2.5) } }, inputs: ['x', 's'] },
  { name: 'Softmax along rows of a matrix', operator: 'Softmax', opset: 9, shape: [3, 4] },
  { name: 'Softmax over several axes', operator: 'Softmax', opset: 11, shape: [2, 3, 4] },
  { name: 'Softmax along the last axis', operator: 'Softmax', opset: 12, attributes: { axis: int(2) }, shape: [2, 3, 4] },
  { name: 'LogSoftmax over several axes', operator: 'LogSoftmax', opset: 7, attributes: { axis: int(1) }, shape: [2, 3, 2, 2] },
  { name: 'Hardmax over several axes', operator: 'Hardmax', opset: 11, attributes: { axis: int(1) }, shape: [2, 3, 4] },
  { name: 'BatchNormalization', operator: 'BatchNormalization', opset: 7, attributes: { epsilon: float(1e-3) }, shape: [2, 3, 2, 2], inputs: ['x', 's', 'b', 'm', 'v'],
    constants: { s: floatsOf([3]), b: floatsOf([3], 2), m: floatsOf([3], 3), v: floatsOf([3], 4) } },
  { name: 'BatchNormalization, one value per element', operator: 'BatchNormalization', opset: 8, attributes: { spatial: int(0) }, shape: [2, 3, 2, 2], inputs: ['x', 's', 'b', 'm', 'v'],
    constants: { s: floatsOf([3, 2, 2]), b: floatsOf([3, 2, 2], 2), m: floatsOf([3, 2, 2], 3), v: floatsOf([3, 2, 2], 4) } },
  { name: 'Scatter', operator: 'Scatter', opset: 9, attributes: { axis: int(1) }, shape: [1, 4], inputs: ['x', 'i', 'u'],
    constants: { i: { ...int64(1, 3), dims: [1, 2] } as Tensor, u: floatsOf([1, 2], 9) } },
  { name: 'RoiAlign', operator: 'RoiAlign', opset: 10, attributes: { output_height: int(2), output_width: int(2), sampling_ratio: int(2) }, shape: [1, 1, 6, 6], inputs: ['x', 'r', 'i'],
    constants: { r: { type: 'float32', dims: [1, 4], data: Float32Array.of(0.5, 1, 4, 5) }, i: int64(0) } },
  ...['ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd', 'ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceSumSquare'].map((operator): Case => (
    { name: operator, operator, opset: 13, attributes: { axes: ints(1, -1), keepdims: int(0) }, shape: [2, 3, 4] })),
  { name: 'ReduceMean of all', operator: 'ReduceMean', opset: 17, shape: [2, 3] },
  { name: 'Split evenly 17', operator: 'Split', opset: 17, attributes: { axis: int(1) }, shape: [2, 4], outputs: ['y', 'y2'] },
  { name: 'GridSample', operator: 'GridSample', opset: 16, attributes: { align_corners: int(1) }, shape: [1, 2, 3, 3], inputs: ['x', 'g'], constants: { g: floatsOf([1, 2, 2, 2]) } },
  { name: 'GridSample, cubic', operator: 'GridSample', opset: 16, attributes: { mode: text('bicubic') }, shape: [1, 2, 3, 3], inputs: ['x', 'g'], constants: { g: floatsOf([1, 2, 2, 2]) } },
  { name: 'DFT', operator: 'DFT', opset: 17, shape: [2, 4, 3, 1] },
  { name: 'DFT along an axis', operator: 'DFT', opset: 17, attributes: { axis: int(2), inverse: int(1) }, shape: [2, 4, 3, 2] },
  { name: 'GroupNormalization', operator: 'GroupNormalization', opset: 18, attributes: { num_groups: int(2), epsilon: float(1e-3) }, shape: [2, 4, 3, 2], inputs: ['x', 's', 'b'],
    constants: { s: floatsOf([2]), b: floatsOf([2], 2) } }
]

function modelOf({ operator, opset, attributes, shape, constants, inputs, outputs }: Case): Model {
  const node: Node = { name: 'node', opType: operator, domain: '', inputs: inputs ?? ['x'], outputs: outputs ?? ['y'], attributes: new Map(Object.entries(attributes ?? {})) }
  const graph: Graph = {
    name: 'case', nodes: [node], inputs: [{ name: 'x', type: 'float32', shape }], initializers: new Map(Object.entries(constants ?? {})),
    outputs: node.outputs.map((name) => ({ name, type: 'other' as const, shape: null }))
  }
  return { irVersion: 4, producer: '', opsets: new Map([['', opset]]), graph, metadata: new Map(), functions: [] }
}

async function outputsOf(model: Model, shape: readonly number[]): Promise<Record<string, { dims: readonly number[]; data: number[] }>> {
  const session = await createSession(model, { optimization: 'disabled' })
  const [first, ...rest] = shape
  const results = await runSession(session, { x: floatTensor(sampleInput(rest, 0, first!)) })
  await session.release()
  return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, { dims: tensor.dims, data: Array.from(tensor.data as Iterable<number | bigint>, Number) }]))
}

/** Normalisation in other steps than ONNX Runtime's own kernel rounds differently in the last bits; all else is exact. */
const decimalsOfNormalization = 5

describe('upgrade', () => {
  it.each(cases)('$name', async (entry) => {
    const model = modelOf(entry)
    const upgraded = upgradeModel(model, (value) => (value === 'x' ? entry.shape.length : undefined), 'test')
    expect(upgraded.opsets.get('')).toBe(importedOpset)
    const before = await outputsOf(model, entry.shape)
    const after = await outputsOf(upgraded, entry.shape)
    for (const [name, { dims, data }] of Object.entries(before)) {
      expect(after[name]?.dims).toEqual(dims)
      if (!entry.operator.endsWith('Normalization')) expect(after[name]?.data).toEqual(data)
      else for (const [index, value] of data.entries()) expect(after[name]?.data[index]).toBeCloseTo(value, decimalsOfNormalization)
    }
  })

  it('has a case for every operator in the table except the refused Scan', () => {
    const covered = new Set(cases.map((entry) => entry.operator))
    expect(upgradeRules.flatMap((rule) => rule.operators).filter((operator) => operator !== 'Scan' && !covered.has(operator))).toEqual([])
  })

  it.each([22, 23, 24, 25, 26])('brings operator set %i down, where nothing needs it', (opset) => {
    const plain = modelOf({ name: '', operator: 'Relu', opset, shape: [2, 3] })
    expect(upgradeModel(plain, () => undefined, 'test').opsets.get('')).toBe(importedOpset)
    const later = modelOf({ name: '', operator: 'Cast', opset, attributes: { to: int(1), round_mode: text('up') }, shape: [2, 3] })
    expect(upgradeModel(later, () => undefined, 'test').opsets.get('')).toBe(opset)
  })

  it('computes the same in the newest operator set and brought down', async () => {
    const older = cases.filter(({ operator }) => /^(Reduce|GridSample|DFT|Dropout)/.test(operator))
    for (const entry of older) {
      const newest = { ...upgradeModel(modelOf(entry), () => undefined, 'test'), opsets: new Map([['', newestOpset]]) }
      const lowered = upgradeModel(newest, () => undefined, 'test')
      expect(lowered.opsets.get('')).toBe(importedOpset)
      expect(await outputsOf(lowered, entry.shape)).toEqual(await outputsOf(newest, entry.shape))
    }
  })

  it('reaches graphs inside nodes, without hiding outer names', async () => {
    const clip = (value: number, output: string): Graph => ({
      name: 'branch', inputs: [], outputs: [{ name: output, type: 'float32', shape: null }], initializers: new Map(),
      nodes: [{ name: 'c', opType: 'Clip', domain: '', inputs: ['x'], outputs: [output], attributes: new Map([['max', float(value)]]) }]
    })
    const model = modelOf({ name: '', operator: 'Clip', opset: 9, attributes: { max: float(0.9) }, shape: [2, 5] })
    const branch: Node = { name: 'if', opType: 'If', domain: '', inputs: ['condition'], outputs: ['z'], attributes: new Map<string, AttributeValue>([
      ['then_branch', { kind: 'graph', value: clip(0.3, 'a') }], ['else_branch', { kind: 'graph', value: clip(0.5, 'b') }]
    ]) }
    const nested: Model = { ...model, graph: { ...model.graph, nodes: [...model.graph.nodes, branch],
      outputs: [...model.graph.outputs, { name: 'z', type: 'other', shape: null }],
      initializers: new Map<string, Tensor>([['condition', { type: 'bool', dims: [], data: Uint8Array.of(1) }]]) } }
    expect(await outputsOf(upgradeModel(nested, () => undefined, 'test'), [2, 5])).toEqual(await outputsOf(nested, [2, 5]))
  })
})

/** Every way in which exporters write a product with constant weights and its bias: the layers that come of it, and the same outputs as plain ONNX Runtime. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analogLayers } from './classify'
import { writeModel } from './codec'
import { elementCount, type Model, type Tensor } from './graph'
import { GraphBuilder, float } from './graph-builder'
import { importNetwork } from './import'
import type { Network } from './network'
import { sampleInput } from './sample-input'
import { createSession } from './session'
import { evaluate, importTolerance, relativeDifference } from './verify'

let folder = ''
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'acim-products-test-')) })
afterAll(() => rmSync(folder, { recursive: true }))

/** Weights in [−0.5, 0.5), different for each seed. */
const weights = (dims: number[], seed: number): Tensor & { type: 'float32' } => ({ type: 'float32', dims, data: sampleInput([elementCount(dims)], seed, 1).data.map((value) => value - 0.5) })

/** A network on `shape` whose result is flattened to one list per image; compared with plain ONNX Runtime on five samples. */
async function imported(shape: readonly number[], build: (builder: GraphBuilder, constant: (...dims: number[]) => string) => string): Promise<Network> {
  const builder = new GraphBuilder('products')
  builder.input({ name: 'x', type: 'float32', shape: ['N', ...shape] })
  let seed = 1
  const result = build(builder, (...dims) => builder.constant('c', weights(dims, seed++)))
  builder.node('Flatten', [result], {}, { output: 'y' })
  builder.output({ name: 'y', type: 'float32', shape: ['N', 'outputs'] })
  const model: Model = { irVersion: 8, producer: 'test', opsets: new Map([['', 17]]), graph: builder.build(), metadata: new Map(), functions: [] }
  const file = join(folder, 'network.onnx')
  writeFileSync(file, writeModel(model))
  const network = await importNetwork(file)
  const run = async (each: Model) => {
    const session = await createSession(each)
    const values = await evaluate(session, 'x', network.output.name, shape, 7, 5, 'test')
    await session.release()
    return values
  }
  expect(network.batch).toBe('free')
  expect(relativeDifference(await run(model), await run(network.model))).toBeLessThanOrEqual(importTolerance)
  return network
}

const layersOf = (network: Network) => analogLayers(network).map(({ opType, rows, columns, groups, bias }) => [opType, rows, columns, groups, bias?.dims ?? null])
const operators = (network: Network): string[] => network.model.graph.nodes.map(({ opType }) => opType)

describe('products with a constant', () => {
  it.each<[string, number[], Parameters<typeof imported>[1], ReturnType<typeof layersOf>]>([
    ['MatMul, constant on the left', [3, 4], (b, c) => b.node('MatMul', [c(5, 3), 'x']), [['MatMul', 3, 5, 1, null]]],
    ['MatMul, batch of constants on the left', [2, 3, 4], (b, c) => b.node('MatMul', [c(2, 5, 3), 'x']), [['MatMul', 3, 5, 2, null]]],
    ['MatMul, one matrix in more dimensions on the left', [2, 3, 4], (b, c) => b.node('MatMul', [c(1, 1, 5, 3), 'x']), [['MatMul', 3, 5, 1, null]]],
    ['MatMul, one matrix in more dimensions', [2, 3, 4], (b, c) => b.node('MatMul', ['x', c(1, 4, 5)]), [['MatMul', 4, 5, 1, null]]],
    ['MatMul, batch of constants for one activation', [1, 3, 4], (b, c) => b.node('MatMul', ['x', c(6, 4, 5)]), [['MatMul', 4, 5, 6, null]]],
    ['MatMul, batch in two dimensions, one of them common', [3, 2, 2, 4], (b, c) => b.node('MatMul', ['x', c(3, 1, 4, 5)]), [['MatMul', 4, 5, 3, null]]],
    ['MatMul, vector on the right', [3, 4], (b, c) => b.node('MatMul', ['x', c(4)]), [['MatMul', 4, 1, 1, null]]],
    ['MatMul, vector on the left', [3, 4], (b, c) => b.node('MatMul', [c(3), 'x']), [['MatMul', 3, 1, 1, null]]],
    ['Gemm, activation transposed', [6], (b, c) => b.node('Gemm', [b.node('Relu', [b.node('Transpose', ['x'], { perm: [1, 0] })]), c(6, 5), c(5)], { transA: 1, alpha: float(0.5), beta: float(3) }), [['Gemm', 6, 5, 1, [5]]]],
    ['Gemm, both transposed', [6], (b, c) => b.node('Gemm', [b.node('Relu', [b.node('Transpose', ['x'], { perm: [1, 0] })]), c(5, 6)], { transA: 1, transB: 1 }), [['Gemm', 6, 5, 1, null]]],
    ['Gemm, constant on the left', [6], (b, c) => b.node('Transpose', [b.node('Relu', [b.node('Gemm', [c(5, 6), 'x', c(5, 1)], { transB: 1, alpha: float(2), beta: float(0.5) })])], { perm: [1, 0] }), [['Gemm', 6, 5, 1, [5]]]],
    ['Gemm, transposed constant on the left', [6], (b, c) => b.node('Transpose', [b.node('Relu', [b.node('Gemm', [c(6, 5), 'x', c(1)], { transA: 1, transB: 1 })])], { perm: [1, 0] }), [['Gemm', 6, 5, 1, [5]]]],
    ['Gemm, a sum of two activations', [6], (b, c) => b.node('Gemm', ['x', c(6, 5), b.node('MatMul', ['x', c(6, 5)])], { beta: float(0.5) }), [['MatMul', 6, 5, 1, null], ['Gemm', 6, 5, 1, null]]],
    ['Gemm, one number as bias', [6], (b, c) => b.node('Gemm', ['x', c(6, 5), c()]), [['Gemm', 6, 5, 1, [5]]]]
  ])('%s', async (_, shape, build, expected) => {
    const network = await imported(shape, build)
    expect(layersOf(network)).toEqual(expected)
  })

  it('of one constant in several forms share what follows from it', async () => {
    const network = await imported([3, 3], (b, c) => {
      const w = c(3, 3)
      return b.node('MatMul', [w, b.node('Relu', [b.node('MatMul', [w, 'x'])])])
    })
    expect(layersOf(network)).toEqual([['MatMul', 3, 3, 1, null], ['MatMul', 3, 3, 1, null]])
  })

  it('of two activations stay digital, and so do recurrent layers, with the reason', async () => {
    const network = await imported([3, 4], (b, c) => {
      const scores = b.node('MatMul', ['x', b.node('Transpose', ['x'], { perm: [0, 2, 1] })])
      const sequence = b.node('Transpose', [b.node('MatMul', [scores, 'x'])], { perm: [1, 0, 2] })
      const [recurrent] = b.multi('LSTM', [sequence, c(1, 20, 4), c(1, 20, 5)], [b.fresh('lstm')], { hidden_size: 5 })
      return b.node('Transpose', [recurrent!], { perm: [2, 0, 1, 3] })
    })
    expect(layersOf(network)).toEqual([])
    const reasons = new Map(network.report.nodes.map((node) => [node.opType, node.reason]))
    expect(reasons.get('MatMul')).toContain('two activations')
    expect(reasons.get('LSTM')).toContain('step by step')
  })

  it('of a depthwise convolution say what they cost', async () => {
    const network = await imported([6, 5, 5], (b, c) => b.node('Conv', ['x', c(6, 1, 3, 3)], { group: 6 }))
    expect(network.report.nodes[0]?.reason).toContain('each of its 6 channels takes an array of its own and fills 9 × 1 cells')
  })
})

describe('constants that exporters add behind a product', () => {
  it.each<[string, number[], Parameters<typeof imported>[1], ReturnType<typeof layersOf>]>([
    ['MatMul on sequences, bias on the left', [3, 4], (b, c) => b.node('Add', [c(5), b.node('MatMul', ['x', c(4, 5)])]), [['MatMul', 4, 5, 1, [5]]]],
    ['MatMul, constant and bias for rows on the left', [3, 4], (b, c) => b.node('Add', [c(5, 1), b.node('MatMul', [c(5, 3), 'x'])]), [['MatMul', 3, 5, 1, [5]]]],
    ['MatMul, then Reshape', [3, 4], (b, c) => b.node('Add', [b.node('Reshape', [b.node('MatMul', ['x', c(4, 6)]), b.ints([0, 3, 2, 3])]), c(2, 3)]), [['MatMul', 4, 6, 1, [6]]]],
    ['MatMul, then Reshape and Transpose', [3, 4], (b, c) => b.node('Add', [c(2, 1, 3), b.node('Transpose', [b.node('Reshape', [b.node('MatMul', ['x', c(4, 6)]), b.ints([0, 3, 2, 3])])], { perm: [0, 2, 1, 3] })]), [['MatMul', 4, 6, 1, [6]]]],
    ['batch of constants, a bias for each', [3, 2, 4], (b, c) => b.node('Add', [b.node('MatMul', ['x', c(3, 4, 5)]), c(3, 1, 5)]), [['MatMul', 4, 5, 3, [3, 1, 5]]]],
    ['Gemm, then Reshape', [4], (b, c) => b.node('Add', [b.node('Reshape', [b.node('Gemm', ['x', c(4, 6)]), b.ints([-1, 3, 2])]), c(3, 2)]), [['Gemm', 4, 6, 1, [6]]]],
    ['transposed convolution', [4, 3, 3], (b, c) => b.node('Add', [b.node('ConvTranspose', ['x', c(4, 2, 2, 2)], { strides: [2, 2] }), c(2, 1, 1)]), [['ConvTranspose', 4, 8, 1, [2]]]],
    ['convolution with its spatial dimension added and taken away again', [4, 7], (b, c) => {
      const convolved = b.node('Conv', [b.node('Unsqueeze', ['x', b.ints([2])]), c(6, 4, 1, 3)])
      return b.node('Add', [b.node('Squeeze', [b.node('Transpose', [convolved], { perm: [0, 2, 3, 1] }), b.ints([1])]), c(6)])
    }, [['Conv', 12, 6, 1, [6]]]]
  ])('%s: its bias', async (_, shape, build, expected) => {
    const network = await imported(shape, build)
    expect(layersOf(network)).toEqual(expected)
    expect(network.report.nodes.filter(({ opType, reason }) => opType === 'Add' && !reason.startsWith('Bias of'))).toEqual([])
    expect(network.report.analogParameters).toBe(network.report.parameters)
  })

  it.each<[string, number[], Parameters<typeof imported>[1]]>([
    ['another value at each position', [3, 4], (b, c) => b.node('Add', [b.node('MatMul', ['x', c(4, 5)]), c(3, 5)])],
    ['the sum is larger', [4], (b, c) => b.node('Add', [b.node('Reshape', [b.node('MatMul', ['x', c(4, 5)]), b.ints([0, 1, 5])]), c(3, 5)])],
    ['a value for each row', [3, 4], (b, c) => b.node('Add', [b.node('MatMul', ['x', c(4, 5)]), c(3, 1)])]
  ])('%s: no bias', async (_, shape, build) => {
    const network = await imported(shape, build)
    expect(layersOf(network)).toEqual([[expect.any(String), 4, 5, 1, null]])
    expect(network.report.nodes.find(({ opType }) => opType === 'Add')?.reason).toBe('Element by element with a constant.')
  })

  it('keep their names where their form is right already', async () => {
    let bias = ''
    const network = await imported([3, 4], (b, c) => b.node('Add', [b.node('MatMul', ['x', c(4, 5)]), (bias = c(5))]))
    expect(analogLayers(network)[0]?.bias?.name).toBe(bias)
  })

  it('stay where the sum without them is used elsewhere', async () => {
    const network = await imported([3, 4], (b, c) => {
      const product = b.node('Reshape', [b.node('MatMul', ['x', c(4, 5)]), b.ints([0, 15])])
      const once = b.node('Reshape', [product, b.ints([0, 3, 5])])
      return b.node('Concat', [b.node('Add', [once, c(5)]), b.node('Relu', [once])], { axis: 1 })
    })
    expect(layersOf(network)).toEqual([['MatMul', 4, 5, 1, null]])
    expect(operators(network)).toContain('Add')
  })
})

import fc from 'fast-check'
import * as ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { blockedDomain, blockedLayout } from '../onnx/blocked-layout'
import type { Graph } from '../onnx/graph'
import { GraphBuilder } from '../onnx/graph-builder'
import { createSession, runSession } from '../onnx/session'
import { withBlockedConvolutions } from './blocked-convolutions'
import { withFusedSums } from './fuse-sums'
import { mirrorKernels } from './mirrored-kernels'
import { modelOf, probeShapes, values } from './testing/finite-differences'

const blockSize = await blockedLayout()
const b = blockSize ?? 8
/** Sums of up to 9 · 48 float32 products of size below 1, in two orders, relative to the largest output. */
const roundingTolerance = 1e-5

type Build = (builder: GraphBuilder, input: (name: string, dims: readonly number[]) => string) => string

interface Case {
  graph: Graph
  feeds: Record<string, ort.Tensor>
}

function caseOf(build: Build): Case {
  const builder = new GraphBuilder('case')
  const feeds: Record<string, ort.Tensor> = {}
  const input = (name: string, dims: readonly number[]): string => {
    feeds[name] = new ort.Tensor('float32', values(dims, name.length + dims.length + dims[0]!).data, dims)
    return builder.input({ name, type: 'float32', shape: dims })
  }
  builder.output({ name: build(builder, input), type: 'float32', shape: null })
  return { graph: builder.build(), feeds }
}

async function outputOf(graph: Graph, feeds: Record<string, ort.Tensor>): Promise<{ data: Float32Array; dims: readonly number[] }> {
  const session = await createSession(modelOf(graph))
  const result = await runSession(session, feeds)
  await session.release()
  const { data, dims } = result[graph.outputs[0]!.name] as ort.Tensor
  return { data: data as Float32Array, dims }
}

/** The case with blocked convolutions, after its output was found to be that of the case itself. */
async function blockedAndEqual({ graph, feeds }: Case): Promise<Graph> {
  const blocked = withBlockedConvolutions(graph, { blockSize: b, shape: await probeShapes(graph, feeds) })
  const [found, expected] = [await outputOf(blocked, feeds), await outputOf(graph, feeds)]
  expect(found.dims).toEqual(expected.dims)
  const largest = expected.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  expect(found.data.reduce((most, value, i) => Math.max(most, Math.abs(value - expected.data[i]!)), 0)).toBeLessThan(roundingTolerance * largest)
  return blocked
}

const operators = (graph: Graph): string[] => graph.nodes.filter(({ opType }) => opType !== 'Reshape' && opType !== 'Transpose').map(({ opType, domain }) => (domain === blockedDomain ? `blocked ${opType}` : opType))

const int64 = 7
const square = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }

describe.skipIf(blockSize === null)('convolutions with weights as inputs in the blocked layout', () => {
  it('equal those in the usual order for any groups, channels, kernel, strides, dilations and padding', async () => {
    const channels = fc.oneof(fc.constant({ groups: 1, from: 3, to: b }), fc.record({ groups: fc.constant(1), from: fc.constantFrom(b, 2 * b, 3 * b), to: fc.constantFrom(b, 2 * b) }),
      fc.constantFrom({ groups: b, from: b, to: b }, { groups: 2 * b, from: 2 * b, to: 2 * b }, { groups: 2, from: 2 * b, to: 4 * b }))
    const side = fc.integer({ min: 1, max: 3 })
    const shapes = fc.record({ channels, kernel: fc.tuple(side, side), strides: fc.tuple(side, side), dilations: fc.tuple(side, side), pads: fc.tuple(side, side, side, side), bias: fc.boolean(), same: fc.boolean() })
    await fc.assert(fc.asyncProperty(shapes, async ({ channels: { groups, from, to }, kernel, strides, dilations, pads, bias, same }) => {
      const blocked = await blockedAndEqual(caseOf((builder, input) => {
        const inputs = [input('x', [2, from, 7, 8]), input('w', [to, from / groups, ...kernel]), ...(bias ? [input('bias', [to])] : [])]
        return builder.node('Conv', inputs, { kernel_shape: kernel, group: groups, strides, ...(same ? { auto_pad: 'SAME_UPPER' } : { dilations, pads }) })
      }))
      expect(operators(blocked)).toEqual([...(from === 3 ? [] : ['blocked ReorderInput']), 'blocked Conv', 'blocked ReorderOutput'])
    }), { numRuns: 60 })
  })

  it('stay blocked from one to the next, with what is added to them, rectifiers and masks', async () => {
    const { graph, feeds } = caseOf((builder, input) => {
      const x = input('x', [2, 2 * b, 5, 6])
      const first = builder.node('Relu', [builder.node('Conv', [x, input('first', [b, 2 * b, 3, 3])], square)])
      const second = builder.node('Conv', [first, input('second', [b, b, 3, 3])], square)
      const clipped = builder.node('Clip', [builder.node('Add', [second, first]), builder.scalar(-4), builder.scalar(4)])
      const mask = builder.node('Cast', [builder.node('Equal', [clipped, first])], { to: 1 })
      return builder.node('Mul', [builder.node('Sub', [clipped, builder.scalar(0.25)]), builder.node('Add', [mask, builder.node('HardSigmoid', [first], { alpha: 0.5, beta: 0.1 })])])
    })
    const blocked = await blockedAndEqual({ graph: withFusedSums(graph, () => true), feeds })
    expect(operators(blocked)).toEqual(['blocked ReorderInput', 'blocked Conv', 'blocked Conv', 'Clip', 'Equal', 'Cast', 'Sub', 'HardSigmoid', 'Add', 'Mul', 'blocked ReorderOutput'])
  })

  it('a rectifier is part of the convolution behind the sum', async () => {
    const { graph, feeds } = caseOf((builder, input) => {
      const x = input('x', [1, b, 5, 5])
      return builder.node('Relu', [builder.node('Add', [builder.node('Conv', [x, input('weight', [b, b, 1, 1])]), x])])
    })
    const blocked = await blockedAndEqual({ graph: withFusedSums(graph, () => true), feeds })
    expect(operators(blocked)).toEqual(['blocked ReorderInput', 'blocked Conv', 'blocked ReorderOutput'])
  })

  it('a bias, what is added and a second reader are kept', async () => {
    const { graph, feeds } = caseOf((builder, input) => {
      const x = input('x', [1, b, 5, 5])
      const y = builder.node('Add', [builder.node('Conv', [x, input('weight', [b, b, 3, 3]), input('bias', [b])], square), x])
      return builder.node('Mul', [builder.node('Relu', [y]), y])
    })
    const blocked = await blockedAndEqual({ graph: withFusedSums(graph, () => true), feeds })
    expect(operators(blocked)).toEqual(['blocked ReorderInput', 'blocked Conv', 'Relu', 'Mul', 'blocked ReorderOutput'])
  })

  it('graphs inside a node read values in the usual order, and names are not given twice', async () => {
    await blockedAndEqual(caseOf((builder, input) => {
      const y = builder.node('Conv', [input('x', [1, b, 5, 5]), input('weight', [b, b, 3, 3])], square)
      // Names that the blocked graph would give: to a node here, to a value in the branches.
      builder.append({ name: 'ReorderInput:reorderinput', opType: 'Neg', domain: '', inputs: [y], outputs: ['negative'], attributes: new Map() })
      const branch = (opType: string) => {
        const inner = new GraphBuilder(opType)
        inner.output({ name: inner.node(opType, ['negative'], {}, { output: 'reorderinput' }), type: 'float32', shape: null })
        return { kind: 'graph' as const, value: inner.build() }
      }
      const positive = builder.node('Greater', [builder.node('ReduceMax', [input('chosen', [1])], { keepdims: 0 }), builder.scalar(0)])
      const chosen = builder.node('If', [positive], { then_branch: branch('Abs'), else_branch: branch('Exp') })
      return builder.node('Conv', [builder.node('MaxPool', [chosen], { kernel_shape: [2, 2] }), input('second', [b, b, 3, 3])], square)
    }))
  })

  it('what other operators read is in the usual order, and made once', async () => {
    const blocked = await blockedAndEqual(caseOf((builder, input) => {
      const y = builder.node('Conv', [input('x', [2, b, 6, 6]), input('weight', [b, b, 3, 3])], square)
      const pooled = builder.node('MaxPool', [y], { kernel_shape: [2, 2], strides: [2, 2] })
      const flipped = builder.node('Where', [builder.node('Greater', [y, builder.scalar(0)]), y, builder.scalar(0)])
      // Scaled by channel: not each element by itself.
      const scaled = builder.node('Mul', [y, input('scale', [1, b, 1, 1])])
      const whole = builder.node('Cast', [builder.node('Cast', [builder.node('Less', [y, builder.scalar(0)])], { to: int64 })], { to: 1 })
      const channelsInFront = builder.node('ReduceMax', [builder.node('Transpose', [y], { perm: [0, 3, 1, 2] }), builder.ints([2, 3])], { keepdims: 0 })
      const small = builder.node('Add', [builder.node('ReduceMax', [pooled], { keepdims: 0 }), builder.node('ReduceSum', [channelsInFront], { keepdims: 0 })])
      return builder.node('Add', [small, builder.node('Add', [flipped, builder.node('Add', [scaled, whole])])])
    }))
    expect(operators(blocked).filter((operator) => operator === 'blocked ReorderOutput')).toHaveLength(1)
  })

  it('channels go to the end on the way out of blocks', async () => {
    const blocked = await blockedAndEqual(caseOf((builder, input) => {
      const y = builder.node('Conv', [input('x', [2, b, 6, 5]), input('weight', [2 * b, b, 3, 3])], square)
      return builder.node('Transpose', [y], { perm: [0, 2, 3, 1] })
    }))
    expect(blocked.nodes.at(-1)).toMatchObject({ opType: 'ReorderOutput', domain: blockedDomain })
    expect(blocked.nodes.at(-1)!.attributes.get('channels_last')).toEqual({ kind: 'int', value: 1 })
  })

  it.each([[3, 3], [1, 1], [2, 3]])('mirrored kernels (%i × %i) are made of the blocked ones', async (...kernel) => {
    const blocked = await blockedAndEqual(caseOf((builder, input) => {
      const weight = input('weight', [2 * b, 3 * b, ...kernel])
      const y = builder.node('Conv', [input('x', [1, 3 * b, 6, 6]), weight], { kernel_shape: kernel })
      const mirrored = mirrorKernels(builder, weight, [2 * b, 3 * b, ...kernel], 1)
      return builder.node('Conv', [y, mirrored], { kernel_shape: kernel })
    }))
    // Without being recognised they would be cut backwards from the weight.
    expect(operators(blocked).filter((operator) => operator === 'Gather')).toHaveLength(kernel.join() === '1,1' ? 0 : 1)
    expect(blocked.nodes.filter(({ opType, inputs }) => opType === 'Conv' && inputs[1]!.startsWith('slice'))).toHaveLength(0)
  })

  it('kernels that are only like mirrored ones are taken as they are', async () => {
    const blocked = await blockedAndEqual(caseOf((builder, input) => {
      const weight = input('weight', [b, b, 3, 3])
      const y = builder.node('Conv', [input('x', [1, b, 6, 6]), weight], square)
      const apart = builder.node('Reshape', [weight, builder.ints([1, b, b, 3, 3])])
      const exchanged = builder.node('Reshape', [builder.node('Transpose', [apart], { perm: [0, 2, 1, 3, 4] }), builder.ints([b, b, 3, 3])])
      // Mirrored in one of the two axes.
      return builder.node('Conv', [y, builder.node('Slice', [exchanged, builder.ints([-1]), builder.ints([-4]), builder.ints([3]), builder.ints([-1])])], square)
    }))
    expect(operators(blocked)).not.toContain('Gather')
  })

  it.each([{ groups: 2, from: b, to: b }, { groups: b, from: b, to: 2 * b }])('groups that do not fill blocks stay as they are: %j', async ({ groups, from, to }) => {
    const blocked = await blockedAndEqual(caseOf((builder, input) => builder.node('Conv', [input('x', [1, from, 5, 5]), input('weight', [to, from / groups, 3, 3])], { ...square, group: groups })))
    expect(operators(blocked)).toEqual(['Conv'])
  })

  it('a convolution with a function of its own stays as it is', async () => {
    const blocked = await blockedAndEqual(caseOf((builder, input) =>
      builder.node('FusedConv', [input('x', [1, b, 5, 5]), input('weight', [b, b, 3, 3])], { ...square, activation: 'LeakyRelu', activation_params: { kind: 'floats', value: [0.1] } }, { domain: 'com.microsoft' })))
    expect(operators(blocked)).toEqual(['FusedConv'])
  })

  it('other channels, other axes and values of unknown shape stay as they are', async () => {
    const odd = caseOf((builder, input) => builder.node('Conv', [input('x', [1, b + 1, 5, 5]), input('weight', [b, b + 1, 3, 3])], square))
    expect(operators(await blockedAndEqual(odd))).toEqual(['Conv'])
    const line = caseOf((builder, input) => builder.node('Conv', [input('x', [1, b, 9]), input('weight', [b, b, 3])], { kernel_shape: [3] }))
    expect(operators(await blockedAndEqual(line))).toEqual(['Conv'])
    const unknown = caseOf((builder, input) => builder.node('Conv', [input('x', [1, b, 5, 5]), input('weight', [b, b, 3, 3])], square))
    expect(operators(withBlockedConvolutions(unknown.graph, { blockSize: b, shape: () => undefined }))).toEqual(['Conv'])
  })

  it('a value is put in blocks once, also where a gradient rule asks for it under its own name', async () => {
    for (const first of [true, false]) {
      const blocked = await blockedAndEqual(caseOf((builder, input) => {
        const [x, weight] = [input('x', [1, b, 5, 5]), input('weight', [b, b, 3, 3])]
        const convolved = (): string => builder.node('Conv', [x, weight], square)
        const before = first ? convolved() : ''
        const asked = builder.node('ReorderOutput', [builder.node('ReorderInput', [x], {}, { domain: blockedDomain })], { channels: b }, { domain: blockedDomain })
        return builder.node('Concat', [asked, first ? before : convolved()], { axis: 0 })
      }))
      expect(operators(blocked).filter((operator) => operator === 'blocked ReorderInput')).toHaveLength(1)
    }
  })

  it('a kernel that is itself a blocked value is put in order first', async () => {
    const blocked = await blockedAndEqual(caseOf((builder, input) => {
      const y = builder.node('Conv', [input('x', [b, b, 3, 3]), input('weight', [b, b, 3, 3])], square)
      return builder.node('Conv', [input('image', [1, b, 4, 4]), y], square)
    }))
    expect(operators(blocked).filter((operator) => operator === 'blocked Conv')).toHaveLength(2)
  })
})

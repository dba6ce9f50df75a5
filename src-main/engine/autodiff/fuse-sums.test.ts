import * as ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import type { Graph } from '../onnx/graph'
import { GraphBuilder } from '../onnx/graph-builder'
import { createSession, runSession } from '../onnx/session'
import { withFusedSums } from './fuse-sums'
import { modelOf, values } from './testing/finite-differences'

/** float32 sums of at most 27 · 8 products of size about 1, in two orders. */
const roundingTolerance = 1e-5

const sizes = [5, 4, 3]

/** Conv(x, w, b) + z, weights as input or constant, with a second reader of the convolution or without. */
function sumOf(axes: number, { bias = true, constant = false, strides = 1, readTwice = false, reversed = false, group = 1 } = {}): { graph: Graph; feeds: Record<string, ort.Tensor> } {
  const b = new GraphBuilder('sum')
  const size = sizes.slice(0, axes)
  const output = size.map((n) => Math.ceil(n / strides))
  const tensors = { x: values([2, 8, ...size], 1), w: values([8, 8 / group, ...size.map(() => 3)], 2), b: values([8], 3), z: values([2, 8, ...output], 4) }
  const feeds: Record<string, ort.Tensor> = {}
  for (const [name, { data, dims }] of Object.entries(tensors)) {
    if (name === 'b' && !bias) continue
    if (name === 'w' && constant) b.initializer('w', { type: 'float32', dims, data })
    else {
      b.input({ name, type: 'float32', shape: dims })
      feeds[name] = new ort.Tensor('float32', data, dims)
    }
  }
  const y = b.node('Conv', ['x', 'w', ...(bias ? ['b'] : [])], { kernel_shape: size.map(() => 3), strides: size.map(() => strides), pads: [...size, ...size].map(() => 1), group })
  const sum = b.node('Add', reversed ? ['z', y] : [y, 'z'])
  b.node('Relu', [readTwice ? b.node('Mul', [sum, y]) : sum], {}, { output: 'out' })
  b.output({ name: 'out', type: 'float32', shape: null })
  return { graph: b.build(), feeds }
}

async function run(graph: Graph, feeds: Record<string, ort.Tensor>): Promise<Float32Array> {
  const session = await createSession(modelOf(graph))
  const { out } = await runSession(session, feeds)
  await session.release()
  return (out as ort.Tensor).data as Float32Array
}

const operators = (graph: Graph): string[] => graph.nodes.map(({ opType }) => opType)

describe('a convolution and what is added to it', () => {
  it.each([
    [1, {}], [2, {}], [3, {}], [2, { bias: false }], [2, { constant: true }], [2, { constant: true, bias: false }], [2, { strides: 2 }], [2, { reversed: true }], [2, { group: 2 }], [2, { group: 8 }]
  ])('are one operator with the same values (%i spatial axes, %j)', async (axes, options) => {
    const { graph, feeds } = sumOf(axes, options)
    const fused = withFusedSums(graph, () => true)
    expect(operators(fused)).toEqual(['FusedConv', 'Relu'])
    const [found, expected] = [await run(fused, feeds), await run(graph, feeds)]
    expect(Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(roundingTolerance)
  })

  it('stay apart where something else reads the convolution, or the sum broadcasts', () => {
    const readTwice = sumOf(2, { readTwice: true }).graph
    expect(operators(withFusedSums(readTwice, () => true))).toEqual(['Conv', 'Add', 'Mul', 'Relu'])
    expect(operators(withFusedSums(sumOf(2).graph, () => false))).toEqual(['Conv', 'Add', 'Relu'])
  })

  it('stay apart where the convolution is added to itself', () => {
    const { graph } = sumOf(2)
    const doubled = { ...graph, nodes: graph.nodes.map((node) => (node.opType === 'Add' ? { ...node, inputs: [node.inputs[0]!, node.inputs[0]!] } : node)) }
    expect(operators(withFusedSums(doubled, () => true))).toEqual(['Conv', 'Add', 'Relu'])
  })
})

/** Checks gradient rules against central differences of the forward graph, both run by ONNX Runtime. For tests only. */
import * as ort from 'onnxruntime-node'
import { expect } from 'vitest'
import type { Provider } from '@shared/providers'
import { importedOpset, type Graph, type Model, type Node } from '../../onnx/graph'
import { blockedDomain } from '../../onnx/blocked-layout'
import { GraphBuilder } from '../../onnx/graph-builder'
import { createSession, runSession } from '../../onnx/session'
import { withBlockedConvolutions } from '../blocked-convolutions'
import { differentiate } from '../tape'

export interface FloatValue {
  dims: readonly number[]
  data: Float32Array
}

/** A small computation with float inputs, whose gradient with respect to each of the inputs is checked. */
export interface GradientCase {
  inputs: Readonly<Record<string, FloatValue>>
  /** Appends the nodes and returns the output's name. */
  build(builder: GraphBuilder): string
  /** Inputs to check; all unless said. */
  check?: readonly string[]
  /** Version of the operator set; {@link importedOpset} unless said. */
  opset?: number
  /** What the rules are told will compute their graph; it is the CPU all the same. */
  provider?: Provider
  /** Channels of a block: the rules' graph is computed in the runtime's blocked layout. */
  blockSize?: number
}

/**
 * The step of the differences. The stencil (−f(2h) + 8f(h) − 8f(−h) + f(−2h)) / 12h has an error of h⁴/30 · f⁗′ ≈ 5e-7 and
 * a rounding error of about 1e-7 · |f| / h ≈ 2e-6 per summed output in float32; both are far below {@link tolerance}.
 * Data must stay further than 2h from the kinks of piecewise operators.
 */
export const step = 1 / 16
/** Relative to the largest gradient element, at least 1: a hundred times the error of the differences, far below any real fault. */
export const tolerance = 1e-3
/** Elements checked per input, evenly spread over it. */
const mostElements = 60

export const modelOf = (graph: Graph, opset: number = importedOpset): Model => ({
  irVersion: 10,
  producer: 'test',
  opsets: new Map([['', opset], ['com.microsoft', 1], [blockedDomain, 1]]),
  graph,
  metadata: new Map(),
  functions: []
})

/** Deterministic pseudo-random numbers in [−scale, scale). */
export function values(dims: readonly number[], seed = 1, scale = 1): FloatValue {
  const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1))
  let state = (seed * 2654435761) >>> 0
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    data[i] = scale * ((state >>> 8) / 0x800000 - 1)
  }
  return { dims, data }
}

/** Numbers in random order, 5h apart from each other and at least 2.5h from 0: for operators with kinks or ties. */
export function apart(dims: readonly number[], seed = 1): FloatValue {
  const { data } = values(dims, seed)
  const order = Array.from(data.keys()).sort((a, b) => (data[a] ?? 0) - (data[b] ?? 0))
  order.forEach((position, rank) => (data[position] = 5 * step * (rank - Math.floor(data.length / 2) + 0.5)))
  return { dims, data }
}

const tensors = (inputs: Readonly<Record<string, FloatValue>>): Record<string, ort.Tensor> =>
  Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, new ort.Tensor('float32', value.data, value.dims)]))

/** Shape of every value that the graph computes, from one run with all of them exposed. */
export async function probeShapes(graph: Graph, feeds: Record<string, ort.Tensor>, opset?: number): Promise<(value: string) => readonly number[] | undefined> {
  const computed = graph.nodes.flatMap((node) => node.outputs.filter((output) => output !== ''))
  const session = await createSession(modelOf(graph, opset), { outputs: computed, optimization: 'disabled' })
  const results = await runSession(session, feeds)
  await session.release()
  const shapes = new Map(Object.entries(results).map(([name, tensor]) => [name, (tensor as ort.Tensor).dims]))
  for (const [name, tensor] of Object.entries(feeds)) shapes.set(name, tensor.dims)
  return (value) => shapes.get(value)
}

/** Σ c·y in double precision. */
function weighted(y: Float32Array, c: Float32Array): number {
  let sum = 0
  for (let i = 0; i < y.length; i++) sum += y[i]! * c[i]!
  return sum
}

export interface RuleGradients {
  /** Gradient of Σ c·y by input name. */
  analytic: Record<string, Float32Array>
  c: FloatValue
  output: string
  forward: Graph
  /** Forward and backward nodes. */
  nodes: readonly Node[]
}

/** Gradients of Σ c·y by the rules, c pseudo-random unless given. */
export async function ruleGradients(testCase: GradientCase, c?: FloatValue): Promise<RuleGradients> {
  const builder = new GraphBuilder('case')
  for (const [name, value] of Object.entries(testCase.inputs)) builder.input({ name, type: 'float32', shape: value.dims })
  const output = testCase.build(builder)
  // A copy: the builder goes on to the backward nodes.
  const forward: Graph = {
    name: 'forward',
    nodes: [...builder.nodes],
    inputs: [...builder.inputs],
    outputs: [{ name: output, type: 'float32', shape: null }],
    initializers: new Map(builder.initializers)
  }
  const feeds = tensors(testCase.inputs)
  const shape = await probeShapes(forward, feeds, testCase.opset)
  const weights = c ?? values(shape(output) ?? [], 77)
  const seed = builder.input({ name: builder.fresh('seed'), type: 'float32', shape: weights.dims })
  const parameters = testCase.check ?? Object.keys(testCase.inputs)
  const { blockSize, provider = 'cpu' } = testCase
  const { gradients, shapes } = differentiate({ builder, seeds: new Map([[output, seed]]), parameters, shape, provider, blockSize: blockSize ?? null })
  for (const name of gradients.values()) if (name !== undefined) builder.output({ name, type: 'float32', shape: null })
  const distinct = new Map(builder.outputs.map((info) => [info.name, info]))
  const built = { ...builder.build(), outputs: [...distinct.values()] }
  const graph = blockSize === undefined ? built : withBlockedConvolutions(built, { blockSize, shape: (value) => shape(value) ?? shapes.get(value) })
  const session = await createSession(modelOf(graph, testCase.opset))
  const results = await runSession(session, { ...feeds, [seed]: new ort.Tensor('float32', weights.data, weights.dims) })
  await session.release()
  const analytic: Record<string, Float32Array> = {}
  for (const [parameter, name] of gradients) {
    if (name === undefined) continue
    const result = results[name] as ort.Tensor
    expect(result.dims, `shape of the gradient of ${parameter}`).toEqual(testCase.inputs[parameter]?.dims)
    analytic[parameter] = result.data as Float32Array
  }
  return { analytic, c: weights, output, forward, nodes: graph.nodes }
}

/** Compares the rules' gradients with central differences. */
export async function checkGradient(testCase: GradientCase): Promise<void> {
  const { analytic, c, output, forward } = await ruleGradients(testCase)
  const session = await createSession(modelOf(forward, testCase.opset), { optimization: 'disabled' })
  const lossAt = async (name: string, index: number, delta: number): Promise<number> => {
    const value = testCase.inputs[name]!
    const moved = { dims: value.dims, data: value.data.slice() }
    moved.data[index] = (moved.data[index] ?? 0) + delta
    const result = await runSession(session, tensors({ ...testCase.inputs, [name]: moved }))
    return weighted((result[output] as ort.Tensor).data as Float32Array, c.data)
  }
  for (const name of testCase.check ?? Object.keys(testCase.inputs)) {
    const found = analytic[name]
    const size = testCase.inputs[name]!.data.length
    expect(found?.length, `gradient of ${name}`).toBe(size)
    const scale = Math.max(1, ...found!.map(Math.abs))
    for (let k = 0; k < Math.min(size, mostElements); k++) {
      const index = size <= mostElements ? k : Math.floor((k * size) / mostElements)
      const [m2, m1, p1, p2] = await Promise.all([-2, -1, 1, 2].map((n) => lossAt(name, index, n * step)))
      const numeric = (m2! - 8 * m1! + 8 * p1! - p2!) / (12 * step)
      expect(Math.abs(numeric - found![index]!), `∂${name}[${index}]: rule ${found![index]}, differences ${numeric}`).toBeLessThan(tolerance * scale)
    }
  }
  await session.release()
}

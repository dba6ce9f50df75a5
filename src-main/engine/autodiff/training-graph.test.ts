import * as ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { ProblemError } from '@shared/problems'
import reference from '../../../tests/fixtures/autodiff/network-gradient.json'
import { GraphBuilder } from '../onnx/graph-builder'
import type { Graph } from '../onnx/graph'
import { createSession, runSession } from '../onnx/session'
import { modelOf, probeShapes, values, type FloatValue } from './testing/finite-differences'
import { buildTrainingGraph, type TrainingGraph, type TrainingGraphOptions } from './training-graph'

/** float32 rounding of two implementations that sum in different orders over at most 256 terms of size about 1. */
const roundingTolerance = 2e-6

const batch = 4
const float = ({ dims, data }: { dims: number[]; data: number[] }): FloatValue => ({ dims, data: Float32Array.from(data) })
const parameters = Object.keys(reference.parameters) as (keyof typeof reference.parameters)[]

/** The network of make_fixture.py. */
function referenceNetwork(end: 'logits' | 'Softmax' | 'LogSoftmax' = 'logits'): Graph {
  const b = new GraphBuilder('reference')
  b.input({ name: 'x', type: 'float32', shape: ['N', 2, 8, 8] })
  for (const name of parameters) b.initializer(name, { type: 'float32', ...float(reference.parameters[name]) })
  const h1 = b.node('Relu', [b.node('Conv', ['x', 'conv1.weight', 'conv1.bias'], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] })])
  const h = b.node('MaxPool', [h1], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] })
  const main = b.node('Conv', [h, 'conv2.weight', 'conv2.bias'], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], group: 2 })
  const y = b.node('Relu', [b.node('Add', [main, b.node('Conv', [h, 'shortcut.weight'], { kernel_shape: [1, 1], strides: [2, 2] })])])
  let out = b.node('Gemm', [b.node('Flatten', [y]), 'fc.weight', 'fc.bias'], { transB: 1 })
  if (end !== 'logits') out = b.node(end, [out], { axis: -1 })
  b.node('ArgMax', [y], { axis: 1 }, { output: 'unused' })
  b.output({ name: out, type: 'float32', shape: null })
  return b.build()
}

async function options(graph: Graph, changes: Partial<TrainingGraphOptions> = {}): Promise<TrainingGraphOptions> {
  const shape = await probeShapes(graph, { x: new ort.Tensor('float32', new Float32Array(batch * 128), [batch, 2, 8, 8]) })
  return { graph, logits: graph.outputs[0]!.name, parameters, input: 'x', batch, shape, loss: { kind: 'cross-entropy' }, ...changes }
}

async function run(training: TrainingGraph, inputs: Record<string, FloatValue>) {
  const session = await createSession(modelOf(training.graph))
  const feeds = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, new ort.Tensor('float32', value.data, value.dims)]))
  const labels = new ort.Tensor('int64', BigInt64Array.from(reference.labels, BigInt), [batch])
  const results = await runSession(session, { ...feeds, [training.labels!]: labels })
  await session.release()
  return (name: string): number[] => Array.from((results[name] as ort.Tensor).data as Float32Array)
}

function expectClose(found: readonly number[], expected: readonly number[], what: string): void {
  expect(found.length, what).toBe(expected.length)
  const worst = Math.max(...found.map((value, i) => Math.abs(value - (expected[i] ?? NaN))))
  expect(worst, what).toBeLessThan(roundingTolerance * Math.max(1, ...expected.map(Math.abs)))
}

const everything: Record<string, FloatValue> & { x: FloatValue } = { x: float(reference.input), ...Object.fromEntries(parameters.map((name) => [name, float(reference.parameters[name])])) }

describe('the training graph', () => {
  it.each(['logits', 'Softmax', 'LogSoftmax'] as const)('of a network that ends with %s has the loss and the gradients of PyTorch', async (end) => {
    const training = buildTrainingGraph(await options(referenceNetwork(end)))
    expect(training.graph.nodes.filter(({ opType }) => opType === 'FusedConv').length, 'a sum that a convolution takes along').toBe(1)
    const result = await run(training, everything)
    expectClose(result(training.loss), [reference.loss], 'loss')
    expectClose(result(training.logits), reference.logits.data, 'logits')
    for (const name of parameters) expectClose(result(training.gradients.get(name)!), reference.gradients[name].data, `gradient of ${name}`)
  })

  it('has fixed shapes, only the asked-for inputs and outputs, and no node that nothing reads', async () => {
    const asked = ['fc.weight', 'conv2.weight']
    const training = buildTrainingGraph(await options(referenceNetwork(), { parameters: asked, freeParameters: ['conv1.bias'] }))
    expect(training.graph.inputs.map((input) => [input.name, input.shape])).toEqual([
      ['x', [4, 2, 8, 8]],
      [training.labels!, [4]],
      ['fc.weight', [5, 24]],
      ['conv2.weight', [6, 2, 3, 3]],
      ['conv1.bias', [4]]
    ])
    expect([...training.gradients.keys()]).toEqual(asked)
    expect(training.graph.outputs.map((output) => output.name)).toEqual([training.loss, training.logits, ...training.gradients.values()])
    expect(training.graph.nodes.some((node) => node.opType === 'ArgMax')).toBe(false)
    // Nothing in front of the first trained layer is differentiated: no winners of the pool, no mask of the first Relu.
    expect(training.graph.nodes.some((node) => node.opType === 'ScatterElements')).toBe(false)
    const result = await run(training, { x: everything.x, 'fc.weight': everything['fc.weight']!, 'conv2.weight': everything['conv2.weight']!, 'conv1.bias': everything['conv1.bias']! })
    for (const name of asked) {
      expectClose(result(training.gradients.get(name)!), reference.gradients[name as keyof typeof reference.gradients].data, `gradient of ${name}`)
    }
  })

  it('gives zeros for a parameter that the loss does not depend on', async () => {
    const graph = referenceNetwork()
    const initializers = new Map(graph.initializers).set('idle', { type: 'float32', ...values([3]) })
    const training = buildTrainingGraph(await options({ ...graph, initializers }, { parameters: ['idle'] }))
    const result = await run(training, { x: everything.x, idle: values([3]) })
    expect(result(training.gradients.get('idle')!)).toEqual([0, 0, 0])
  })

  it('adds up the gradients of a parameter that is used twice', async () => {
    const b = new GraphBuilder('tied')
    b.input({ name: 'x', type: 'float32', shape: ['N', 2, 8, 8] })
    b.initializer('w', { type: 'float32', ...values([128, 128], 4, 0.1) })
    const h = b.node('MatMul', [b.node('Flatten', ['x']), 'w'])
    const out = b.node('MatMul', [b.node('Tanh', [h]), 'w'])
    b.output({ name: out, type: 'float32', shape: null })
    const graph = b.build()
    const training = buildTrainingGraph(await options(graph, { parameters: ['w'], logits: out }))
    const w = values([128, 128], 4, 0.1)
    const found = (await run(training, { x: everything.x, w }))(training.gradients.get('w')!)
    // Along the gradient itself the loss must change by |g|² per unit; central difference, step for a change far above rounding.
    const square = found.reduce((sum, g) => sum + g * g, 0)
    const epsilon = 0.02 / Math.sqrt(square)
    const lossAt = async (sign: number): Promise<number> =>
      (await run(training, { x: everything.x, w: { ...w, data: w.data.map((value, i) => value + sign * epsilon * found[i]!) } }))(training.loss)[0]!
    const slope = ((await lossAt(1)) - (await lossAt(-1))) / (2 * epsilon)
    const differenceTolerance = 1e-3
    expect(Math.abs(slope / square - 1)).toBeLessThan(differenceTolerance)
  })

  it('names operator and node where there is no gradient', async () => {
    const b = new GraphBuilder('unsupported')
    b.input({ name: 'x', type: 'float32', shape: ['N', 2, 8, 8] })
    b.initializer('w', { type: 'float32', ...values([128, 5], 4) })
    const h = b.node('MatMul', [b.node('Flatten', ['x']), 'w'])
    const out = b.node('Hardmax', [h])
    b.output({ name: out, type: 'float32', shape: null })
    const given = await options(b.build(), { parameters: ['w'], logits: out })
    try {
      buildTrainingGraph(given)
      expect.unreachable()
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(ProblemError)
      const { code, where, message } = (thrown as ProblemError).problem
      expect(code).toBe('GRADIENT_UNSUPPORTED')
      expect(where).toContain('Hardmax:')
      expect(message).toContain('Hardmax')
    }
  })
})

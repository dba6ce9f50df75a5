/**
 * Tries an execution provider on a small network: a convolution, a rectifier and a matrix product. It must be computed without
 * the CPU's help, since ONNX Runtime would otherwise fall back in silence, and give what the CPU gives.
 */
import { ProblemError } from '@shared/problems'
import type { Provider } from '@shared/providers'
import { RandomStream } from '../random/streams'
import { workingOpset, type Model } from './graph'
import { GraphBuilder } from './graph-builder'
import { createSession, runFloat, type FloatArray, type SessionOptions } from './session'

/**
 * Largest difference relative to the largest output. Sums of 72 and of 512 float32 products in another order differ by about 1e-6;
 * TensorFloat-32, which graphics processors may use for such products, keeps ten bits of each factor: 1e-3. Beyond that something is wrong.
 */
const probeTolerance = 5e-3

const channels = 8
const side = 8
const outputs = 16

const numbers = (stream: RandomStream, count: number): Float32Array => Float32Array.from({ length: count }, () => stream.below(2001) / 1000 - 1)

function probeNetwork(stream: RandomStream): Model {
  const builder = new GraphBuilder('probe')
  const constant = (name: string, dims: number[]): string =>
    builder.constant(name, { type: 'float32', dims, data: numbers(stream, dims.reduce((product, dim) => product * dim, 1)) })
  builder.input({ name: 'x', type: 'float32', shape: [1, channels, side, side] })
  const convolved = builder.node('Conv', ['x', constant('kernel', [channels, channels, 3, 3])], { pads: [1, 1, 1, 1], kernel_shape: [3, 3] })
  const flat = builder.node('Flatten', [builder.node('Relu', [convolved])], { axis: 1 })
  builder.node('MatMul', [flat, constant('matrix', [channels * side * side, outputs])], {}, { output: 'y' })
  builder.output({ name: 'y', type: 'float32', shape: [1, outputs] })
  return { irVersion: 8, producer: '', opsets: new Map([['', workingOpset]]), graph: builder.build(), metadata: new Map(), functions: [] }
}

/** Why the provider cannot be used, in one sentence; null when it can. A native crash ends the process instead. */
export async function probeProvider(provider: Provider): Promise<string | null> {
  const stream = new RandomStream({ seed: 1, purpose: 'synthetic' })
  const model = probeNetwork(stream)
  const image: FloatArray = { dims: [1, channels, side, side], data: numbers(stream, channels * side * side) }
  const computed = async (options: SessionOptions): Promise<Float32Array> => {
    const session = await createSession(model, { ...options, where: 'trial network' })
    try {
      return (await runFloat(session, { x: image }))['y']!.data
    } finally {
      await session.release()
    }
  }
  const expected = await computed({})
  try {
    return disagreement(await computed({ provider, withoutCpu: provider !== 'cpu' }), expected)
  } catch (thrown) {
    if (thrown instanceof ProblemError) return asSentence(thrown.problem.message)
    throw thrown
  }
}

/** Without the failed condition of a native check, which says nothing to a person. */
const asSentence = (message: string): string => message.replace(/(?<=says: ).* was false\. /, '').replace(/[^.]$/, '$&.')

/** What is wrong with `found`, or null. */
export function disagreement(found: Float32Array, expected: Float32Array): string | null {
  if (found.length !== expected.length) return `It gives ${found.length} numbers; the CPU gives ${expected.length}.`
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const difference = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]!)), 0) / largest
  if (difference <= probeTolerance) return null
  return Number.isFinite(difference) ? `Its results differ from those of the CPU by ${(100 * difference).toPrecision(2)} %.` : 'Its results are not numbers.'
}

/** Compares an imported network with the original file, both run by ONNX Runtime. */
import * as ort from 'onnxruntime-node'
import { float16Bits, float16Value } from './element-types'
import type { ElementType, Model, NumericTensor } from './graph'
import { anyNode } from './graph-queries'
import { sampleInput } from './sample-input'
import { createSession, floatTensor, runSession, type FloatArray } from './session'

/**
 * Largest allowed difference of an output value, relative to the largest magnitude in the output. Folding and another
 * order of float32 sums change the last bits (2^-24 ≈ 6e-8 each); deep networks with BatchNorm folded were seen at 1e-6
 * to 1e-5. A real fault (a wrong axis, a wrong bias) is of order 1.
 */
export const importTolerance = 1e-4

/**
 * The same against a file in half precision: each of its values is rounded to 2^-11 of itself, and such errors add up over
 * layers. A fault of the conversion is of order 1.
 */
export const halfPrecisionTolerance = 0.03

/**
 * The same for a network that rounds activations to codes: another order of sums moves a value that lies between two codes by a
 * step, 1/255 of the range, and the next layer adds such steps up. A fault is of order 1.
 */
export const quantizedTolerance = 0.05

/** Samples that are run one by one and together. */
const togetherCount = 3

/** Values of one output as numbers, row-major. */
export type Values = Float64Array

const randomOperators = new Set(['RandomNormal', 'RandomUniform', 'RandomNormalLike', 'RandomUniformLike', 'Multinomial', 'Bernoulli'])

/** Operators that draw random numbers: such networks cannot be compared. */
export function usesRandomNumbers(model: Model): boolean {
  return anyNode(model.graph, (node) => randomOperators.has(node.opType))
}

/** Outputs as numbers. Text is compared by what it stands for: not at all. */
function toValues(tensor: ort.Tensor): Values {
  const { data } = tensor
  if (Array.isArray(data)) return new Float64Array(0)
  const values = new Float64Array(data.length)
  const isHalf = tensor.type === 'float16' && data instanceof Uint16Array
  for (let index = 0; index < values.length; index++) values[index] = isHalf ? float16Value(Number(data[index])) : Number(data[index])
  return values
}

/** How a file's own inputs are fed: the type that its image input has, and what its other inputs are held at. */
export interface OriginalFeeds {
  type: ElementType
  held: ReadonlyMap<string, NumericTensor>
}

function inputTensor(type: ElementType, value: FloatArray): ort.Tensor {
  if (type === 'float16') return new ort.Tensor('float16', Uint16Array.from(value.data, float16Bits), value.dims)
  if (type === 'float64') return new ort.Tensor('float64', Float64Array.from(value.data), value.dims)
  return floatTensor(value)
}

const heldTensor = ({ type, dims, data }: NumericTensor): ort.Tensor => new ort.Tensor(type, data as never, dims)

/** Runs `count` samples from `first` on and returns the output's values. */
export async function evaluate(
  session: ort.InferenceSession, input: string, output: string, shape: readonly number[], first: number, count: number, where: string, original?: OriginalFeeds
): Promise<Values> {
  const held = Object.fromEntries([...(original?.held ?? [])].map(([name, tensor]) => [name, heldTensor(tensor)]))
  const results = await runSession(session, { ...held, [input]: inputTensor(original?.type ?? 'float32', sampleInput(shape, first, count)) }, where, [output])
  return toValues(results[output]!)
}

/** Largest difference relative to the largest magnitude of `reference`; infinite when lengths differ. Equal NaNs are equal. */
export function relativeDifference(reference: Values, other: Values): number {
  if (reference.length !== other.length) return Infinity
  let scale = 0
  let largest = 0
  for (let index = 0; index < reference.length; index++) {
    const a = reference[index]!
    const b = other[index]!
    if (Number.isFinite(a)) scale = Math.max(scale, Math.abs(a))
    if (Object.is(a, b) || a === b) continue
    const difference = Math.abs(a - b)
    largest = Math.max(largest, Number.isNaN(difference) ? Infinity : difference)
  }
  return largest === 0 ? 0 : largest / Math.max(scale, Number.MIN_VALUE)
}

export interface Interface {
  input: string
  output: string
  /** Input shape without the batch dimension. */
  shape: readonly number[]
}

/** The largest relative difference between `reference` values of the first `batch` samples and the model's. */
export async function differenceAt(model: Model, io: Interface, batch: number, reference: Values, where: string): Promise<number> {
  const session = await createSession(model, { where })
  try {
    return relativeDifference(reference, await evaluate(session, io.input, io.output, io.shape, 0, batch, where))
  } finally {
    await session.release()
  }
}

/** The largest relative difference between samples run one by one and together. Problem MODEL_RUNTIME_REJECTED. */
export async function differenceTogether(model: Model, io: Interface, where: string): Promise<number> {
  const session = await createSession(model, { where })
  try {
    const single: number[] = []
    for (let sample = 0; sample < togetherCount; sample++) {
      for (const value of await evaluate(session, io.input, io.output, io.shape, sample, 1, where)) single.push(value)
    }
    return relativeDifference(Float64Array.from(single), await evaluate(session, io.input, io.output, io.shape, 0, togetherCount, where))
  } finally {
    await session.release()
  }
}

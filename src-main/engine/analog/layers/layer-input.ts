/**
 * What a DAC makes of a layer's input: one value for analog inputs, one for each read of bit-serial ones, with a scale of
 * each vector's own where the range is dynamic (physics §6).
 */
import type { Dac } from '@shared/hardware'
import { runtimeDomain } from '../../onnx/graph'
import type { GraphBuilder } from '../../onnx/graph-builder'
import { converterCodes, emitConverter, type ConverterRange } from '../converters'
import { emitLearntConverter } from '../learnt-converter'

export interface LayerInput {
  /** The input as the arrays see it over all reads, in the unit of the layer's input (of the normalised one with a dynamic range). */
  value: string
  /** Reads of bit-serial inputs: what is applied, and the weight of each read's result. Null for one read of `value`. */
  reads: { values: string[]; digits: DigitWeights } | null
  /** Factor of each vector's output, broadcasting over the layer's output; null where ranges are not dynamic. */
  outputFactor: string | null
  /** Full scale of the arrays' inputs. */
  fullScale: number
  /** Inputs may be negative. */
  signed: boolean
}

/** Weight of read r: 2^(bits · r) · unit. */
export interface DigitWeights {
  bits: number
  unit: number
}
export const readWeight = ({ bits, unit }: DigitWeights, read: number): number => 2 ** (bits * read) * unit

export interface LayerInputOptions {
  builder: GraphBuilder
  value: string
  /** Null: ideal inputs. */
  dac: Dac | null
  range: ConverterRange
  /** Name of the step where training learns it; such a converter has one read and one range. */
  learntStep: string | null
  /** Axes of one vector in the input, for dynamic ranges; the factor is transposed where the layer transposes its input. */
  vectorAxes: readonly number[]
  /** Operator set of the graph. */
  opset: number
  transposed: boolean
}

/** Operator set from which the axes of ReduceMax are an input; before they are an attribute. */
const axesAreInputs = 18

/** Smallest magnitude that a dynamic range divides by: an input of zeros stays zeros. */
const smallestVectorScale = 1e-30

export function emitLayerInput(options: LayerInputOptions): LayerInput {
  const { builder, dac } = options
  if (dac === null) return { value: options.value, reads: null, outputFactor: null, fullScale: options.range.maximum, signed: options.range.signed }
  let { value, range } = options
  if (options.learntStep !== null) {
    const converted = emitLearntConverter(builder, value, dac.inputBits, converterCodes(dac.inputBits, range, dac.codes), options.learntStep)
    return { value: converted, reads: null, outputFactor: null, fullScale: range.maximum, signed: range.signed }
  }
  let outputFactor: string | null = null
  if (dac.range.kind === 'per-vector') {
    const magnitudes = builder.node('Abs', [value])
    const axes = [...options.vectorAxes]
    const largest = options.opset < axesAreInputs ? builder.node('ReduceMax', [magnitudes], { axes, keepdims: 1 }) : builder.node('ReduceMax', [magnitudes, builder.ints(axes)], { keepdims: 1 })
    const factor = builder.node('Max', [largest, builder.scalar(smallestVectorScale)])
    value = builder.node('Div', [value, factor])
    range = { ...range, maximum: 1 }
    outputFactor = options.transposed ? builder.node('Transpose', [factor], { perm: [1, 0] }) : factor
  }
  const common = { outputFactor, fullScale: range.maximum, signed: range.signed }
  if (dac.streaming === 'analog') return { value: emitConverter(builder, value, dac.inputBits, range, dac.codes), reads: null, ...common }
  const serial = emitReads({ ...options, value, dac, range })
  return { ...serial, ...common }
}

/** Codes of at most this many bits are cut into digits as bytes; longer ones as whole numbers in float32, which hold them exactly. */
const byteBits = 8

/**
 * Digits of the input's code, k bits each, the least significant first: x = x_max/(2^m − 1)·Σ_r 2^(k·r)·d_r with m magnitude
 * bits. A read applies x_max·d_r/(2^k − 1), a full digit being the full scale, and weighs 2^(k·r)·(2^k − 1)/(2^m − 1).
 * Signed codes are sign and magnitude: the sign multiplies every digit.
 */
function emitReads({ builder, value, dac, range }: LayerInputOptions & { dac: Dac }): Pick<LayerInput, 'value' | 'reads'> {
  const bits = range.signed ? dac.inputBits - 1 : dac.inputBits
  const perRead = Math.min(dac.bitsPerPulse, bits)
  const count = Math.ceil(bits / perRead)
  const { highest, step } = converterCodes(bits, { maximum: range.maximum, signed: false })
  const top = 2 ** perRead - 1
  const sign = range.signed ? builder.node('Sign', [value]) : null
  const signedBy = (magnitude: string): string => (sign === null ? magnitude : builder.node('Mul', [magnitude, sign]))
  const limited = builder.node('Clip', [range.signed ? builder.node('Abs', [value]) : value, builder.scalar(0), builder.scalar(range.maximum)])
  const unit = range.maximum / top
  const { whole, reads } = bits <= byteBits ? byteDigits(builder, limited, step, perRead, count, unit) : floatDigits(builder, limited, step, perRead, count, unit)
  return { value: signedBy(whole), reads: { values: reads.map(signedBy), digits: { bits: perRead, unit: top / highest } } }
}

interface Digits {
  /** The magnitude that all reads together apply. */
  whole: string
  /** What each read applies, without sign. */
  reads: string[]
}

/** Shifts of unsigned bytes: up until higher digits have left, then down. */
function byteDigits(builder: GraphBuilder, value: string, step: number, perRead: number, count: number, unit: number): Digits {
  const zero = builder.constant('zero_point', { type: 'uint8', dims: [], data: Uint8Array.of(0) })
  const shift = (bits: string, by: number, direction: 'LEFT' | 'RIGHT'): string =>
    by === 0 ? bits : builder.node('BitShift', [bits, builder.constant('shift', { type: 'uint8', dims: [], data: Uint8Array.of(by) })], { direction })
  const code = builder.node('QuantizeLinear', [value, builder.scalar(step), zero], {}, { domain: runtimeDomain })
  const asFloat = (bytes: string, scale: number): string => builder.node('DequantizeLinear', [bytes, builder.scalar(scale), zero], {}, { domain: runtimeDomain })
  const reads = Array.from({ length: count }, (_, r) => {
    const above = byteBits - perRead * (r + 1)
    const digit = above <= 0 ? shift(code, perRead * r, 'RIGHT') : shift(shift(code, above, 'LEFT'), byteBits - perRead, 'RIGHT')
    return asFloat(digit, unit)
  })
  return { whole: asFloat(code, step), reads }
}

function floatDigits(builder: GraphBuilder, value: string, step: number, perRead: number, count: number, unit: number): Digits {
  const code = builder.node('Round', [builder.node('Mul', [value, builder.scalar(1 / step)])])
  const rest: string[] = [code]
  for (let r = 1; r < count; r++) rest.push(builder.node('Floor', [builder.node('Mul', [code, builder.scalar(2 ** (-perRead * r))])]))
  const reads = rest.map((above, r) => {
    const next = rest[r + 1]
    const digit = next === undefined ? above : builder.node('Sub', [above, builder.node('Mul', [next, builder.scalar(2 ** perRead)])])
    return builder.node('Mul', [digit, builder.scalar(unit)])
  })
  return { whole: builder.node('Mul', [code, builder.scalar(step)]), reads }
}

/** Σ over reads of (weight · applied input)²: what read noise sees of the input where reads are not digitised one by one. */
export function emitNoisePower(builder: GraphBuilder, { value, reads }: LayerInput): string {
  if (reads === null) return builder.node('Mul', [value, value])
  return reads.values
    .map((read, r) => builder.node('Mul', [builder.node('Mul', [read, read]), builder.scalar(readWeight(reads.digits, r) ** 2)]))
    .reduce((sum, part) => builder.node('Add', [sum, part]))
}

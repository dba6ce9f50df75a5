/**
 * What a DAC makes of a layer's input: one value for analog inputs, a stack of reads for bit-serial ones, with a scale of
 * each vector's own where the range is dynamic (physics §6).
 */
import type { Dac } from '@shared/hardware'
import type { GraphBuilder } from '../../onnx/graph-builder'
import { converterCodes, emitConverter, type ConverterRange } from '../converters'

export interface LayerInput {
  /** The input as the arrays see it over all reads, in the unit of the layer's input (of the normalised one with a dynamic range). */
  value: string
  /** Reads of bit-serial inputs, one behind the other along the read axis; null for one read of `value`. */
  reads: { value: string; weights: Float32Array } | null
  /** Factor of each vector's output, broadcasting over the layer's output; null where ranges are not dynamic. */
  outputFactor: string | null
  /** Full scale of the arrays' inputs. */
  fullScale: number
  /** Inputs may be negative. */
  signed: boolean
}

export interface LayerInputOptions {
  builder: GraphBuilder
  value: string
  /** Null: ideal inputs. */
  dac: Dac | null
  range: ConverterRange
  /** Axes of one vector in the input, for dynamic ranges; the factor is transposed where the layer transposes its input. */
  vectorAxes: readonly number[]
  transposed: boolean
  readAxis: number
}

/** Smallest magnitude that a dynamic range divides by: an input of zeros stays zeros. */
const smallestVectorScale = 1e-30

export function emitLayerInput(options: LayerInputOptions): LayerInput {
  const { builder, dac } = options
  if (dac === null) return { value: options.value, reads: null, outputFactor: null, fullScale: options.range.maximum, signed: options.range.signed }
  let { value, range } = options
  let outputFactor: string | null = null
  if (dac.range.kind === 'per-vector') {
    const largest = builder.node('ReduceMax', [builder.node('Abs', [value])], { axes: [...options.vectorAxes], keepdims: 1 })
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

/**
 * Digits of the input's code, k bits each, the least significant first: x = x_max/(2^m − 1)·Σ_r 2^(k·r)·d_r with m magnitude
 * bits. A read applies x_max·d_r/(2^k − 1), a full digit being the full scale, and weighs 2^(k·r)·(2^k − 1)/(2^m − 1).
 * Signed codes are sign and magnitude: the sign multiplies every digit.
 */
function emitReads({ builder, value, dac, range, readAxis }: LayerInputOptions & { dac: Dac }): Pick<LayerInput, 'value' | 'reads'> {
  const bits = range.signed ? dac.inputBits - 1 : dac.inputBits
  const perRead = Math.min(dac.bitsPerPulse, bits)
  const count = Math.ceil(bits / perRead)
  const { highest, step } = converterCodes(bits, { maximum: range.maximum, signed: false })
  const top = 2 ** perRead - 1
  const weights = Float32Array.from({ length: count }, (_, r) => (2 ** (perRead * r) * top) / highest)

  const magnitude = range.signed ? builder.node('Abs', [value]) : value
  const limited = builder.node('Clip', [magnitude, builder.scalar(0), builder.scalar(range.maximum)])
  // Codes below 2^16 are exact in float32, and so are their digits.
  const code = builder.node('Round', [builder.node('Mul', [limited, builder.scalar(1 / step)])])
  const sign = range.signed ? builder.node('Sign', [value]) : null
  const signedBy = (digits: string): string => (sign === null ? digits : builder.node('Mul', [digits, sign]))
  const rest: string[] = [code]
  for (let r = 1; r < count; r++) rest.push(builder.node('Floor', [builder.node('Mul', [code, builder.scalar(2 ** (-perRead * r))])]))
  const reads = rest.map((above, r) => {
    const next = rest[r + 1]
    const digit = next === undefined ? above : builder.node('Sub', [above, builder.node('Mul', [next, builder.scalar(2 ** perRead)])])
    return signedBy(builder.node('Mul', [digit, builder.scalar(range.maximum / top)]))
  })
  return {
    value: signedBy(builder.node('Mul', [code, builder.scalar(step)])),
    reads: { value: count === 1 ? reads[0]! : builder.node('Concat', reads, { axis: readAxis }), weights }
  }
}

/** Σ over reads of (weight · applied input)²: what read noise sees of the input where reads are not digitised one by one. */
export function emitNoisePower(builder: GraphBuilder, input: LayerInput, readAxis: number): string {
  if (input.reads === null) return builder.node('Mul', [input.value, input.value])
  const { value, weights } = input.reads
  const parts = weights.length === 1 ? [value] : builder.multi('Split', [value], Array.from(weights, () => builder.fresh('read')), { axis: readAxis })
  return parts
    .map((part, r) => builder.node('Mul', [builder.node('Mul', [part, part]), builder.scalar(weights[r]! ** 2)]))
    .reduce((sum, part) => builder.node('Add', [sum, part]))
}

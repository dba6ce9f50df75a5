/**
 * Converters as ONNX nodes. `QuantizeLinear` scales, rounds half to even and saturates in one vectorised pass; the
 * operators of ONNX Runtime's own domain are used because they take 16 bits at every operator-set version.
 *
 * Codes of n bits, in steps of Δ, values outside saturate (docs/decisions/0007):
 * - two's complement: −2^(n−1) … 2^(n−1) − 1 with Δ = full scale/(2^(n−1) − 1) when signed, 0 … 2^n − 1 with Δ = full
 *   scale/(2^n − 1) when unsigned. Full scale is a level, zero is a level.
 * - sign and magnitude: the same without the most negative code, 2^n − 1 levels when signed.
 * - mid-rise: 2^n levels evenly from the lower end to the upper; zero is none of them where they are opposite.
 */
import type { Adc } from '@shared/hardware'
import { runtimeDomain, type NumericTensor } from '../onnx/graph'
import type { GraphBuilder } from '../onnx/graph-builder'


export type ConverterCodeKind = Adc['codes']

export interface ConverterRange {
  /** Full scale, > 0. */
  maximum: number
  signed: boolean
  /** Lower end for mid-rise codes; default −maximum when signed, else 0. */
  minimum?: number
}

export interface ConverterCodes {
  lowest: number
  highest: number
  step: number
  /** Value of code 0. */
  origin: number
}

export function converterCodes(bits: number, range: ConverterRange, kind: ConverterCodeKind = 'twos-complement'): ConverterCodes {
  if (kind === 'mid-rise') {
    const origin = range.minimum ?? (range.signed ? -range.maximum : 0)
    return { lowest: 0, highest: 2 ** bits - 1, step: Math.fround((range.maximum - origin) / (2 ** bits - 1)), origin }
  }
  const highest = range.signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1
  const lowest = range.signed ? (kind === 'sign-magnitude' ? -highest : -highest - 1) : 0
  return { lowest, highest, step: Math.fround(range.maximum / highest), origin: 0 }
}

/** Full scale in steps, where no lower end of its own is given: the largest code, or half of all steps of a signed mid-rise converter. */
export const stepsToFullScale = (bits: number, range: ConverterRange, kind: ConverterCodeKind): number =>
  converterCodes(bits, range, kind).highest / (kind === 'mid-rise' && range.signed ? 2 : 1)

/** Full scales that differ from channel to channel, as factors on the range. */
export interface ChannelFactors {
  factors: Float32Array
  /** Shape that broadcasts over the value, for example [1, channels, 1, 1]. */
  dims: readonly number[]
}

/** Appends a converter behind `value` and returns what it puts out. 0 bits: ideal. */
export function emitConverter(
  builder: GraphBuilder, value: string, bits: number, range: ConverterRange, kind: ConverterCodeKind = 'twos-complement', channels: ChannelFactors | null = null
): string {
  if (bits === 0) return value
  const codes = converterCodes(bits, range, kind)
  if (channels !== null) return emitPerChannel(builder, value, codes, channels)
  const { origin } = codes
  const shifted = origin === 0 ? value : builder.node('Sub', [value, builder.scalar(origin)])
  const restored = emitRounded(builder, limitedToCodes(builder, shifted, bits, codes), bits, codes, builder.scalar(codes.step))
  return origin === 0 ? restored : builder.node('Add', [restored, builder.scalar(origin)])
}

/** A value that does not exceed the codes, rounded to multiples of the step that `step` names. */
export function emitRounded(builder: GraphBuilder, limited: string, bits: number, codes: ConverterCodes, step: string): string {
  const zeroPoint = zeroPointOf(builder, bits, codes)
  const quantized = builder.node('QuantizeLinear', [limited, step, zeroPoint], {}, { domain: runtimeDomain })
  return builder.node('DequantizeLinear', [quantized, step, zeroPoint], {}, { domain: runtimeDomain })
}

/** The codes of a value, as whole numbers of 8 or 16 bits. */
export function emitCodes(builder: GraphBuilder, value: string, bits: number, codes: ConverterCodes): string {
  return builder.node('QuantizeLinear', [limitedToCodes(builder, value, bits, codes), builder.scalar(codes.step), zeroPointOf(builder, bits, codes)], {}, { domain: runtimeDomain })
}

function limitedToCodes(builder: GraphBuilder, value: string, bits: number, { lowest, highest, step }: ConverterCodes): string {
  // 8 and 16 bits saturate in QuantizeLinear itself, where the lowest code is the type's own.
  const saturates = (bits === 8 || bits === 16) && (lowest === 0 || lowest < -highest)
  return saturates ? value : builder.node('Clip', [value, builder.scalar(lowest * step), builder.scalar(highest * step)])
}

const zeroPointOf = (builder: GraphBuilder, bits: number, { lowest }: ConverterCodes): string => builder.constant('zero_point', zeroOf(bits > 8, lowest < 0))

/**
 * Σ_k weights_k · codes_k · scale, exact in whole numbers and rounded once.
 * @param codes Bytes [N, k, elements]; the result is [N, 1, elements].
 * @param weights Whole numbers up to 255.
 */
export function emitCodeSum(builder: GraphBuilder, codes: string, weights: Uint8Array, scale: number): string {
  const row = builder.constant('code_weights', { type: 'uint8', dims: [1, weights.length], data: weights })
  return builder.node('MatMulIntegerToFloat', [row, codes, builder.scalar(1), builder.scalar(scale)], {}, { domain: runtimeDomain })
}

/** The same with a step of its own for each channel; `Round` is half to even as well. */
function emitPerChannel(builder: GraphBuilder, value: string, codes: ConverterCodes, { factors, dims }: ChannelFactors): string {
  const { lowest, highest, step, origin } = codes
  const constant = (hint: string, of: (factor: number) => number): string => builder.constant(hint, { type: 'float32', dims, data: factors.map(of) })
  const shifted = origin === 0 ? value : builder.node('Sub', [value, constant('origin', (factor) => factor * origin)])
  const steps = builder.node('Mul', [shifted, constant('inverse_step', (factor) => 1 / (factor * step))])
  const limited = builder.node('Clip', [builder.node('Round', [steps]), builder.scalar(lowest), builder.scalar(highest)])
  const restored = builder.node('Mul', [limited, constant('step', (factor) => factor * step)])
  return origin === 0 ? restored : builder.node('Add', [restored, constant('origin', (factor) => factor * origin)])
}

function zeroOf(wide: boolean, signed: boolean): NumericTensor {
  if (wide) return signed ? { type: 'int16', dims: [], data: Int16Array.of(0) } : { type: 'uint16', dims: [], data: Uint16Array.of(0) }
  return signed ? { type: 'int8', dims: [], data: Int8Array.of(0) } : { type: 'uint8', dims: [], data: Uint8Array.of(0) }
}

/**
 * Converters as ONNX nodes. `QuantizeLinear` scales, rounds half to even and saturates in one vectorised pass; the
 * operators of ONNX Runtime's own domain are used because they take 16 bits at every operator-set version.
 *
 * An n-bit converter has 2^n levels, mid-tread, in steps of Δ: codes −2^(n−1) … 2^(n−1)−1 with Δ = full scale/(2^(n−1)−1)
 * when signed, 0 … 2^n−1 with Δ = full scale/(2^n−1) when unsigned. Full scale is therefore a level, zero is a level,
 * and values outside saturate.
 */
import type { GraphBuilder } from '../onnx/graph-builder'
import type { CalibratedPoint } from './program'

const runtimeDomain = 'com.microsoft'

export interface ConverterCodes {
  lowest: number
  highest: number
  step: number
}

export function converterCodes(bits: number, range: CalibratedPoint): ConverterCodes {
  const lowest = range.signed ? -(2 ** (bits - 1)) : 0
  const highest = range.signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1
  return { lowest, highest, step: Math.fround(range.maximum / highest) }
}

/** Appends a converter behind `value` and returns what it puts out. */
export function emitConverter(builder: GraphBuilder, value: string, bits: number, range: CalibratedPoint): string {
  const { lowest, highest, step } = converterCodes(bits, range)
  const wide = bits > 8
  const zeroPoint = builder.constant('zero_point', zeroOf(wide, range.signed))
  const scale = builder.scalar(step)
  // 8 and 16 bits saturate in QuantizeLinear itself.
  const limited = bits === 8 || bits === 16 ? value : builder.node('Clip', [value, builder.scalar(lowest * step), builder.scalar(highest * step)])
  const codes = builder.node('QuantizeLinear', [limited, scale, zeroPoint], {}, { domain: runtimeDomain })
  return builder.node('DequantizeLinear', [codes, scale, zeroPoint], {}, { domain: runtimeDomain })
}

function zeroOf(wide: boolean, signed: boolean) {
  if (wide) {
    return signed
      ? ({ type: 'int16', dims: [], data: Int16Array.of(0) } as const)
      : ({ type: 'uint16', dims: [], data: Uint16Array.of(0) } as const)
  }
  return signed ? ({ type: 'int8', dims: [], data: Int8Array.of(0) } as const) : ({ type: 'uint8', dims: [], data: Uint8Array.of(0) } as const)
}

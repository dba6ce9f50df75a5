/**
 * WebAssembly instructions as functions of the code of their operands, so that a kernel reads like its formula. Names are
 * those of the specification (Core 2.0, §5.4), opcodes from its index of instructions. All are exact or correctly rounded:
 * nothing here depends on the processor.
 */
export type ValueType = 'i32' | 'v128'
/** Instructions that leave one value (an expression) or none (a statement). */
export type Code = readonly number[]

/** Unsigned LEB128, as the binary format writes integers. */
export function leb128(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb128(Math.floor(value / 0x80))]
}

/** Signed LEB128 of a 32-bit integer. */
function signedLeb128(value: number): number[] {
  const rest = value >> 7
  const done = rest === (value & 0x40 ? -1 : 0)
  return done ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signedLeb128(rest)]
}

const simd = (opcode: number): number[] => [0xfd, ...leb128(opcode)]
type Unary = (a: Code) => Code
type Binary = (a: Code, b: Code) => Code
const unary = (...instruction: number[]): Unary => (a) => [...a, ...instruction]
const binary = (...instruction: number[]): Binary => (a, b) => [...a, ...b, ...instruction]
/** Address operand of a load or store: alignment 2^align is a hint, `offset` is added to the address. */
const at = (align: number, offset: number): number[] => [align, ...leb128(offset)]
const bytesOf = (array: Float64Array | Int32Array): number[] => [...new Uint8Array(array.buffer)]

export const i32 = {
  const: (value: number): Code => [0x41, ...signedLeb128(value | 0)],
  add: binary(0x6a),
  sub: binary(0x6b),
  and: binary(0x71),
  shiftLeft: (a: Code, bits: number): Code => [...a, ...i32.const(bits), 0x74],
  /** 1 or 0. */
  lessUnsigned: binary(0x49),
  greaterUnsigned: binary(0x4b),
  load: (address: Code, offset = 0): Code => [...address, 0x28, ...at(2, offset)],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, 0x36, ...at(2, offset)]
}

export const v128 = {
  load: (address: Code, offset = 0): Code => [...address, ...simd(0x00), ...at(4, offset)],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, ...simd(0x0b), ...at(4, offset)],
  /** One 32-bit word into lane 0, zeros above. */
  load32Zero: (address: Code, offset = 0): Code => [...address, ...simd(0x5c), ...at(2, offset)],
  /** `vector` with one 32-bit lane from memory. */
  load32Lane: (address: Code, vector: Code, lane: number, offset = 0): Code => [...address, ...vector, ...simd(0x56), ...at(2, offset), lane],
  store32Lane: (address: Code, vector: Code, lane: number, offset = 0): Code => [...address, ...vector, ...simd(0x5a), ...at(2, offset), lane],
  and: binary(...simd(0x4e)),
  or: binary(...simd(0x50)),
  xor: binary(...simd(0x51)),
  /** Bits of `a` where `mask` is 1, of `b` where it is 0. */
  select: (a: Code, b: Code, mask: Code): Code => [...a, ...b, ...mask, ...simd(0x52)]
}

export const i32x4 = {
  const: (a: number, b = a, c = a, d = a): Code => [...simd(0x0c), ...bytesOf(Int32Array.of(a, b, c, d))],
  splat: unary(...simd(0x11)),
  add: binary(...simd(0xae)),
  /** Lanes 0 … 3 are those of `a`, 4 … 7 those of `b`. */
  shuffle: (a: Code, b: Code, lanes: readonly [number, number, number, number]): Code =>
    [...a, ...b, ...simd(0x0d), ...lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => lane * 4 + byte))]
}

export const i64x2 = {
  const: (low: number, high: number): Code => i32x4.const(low, high, low, high),
  add: binary(...simd(0xce)),
  sub: binary(...simd(0xd1)),
  shiftLeft: (a: Code, bits: number): Code => [...a, ...i32.const(bits), ...simd(0xcb)],
  /** Zeros come in from above. */
  shiftRight: (a: Code, bits: number): Code => [...a, ...i32.const(bits), ...simd(0xcd)],
  greaterSigned: binary(...simd(0xd9)),
  /** Full products of 32-bit lanes 0 and 1. */
  multiplyLow: binary(...simd(0xde)),
  /** Full products of 32-bit lanes 2 and 3. */
  multiplyHigh: binary(...simd(0xdf))
}

export const f64x2 = {
  const: (value: number): Code => [...simd(0x0c), ...bytesOf(Float64Array.of(value, value))],
  abs: unary(...simd(0xec)),
  neg: unary(...simd(0xed)),
  sqrt: unary(...simd(0xef)),
  add: binary(...simd(0xf0)),
  sub: binary(...simd(0xf1)),
  mul: binary(...simd(0xf2)),
  div: binary(...simd(0xf3)),
  /** From the signed 32-bit lanes 0 and 1. */
  fromLowSigned: unary(...simd(0xfe))
}

/** The two doubles rounded to float32 in lanes 0 and 1, zeros above. */
export const f32x4FromDoubles: Unary = unary(...simd(0x5e))

/** TensorProto.DataType: what each number means, how wide an element is and in which typed field it may be stored. */
import type { ElementType, NumericTensor, NumericType, Tensor, TypedArrays } from './graph'

/** Typed field of a TensorProto that holds elements of a type when raw_data does not. */
export type TypedField = 'float' | 'int32' | 'int64' | 'double' | 'uint64' | 'string'

export interface OnnxElementType {
  type: ElementType
  name: string
  /** Bits of one element in raw_data; elements of less than a byte are packed. 0 for strings. */
  bits: number
  field: TypedField
}

const entry = (type: ElementType, name: string, bits: number, field: TypedField): OnnxElementType => ({ type, name, bits, field })

export const onnxElementTypes: ReadonlyMap<number, OnnxElementType> = new Map([
  [1, entry('float32', 'float32', 32, 'float')],
  [2, entry('uint8', 'uint8', 8, 'int32')],
  [3, entry('int8', 'int8', 8, 'int32')],
  [4, entry('uint16', 'uint16', 16, 'int32')],
  [5, entry('int16', 'int16', 16, 'int32')],
  [6, entry('int32', 'int32', 32, 'int32')],
  [7, entry('int64', 'int64', 64, 'int64')],
  [8, entry('string', 'string', 0, 'string')],
  [9, entry('bool', 'bool', 8, 'int32')],
  [10, entry('float16', 'float16', 16, 'int32')],
  [11, entry('float64', 'float64', 64, 'double')],
  [12, entry('uint32', 'uint32', 32, 'uint64')],
  [13, entry('uint64', 'uint64', 64, 'uint64')],
  [14, entry('other', 'complex64', 64, 'float')],
  [15, entry('other', 'complex128', 128, 'double')],
  [16, entry('bfloat16', 'bfloat16', 16, 'int32')],
  [17, entry('other', 'float8e4m3fn', 8, 'int32')],
  [18, entry('other', 'float8e4m3fnuz', 8, 'int32')],
  [19, entry('other', 'float8e5m2', 8, 'int32')],
  [20, entry('other', 'float8e5m2fnuz', 8, 'int32')],
  [21, entry('other', 'uint4', 4, 'int32')],
  [22, entry('other', 'int4', 4, 'int32')],
  [23, entry('other', 'float4e2m1', 4, 'int32')],
  [24, entry('other', 'float8e8m0', 8, 'int32')],
  [25, entry('other', 'uint2', 2, 'int32')],
  [26, entry('other', 'int2', 2, 'int32')]
])

const numbers = new Map<ElementType, number>([...onnxElementTypes].flatMap(([number, { type }]) => (type === 'other' ? [] : [[type, number] as const])))

/** TensorProto.DataType of a type of the IR; undefined for `other`. */
export const onnxTypeOf = (type: ElementType): number | undefined => numbers.get(type)

const constructors: { [T in NumericType]: new (buffer: ArrayBufferLike, offset?: number, length?: number) => TypedArrays[T] } = {
  float32: Float32Array, float64: Float64Array, int64: BigInt64Array, int32: Int32Array, int16: Int16Array, int8: Int8Array,
  uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, uint64: BigUint64Array, bool: Uint8Array
}

export const isNumericType = (type: ElementType): type is NumericType => type in constructors

/** A tensor over a copy of little-endian `bytes`, whose length must fit `dims`. All hosts of this program are little-endian. */
export function numericTensor(type: NumericType, dims: readonly number[], bytes: Uint8Array): NumericTensor {
  const copy = new Uint8Array(bytes.length)
  copy.set(bytes)
  return tensorOver(type, dims, copy)
}

/** A tensor that is a view of `bytes`, which begin at a multiple of 8 bytes. */
export function tensorOver(type: NumericType, dims: readonly number[], bytes: Uint8Array): NumericTensor {
  const make = constructors[type]
  const { BYTES_PER_ELEMENT: width } = make as unknown as { BYTES_PER_ELEMENT: number }
  // One cast where TypeScript cannot follow that type and array belong together.
  return { type, dims, data: new make(bytes.buffer, bytes.byteOffset, bytes.byteLength / width) } as NumericTensor
}

const halfSteps = 2 ** -24

/** The value of IEEE 754 binary16 bits. */
export function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 0) return sign * fraction * halfSteps
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1024 + fraction) * 2 ** (exponent - 25)
}

/** Bits of the binary16 value that is nearest to `value`, half to even. */
export function float16Bits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const magnitude = Math.abs(value)
  if (Number.isNaN(value)) return 0x7e00
  if (magnitude === Infinity) return sign | 0x7c00
  const exponent = Math.max(-14, Math.floor(Math.log2(magnitude === 0 ? halfSteps : magnitude)))
  const step = 2 ** (exponent - 10)
  const scaled = magnitude / step
  const floor = Math.floor(scaled)
  const rest = scaled - floor
  const steps = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor
  const bits = steps < 1024 ? steps : (exponent + 15) * 1024 + (steps - 1024)
  return sign | (bits >= 0x7c00 ? 0x7c00 : bits)
}

/** Floating-point types that are converted to float32 on import. */
export const convertibleFloats: ReadonlySet<ElementType> = new Set(['float16', 'bfloat16', 'float64'])

/** The tensor as float32 where it is float16, bfloat16 or float64; any other as it is. */
export function asFloat32(tensor: Tensor): Tensor {
  const { dims, type } = tensor
  if (tensor.type === 'float64') return { type: 'float32', dims, data: Float32Array.from(tensor.data) }
  if ((type !== 'float16' && type !== 'bfloat16') || !('raw' in tensor) || !(tensor.raw instanceof Uint8Array)) return tensor
  const view = new DataView(tensor.raw.buffer, tensor.raw.byteOffset, tensor.raw.byteLength)
  const data = new Float32Array(tensor.raw.length / 2)
  // A bfloat16 is the upper half of a float32.
  if (type === 'bfloat16') {
    const bits = new Uint32Array(data.buffer)
    for (let i = 0; i < bits.length; i++) bits[i] = view.getUint16(2 * i, true) << 16
  } else for (let i = 0; i < data.length; i++) data[i] = float16Value(view.getUint16(2 * i, true))
  return { type: 'float32', dims, data }
}

/**
 * One array in NumPy's NPY format (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): magic,
 * version, a Python dictionary with element type, order and shape, then the values.
 */
import { fail } from '@shared/problems'
import { elementCount } from '../limits'

export const isNpy = (head: Uint8Array): boolean =>
  head[0] === 0x93 && head[1] === 0x4e && head[2] === 0x55 && head[3] === 0x4d && head[4] === 0x50 && head[5] === 0x59

type Reader = (view: DataView, at: number, little: boolean) => number
interface ElementType {
  bytes: number
  kind: 'boolean' | 'integer' | 'float'
  read: Reader
}

const elementTypes: Record<string, ElementType> = {
  b1: { bytes: 1, kind: 'boolean', read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) },
  u1: { bytes: 1, kind: 'integer', read: (view, at) => view.getUint8(at) },
  i1: { bytes: 1, kind: 'integer', read: (view, at) => view.getInt8(at) },
  u2: { bytes: 2, kind: 'integer', read: (view, at, little) => view.getUint16(at, little) },
  i2: { bytes: 2, kind: 'integer', read: (view, at, little) => view.getInt16(at, little) },
  u4: { bytes: 4, kind: 'integer', read: (view, at, little) => view.getUint32(at, little) },
  i4: { bytes: 4, kind: 'integer', read: (view, at, little) => view.getInt32(at, little) },
  u8: { bytes: 8, kind: 'integer', read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  i8: { bytes: 8, kind: 'integer', read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  f4: { bytes: 4, kind: 'float', read: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, kind: 'float', read: (view, at, little) => view.getFloat64(at, little) }
}

export interface NumpyArray {
  where: string
  /** Element type without byte order, for example `f4`. */
  type: string
  kind: ElementType['kind']
  shape: number[]
  /** Value at a position in C order. */
  at(index: number): number
  /** Values as they lie in the file where that is C order; null where the order is Fortran's. */
  bytes: Uint8Array | null
}

const maximumHeaderBytes = 65_536

/**
 * Parses an NPY file in memory; values are read on demand.
 * @throws the problem DATA_CORRUPT for a wrong magic number, header or length, DATA_FORMAT_UNKNOWN for an element type
 * other than booleans, integers, f4 and f8.
 */
export function parseNumpyArray(content: Uint8Array, where: string): NumpyArray {
  if (content.length === 0) fail('DATA_CORRUPT', where, 'The file is empty.')
  if (!isNpy(content) || content.length < 10) fail('DATA_CORRUPT', where, 'The file does not begin like an NPY file.')
  const view = new DataView(content.buffer, content.byteOffset, content.length)
  const version = content[6]!
  if (version < 1 || version > 3) fail('DATA_CORRUPT', where, `NPY version ${version} is not known.`)
  const lengthBytes = version === 1 ? 2 : 4
  if (content.length < 8 + lengthBytes) fail('DATA_CORRUPT', where, 'The file ends within its header.')
  const headerBytes = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  const dataAt = 8 + lengthBytes + headerBytes
  if (headerBytes > maximumHeaderBytes || dataAt > content.length) fail('DATA_CORRUPT', where, 'The file ends within its header.')
  const header = new TextDecoder('latin1').decode(content.subarray(8 + lengthBytes, dataAt))

  const descr = /'descr'\s*:\s*'([<>|=]?)([a-zA-Z]\d*)'/.exec(header)
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)
  const shapeText = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(header)
  if (order === null || shapeText === null) fail('DATA_CORRUPT', where, 'The NPY header names no shape or order.')
  const elementType = descr === null ? undefined : elementTypes[descr[2]!]
  if (descr === null || elementType === undefined) {
    fail('DATA_FORMAT_UNKNOWN', where, `Elements of type ${descr?.[2] ?? 'other than a plain number'} cannot be read.`, 'Store the array as uint8, int32, int64, float32 or float64.')
  }
  const shape = shapeText[1]!.split(',').map((part) => part.trim().replace(/L$/, '')).filter((part) => part !== '').map(Number)
  const count = elementCount(shape, where)
  const expected = count * elementType.bytes
  if (content.length - dataAt !== expected) {
    fail('DATA_CORRUPT', where, `The header announces ${shape.join(' × ')} values, ${expected} bytes; the file holds ${content.length - dataAt}.`)
  }
  const little = descr[1] !== '>'
  const { bytes, read } = elementType
  const fortran = order[1] === 'True' && shape.length > 1
  const offset = fortran ? fortranOffset(shape) : (index: number): number => index
  return {
    where,
    type: descr[2]!,
    kind: elementType.kind,
    shape,
    at: (index) => read(view, dataAt + offset(index) * bytes, little),
    bytes: fortran || (!little && bytes > 1) ? null : content.subarray(dataAt)
  }
}

/** Position in Fortran order of the element at a position in C order. */
function fortranOffset(shape: readonly number[]): (index: number) => number {
  const strides: number[] = []
  let stride = 1
  for (const dimension of shape) {
    strides.push(stride)
    stride *= dimension
  }
  return (index) => {
    let rest = index
    let offset = 0
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const dimension = shape[axis]!
      offset += (rest % dimension) * strides[axis]!
      rest = Math.floor(rest / dimension)
    }
    return offset
  }
}

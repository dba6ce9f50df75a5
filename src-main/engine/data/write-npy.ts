/** NumPy's NPY format, written: version 1.0, little-endian float32 in C order, values aligned to 64 bytes. */

const alignment = 64
/** Magic number, version, and the length of the header. */
const prefixBytes = 10

/** @throws for values that do not fill `shape`. */
export function npyBytes(values: Float32Array, shape: readonly number[]): Uint8Array {
  if (shape.reduce((product, dimension) => product * dimension, 1) !== values.length) throw new Error(`${values.length} values for ${shape.join(' × ')}`)
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`
  const headerBytes = Math.ceil((prefixBytes + dictionary.length + 1) / alignment) * alignment - prefixBytes
  const header = new TextEncoder().encode(`${dictionary.padEnd(headerBytes - 1)}\n`)
  const bytes = new Uint8Array(prefixBytes + headerBytes + 4 * values.length)
  const view = new DataView(bytes.buffer)
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0])
  view.setUint16(8, headerBytes, true)
  bytes.set(header, prefixBytes)
  const first = prefixBytes + headerBytes
  for (let i = 0; i < values.length; i++) view.setFloat32(first + 4 * i, values[i]!, true)
  return bytes
}

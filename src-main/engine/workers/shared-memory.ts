/** What worker threads read together lies in shared memory and is passed by reference. */

export function sharedBytes(bytes: Uint8Array): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.byteLength))
  shared.set(bytes)
  return shared
}

export function sharedFloats(values: Float32Array): Float32Array {
  const shared = new Float32Array(new SharedArrayBuffer(values.byteLength))
  shared.set(values)
  return shared
}

export const newSharedFloats = (length: number): Float32Array => new Float32Array(new SharedArrayBuffer(length * 4))

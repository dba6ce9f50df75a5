/** Typed arrays over shared memory, which worker threads read without a copy. */

export const sharedBytes = (length: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(length))

export const sharedFloats = (length: number): Float32Array => new Float32Array(new SharedArrayBuffer(length * 4))

export const sharedIntegers = (length: number): Int32Array => new Int32Array(new SharedArrayBuffer(length * 4))

/** The bytes of a typed array, whatever lies behind it. */
export const bytesOf = (array: Uint8Array | Float32Array | Int32Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

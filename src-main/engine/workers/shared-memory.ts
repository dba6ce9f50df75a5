/** What worker threads read together lies in shared memory and is passed by reference. */
import type { SerializedModel } from '../onnx/split-model'

export function sharedBytes(bytes: Uint8Array): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.byteLength))
  shared.set(bytes)
  return shared
}

/** A serialised model in shared memory. */
export const sharedModel = ({ bytes, parts }: SerializedModel): SerializedModel => ({ bytes: sharedBytes(bytes), parts: parts.map(({ path, data }) => ({ path, data: sharedBytes(data) })) })

/** For ONNX Runtime, which takes parts from shared memory but not the message. */
export const ownMessage = ({ bytes, parts }: SerializedModel): SerializedModel => ({ bytes: new Uint8Array(bytes), parts })

export function sharedFloats(values: Float32Array): Float32Array {
  const shared = new Float32Array(new SharedArrayBuffer(values.byteLength))
  shared.set(values)
  return shared
}

export const newSharedFloats = (length: number): Float32Array => new Float32Array(new SharedArrayBuffer(length * 4))

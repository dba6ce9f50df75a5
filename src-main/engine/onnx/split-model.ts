/**
 * Serialised models of any size. Protobuf messages end at 2 GiB, so that of a large model the weights stay outside of the message, as external
 * data that ONNX Runtime is given from memory: no array is copied for it, and none lies in the JavaScript heap.
 */
import { readModel, writeModelWithOffsets } from './codec'
import { rawBytes, type ExternalPlace } from './codec-tensor'
import type { Model } from './graph'

/** Contents of one initialiser, under the name that the message refers to. */
export interface ModelPart {
  path: string
  data: Uint8Array
}

export interface SerializedModel {
  bytes: Uint8Array
  /** Empty for a model that is one message. */
  parts: readonly ModelPart[]
}

/** Where the contents of an initialiser lie: in the message (`part` null) or in one of the parts. */
export interface ContentPlace {
  part: number | null
  offset: number
  length: number
}

/** Weights up to this size together are written into the message; it leaves room for everything else in it. */
export const largestInlineBytes = 2 ** 30
/** Smaller initialisers are in the message always. */
const smallestPartBytes = 1024

/** Whether the initialisers of the outermost graph are more than a message takes. */
export const needsParts = (model: Model, inlineBytes = largestInlineBytes): boolean =>
  [...model.graph.initializers.values()].reduce((sum, tensor) => sum + (rawBytes(tensor)?.length ?? 0), 0) > inlineBytes

/** Serialises a model; `offsets` says where each initialiser's contents lie, so that they can be patched. Parts are views of the model's own arrays. */
export function splitModel(model: Model, inlineBytes = largestInlineBytes): SerializedModel & { offsets: Map<string, ContentPlace> } {
  const parts: ModelPart[] = []
  const places = new Map<string, ExternalPlace>()
  const offsets = new Map<string, ContentPlace>()
  if (needsParts(model, inlineBytes)) {
    for (const [name, tensor] of model.graph.initializers) {
      const data = rawBytes(tensor)
      if (data === null || data.length < smallestPartBytes) continue
      const path = `part${parts.length}`
      places.set(name, { location: path, offset: 0, length: data.length })
      offsets.set(name, { part: parts.length, offset: 0, length: data.length })
      parts.push({ path, data })
    }
  }
  const { bytes, offsets: inline } = writeModelWithOffsets(model, places)
  for (const [name, place] of inline) offsets.set(name, { part: null, ...place })
  return { bytes, parts, offsets }
}

/** The model again. Its tensors are views of the parts. */
export function joinModel({ bytes, parts }: SerializedModel): Model {
  return readModel(bytes, { external: (location) => parts.find(({ path }) => path === location)!.data })
}

/** ModelProto ↔ {@link Model}: the entrance of hostile bytes and the exit to ONNX Runtime and to files. See docs/decisions/0003. */
import { fail } from '@shared/problems'
import { readFunction, writeFunction } from './codec-function'
import { readGraph, writeGraph } from './codec-graph'
import { readOpset, writeOpsets } from './codec-opsets'
import { readEntry, type ExternalDataReader, type ExternalPlace } from './codec-tensor'
import type { Graph, Model, ModelFunction } from './graph'
import { entryField, modelField } from './messages'
import { checkModelOutline } from './outline'
import { WireReader } from './wire-reader'
import { WireWriter } from './wire-writer'

export interface ReadOptions {
  /** Names the file in problems. */
  where?: string
  /** Reads weights that are stored beside the model; without it such a model is the problem MODEL_EXTERNAL_DATA. */
  external?: ExternalDataReader
}

/**
 * Decodes a serialised model. Problems: MODEL_NOT_ONNX (empty, text, another format), MODEL_TRUNCATED (the end is
 * missing), MODEL_INVALID (damaged inside), MODEL_EXTERNAL_DATA. The result shares no memory with `bytes`.
 */
export function readModel(bytes: Uint8Array, options: ReadOptions = {}): Model {
  const where = options.where ?? 'model'
  checkModelOutline(bytes, where)
  const context = { external: options.external ?? null }
  const reader = new WireReader(bytes, 0, bytes.length, where, 'model')
  const opsets = new Map<string, number>()
  const metadata = new Map<string, string>()
  const functions: ModelFunction[] = []
  let irVersion = 0
  let producer = ''
  let graph: Graph | null = null
  while (reader.next()) {
    switch (reader.field) {
      case modelField.irVersion: irVersion = reader.safeInt(); break
      case modelField.producerName: producer = reader.string(); break
      case modelField.graph: graph = readGraph(reader.message('graph'), context); break
      case modelField.opsetImport: readOpset(reader.message('opset_import'), opsets); break
      case modelField.metadataProps: readEntry(reader.message('metadata'), metadata); break
      case modelField.functions: functions.push(readFunction(reader.message('function'), context)); break
      default: reader.skip()
    }
  }
  if (graph === null) fail('MODEL_INVALID', where, 'The model has no graph.')
  return { irVersion, producer, opsets, graph, metadata, functions }
}

/** Serialises a model; contents of tensors as raw_data. */
export function writeModel(model: Model): Uint8Array {
  return finished(serialise(model, false))
}

/**
 * Serialises a model and says where the raw_data of each top-level initialiser lies, in bytes, so that weights can be
 * patched in place. Nothing is aligned: copy bytes, do not lay typed arrays over them. Strings have no place. Initialisers in `places` are stored
 * outside, there.
 */
export function writeModelWithOffsets(model: Model, places: ReadonlyMap<string, ExternalPlace> = new Map()): { bytes: Uint8Array; offsets: Map<string, { offset: number; length: number }> } {
  const writer = serialise(model, true, places)
  return { bytes: finished(writer), offsets: writer.marks }
}

/** Protobuf messages are shorter than 2 GiB. */
const largestMessageBytes = 2 ** 31 - 1

function finished(writer: WireWriter): Uint8Array {
  if (writer.length > largestMessageBytes) fail('FILE_TOO_LARGE', 'model', `As one ONNX file the network has ${writer.length} bytes; such files have at most 2 GiB.`)
  return writer.finish()
}

function serialise(model: Model, mark: boolean, places: ReadonlyMap<string, ExternalPlace> = new Map()): WireWriter {
  const writer = new WireWriter()
  writer.int(modelField.irVersion, model.irVersion)
  if (model.producer !== '') writer.string(modelField.producerName, model.producer)
  writer.message(modelField.graph, writeGraph(model.graph, mark, places))
  writeOpsets(writer, modelField.opsetImport, model.opsets)
  for (const [key, value] of model.metadata) {
    const entry = new WireWriter()
    entry.string(entryField.key, key)
    entry.string(entryField.value, value)
    writer.message(modelField.metadataProps, entry)
  }
  for (const each of model.functions) writer.message(modelField.functions, writeFunction(each))
  return writer
}

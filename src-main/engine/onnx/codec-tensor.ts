/** TensorProto ↔ {@link Tensor}. Contents are read from raw_data, from the typed fields, or from external files; written as raw_data. */
import { fail } from '@shared/problems'
import { isNumericType, numericTensor, onnxElementTypes, onnxTypeOf, tensorOver, type OnnxElementType } from './element-types'
import { elementCount, type Tensor } from './graph'
import { entryField, tensorField } from './messages'
import type { WireReader } from './wire-reader'
import { WireWriter } from './wire-writer'

/** Bytes of an external file; the tensor becomes a view of them, so that they must begin at a multiple of 8 bytes and never change. Raises MODEL_EXTERNAL_DATA. */
export type ExternalDataReader = (location: string, offset: number, length: number) => Uint8Array

/** Where a tensor is stored outside of the message. */
export interface ExternalPlace {
  location: string
  offset: number
  length: number
}

/** What decoding a model needs besides its bytes. */
export interface DecodeContext {
  external: ExternalDataReader | null
}

/** The contents as they are stored, before the type is known: fields come in any order. */
interface Contents {
  raw: Uint8Array | null
  fixed32: Uint8Array[]
  fixed64: Uint8Array[]
  int32: number[]
  /** int64_data and uint64_data as pairs of unsigned 32-bit halves, which are their little-endian bytes. */
  int64: number[]
  strings: Uint8Array[]
  external: Map<string, string>
  isExternal: boolean
}

/** Reads one TensorProto. The result owns its memory. */
export function readTensor(reader: WireReader, context: DecodeContext): { name: string; tensor: Tensor } {
  const contents: Contents = { raw: null, fixed32: [], fixed64: [], int32: [], int64: [], strings: [], external: new Map(), isExternal: false }
  const dims: number[] = []
  let name = ''
  let onnxType = 0
  while (reader.next()) {
    switch (reader.field) {
      case tensorField.dims: reader.ints(dims); break
      case tensorField.dataType: onnxType = reader.safeInt(); break
      case tensorField.segment: reader.invalid('a tensor in segments, which ONNX Runtime does not read either'); break
      case tensorField.floatData: contents.fixed32.push(reader.fixed(4)); break
      case tensorField.doubleData: contents.fixed64.push(reader.fixed(8)); break
      case tensorField.int32Data: reader.eachVarint((low) => contents.int32.push(low)); break
      case tensorField.int64Data:
      case tensorField.uint64Data: reader.eachVarint((low, high) => contents.int64.push(low, high)); break
      case tensorField.stringData: contents.strings.push(reader.content().slice()); break
      case tensorField.name: name = reader.string(); break
      case tensorField.rawData: contents.raw = reader.content(); break
      case tensorField.externalData: readEntry(reader.message('external_data'), contents.external); break
      case tensorField.dataLocation: contents.isExternal = reader.int() === 1; break
      default: reader.skip()
    }
  }
  const element = onnxElementTypes.get(onnxType)
  if (element === undefined) reader.invalid(`tensor “${name}” has the unknown element type ${onnxType}`)
  let count = 1
  for (const dim of dims) {
    count *= dim
    if (dim < 0 || !Number.isSafeInteger(count)) reader.invalid(`tensor “${name}” has the shape [${dims.join(', ')}]`)
  }
  return { name, tensor: assemble(reader, name, dims, count, onnxType, element, contents, context) }
}

function assemble(
  reader: WireReader, name: string, dims: readonly number[], count: number, onnxType: number, element: OnnxElementType, contents: Contents, context: DecodeContext
): Tensor {
  const expectLength = (found: number, expected: number, unit: string): void => {
    if (found !== expected) {
      reader.invalid(`tensor “${name}” of shape [${dims.join(', ')}] and type ${element.name} needs ${expected} ${unit}, found ${found}`)
    }
  }
  if (element.type === 'string') {
    expectLength(contents.strings.length, count, 'strings')
    return { type: 'string', dims, onnxType, raw: contents.strings }
  }
  const byteCount = Math.ceil((count * element.bits) / 8)
  if (contents.isExternal) {
    const bytes = readExternal(reader, name, byteCount, contents.external, context)
    return isNumericType(element.type) ? tensorOver(element.type, dims, bytes) : { type: element.type, dims, onnxType, raw: bytes }
  }
  const bytes = storedBytes(element, contents)
  expectLength(bytes.length, byteCount, 'bytes')
  if (isNumericType(element.type)) return numericTensor(element.type, dims, bytes)
  return { type: element.type, dims, onnxType, raw: bytes.slice() }
}

/** Little-endian bytes of the contents, whichever field holds them. */
function storedBytes(element: OnnxElementType, contents: Contents): Uint8Array {
  if (contents.raw !== null) return contents.raw
  switch (element.field) {
    case 'float': return concatenate(contents.fixed32)
    case 'double': return concatenate(contents.fixed64)
    case 'int64': return new Uint8Array(Uint32Array.from(contents.int64).buffer)
    case 'uint64':
      return new Uint8Array(Uint32Array.from(element.bits === 64 ? contents.int64 : contents.int64.filter((_, index) => index % 2 === 0)).buffer)
    case 'int32':
      if (element.bits === 32) return new Uint8Array(Uint32Array.from(contents.int32).buffer)
      return element.bits === 16 ? new Uint8Array(Uint16Array.from(contents.int32).buffer) : Uint8Array.from(contents.int32)
    case 'string': return new Uint8Array(0)
  }
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!
  const all = new Uint8Array(parts.reduce((total, part) => total + part.length, 0))
  let position = 0
  for (const part of parts) {
    all.set(part, position)
    position += part.length
  }
  return all
}

function readExternal(reader: WireReader, name: string, byteCount: number, entries: ReadonlyMap<string, string>, context: DecodeContext): Uint8Array {
  const location = entries.get('location')
  if (location === undefined || location === '') reader.invalid(`tensor “${name}” is stored outside of the file, but no location is given`)
  const number = (key: string): number | null => {
    const text = entries.get(key)
    if (text === undefined) return null
    return /^[0-9]{1,15}$/.test(text) ? Number(text) : reader.invalid(`tensor “${name}”: ${key} of its external data is “${text.slice(0, 40)}”`)
  }
  const length = number('length') ?? byteCount
  if (length !== byteCount) reader.invalid(`tensor “${name}” needs ${byteCount} bytes, its external data has ${length}`)
  if (context.external === null) {
    fail('MODEL_EXTERNAL_DATA', reader.where, `Tensor “${name}” is stored in “${location}”, and the model was given without its folder.`)
  }
  return context.external(location, number('offset') ?? 0, length)
}

/** Reads a StringStringEntryProto into `entries`. */
export function readEntry(reader: WireReader, entries: Map<string, string>): void {
  let key = ''
  let value = ''
  while (reader.next()) {
    if (reader.field === entryField.key) key = reader.string()
    else if (reader.field === entryField.value) value = reader.string()
    else reader.skip()
  }
  entries.set(key, value)
}

/** The contents of a tensor as they stand in raw_data (a view); null for strings. */
export function rawBytes(tensor: Tensor): Uint8Array | null {
  if ('data' in tensor) return new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength)
  return tensor.raw instanceof Uint8Array ? tensor.raw : null
}

/** Writes a TensorProto; with `mark`, the place of its raw_data is remembered under its name. With `place` its contents are left out. */
export function writeTensor(name: string, tensor: Tensor, mark = false, place?: ExternalPlace): WireWriter {
  const writer = new WireWriter()
  if ('data' in tensor && tensor.data.length !== elementCount(tensor.dims)) {
    throw new Error(`Tensor “${name}” of shape [${tensor.dims.join(', ')}] has ${tensor.data.length} elements`)
  }
  writer.ints(tensorField.dims, tensor.dims)
  writer.int(tensorField.dataType, 'onnxType' in tensor ? tensor.onnxType : onnxTypeOf(tensor.type)!)
  const raw = rawBytes(tensor)
  if (raw === null && 'raw' in tensor) {
    for (const text of tensor.raw as readonly Uint8Array[]) writer.content(tensorField.stringData, text)
  }
  if (name !== '') writer.string(tensorField.name, name)
  if (place !== undefined) writePlace(writer, place)
  else if (raw !== null) writer.content(tensorField.rawData, raw, mark ? name : undefined)
  return writer
}

function writePlace(writer: WireWriter, place: ExternalPlace): void {
  for (const [key, value] of Object.entries(place)) {
    const entry = new WireWriter()
    entry.string(entryField.key, key)
    entry.string(entryField.value, String(value))
    writer.message(tensorField.externalData, entry)
  }
  writer.int(tensorField.dataLocation, 1)
}

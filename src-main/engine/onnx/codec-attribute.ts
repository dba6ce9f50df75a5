/** AttributeProto ↔ {@link AttributeValue}. Whatever the IR has no exact form for is kept as the bytes of the message. */
import { readGraph, writeGraph } from './codec-graph'
import { readTensor, writeTensor, type DecodeContext } from './codec-tensor'
import type { AttributeValue, Graph, Tensor } from './graph'
import { attributeField, attributeType } from './messages'
import { decodeUtf8, type WireReader } from './wire-reader'
import { WireWriter } from './wire-writer'

/** Exact as a number, or the end of the int64 range, which `writeAttribute` restores. */
const isFaithful = (value: number): boolean => Number.isSafeInteger(value) || Math.abs(value) === 2 ** 63

/** INT64_MAX becomes 2^63; a value near it would come back changed, and so is not faithful. */
const readInts = (reader: WireReader, values: number[]): boolean => {
  let exact = true
  reader.eachVarint((low, high) => {
    const value = (high | 0) * 4294967296 + low
    if (!isFaithful(value) || (value === 2 ** 63 && low !== 0xffffffff)) exact = false
    values.push(value)
  })
  return exact
}

/** Reads one AttributeProto. */
export function readAttribute(reader: WireReader, context: DecodeContext): { name: string; value: AttributeValue } {
  const start = reader.position
  let name = ''
  let type = 0
  let exact = true
  let floatValue = 0
  let present = 0
  const single: number[] = []
  let text: Uint8Array = new Uint8Array(0)
  let tensor: Tensor | null = null
  let graph: Graph | null = null
  let reference = ''
  const floats: number[] = []
  const ints: number[] = []
  const texts: Uint8Array[] = []
  while (reader.next()) {
    switch (reader.field) {
      case attributeField.name: name = reader.string(); break
      case attributeField.type: type = reader.safeInt(); break
      case attributeField.f: floatValue = reader.float(); present = attributeType.float; break
      case attributeField.i: exact = readInts(reader, single) && exact; present = attributeType.int; break
      case attributeField.s: text = reader.content(); present = attributeType.string; break
      case attributeField.t: tensor = readTensor(reader.message('tensor attribute'), context).tensor; present = attributeType.tensor; break
      case attributeField.g: graph = readGraph(reader.message('graph attribute'), context); present = attributeType.graph; break
      case attributeField.floats: {
        const bytes = reader.fixed(4)
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
        for (let offset = 0; offset < bytes.length; offset += 4) floats.push(view.getFloat32(offset, true))
        present = attributeType.floats
        break
      }
      case attributeField.ints: exact = readInts(reader, ints) && exact; present = attributeType.ints; break
      case attributeField.strings: texts.push(reader.content()); present = attributeType.strings; break
      case attributeField.refAttrName: reference = reader.string(); break
      default: reader.skip()
    }
  }
  if (name === '') reader.invalid('an attribute without a name')
  const other = (): { name: string; value: AttributeValue } => ({ name, value: { kind: 'other', raw: reader.bytes.slice(start, reader.end) } })
  if (reference !== '') return { name, value: { kind: 'reference', name: reference, type } }
  if (!exact) return other()
  // Models before IR version 2 have no type; what is there says it.
  switch (type === 0 ? present : type) {
    case attributeType.float: return { name, value: { kind: 'float', value: floatValue } }
    case attributeType.int: return { name, value: { kind: 'int', value: single.at(-1) ?? 0 } }
    case attributeType.ints: return { name, value: { kind: 'ints', value: ints } }
    case attributeType.floats: return { name, value: { kind: 'floats', value: floats } }
    case attributeType.tensor: return tensor === null ? reader.invalid(`attribute “${name}” lacks its tensor`) : { name, value: { kind: 'tensor', value: tensor } }
    case attributeType.graph: return graph === null ? reader.invalid(`attribute “${name}” lacks its graph`) : { name, value: { kind: 'graph', value: graph } }
    case attributeType.string: {
      const value = decodeUtf8(text)
      return value === null ? other() : { name, value: { kind: 'string', value } }
    }
    case attributeType.strings: {
      const values = texts.map(decodeUtf8)
      return values.includes(null) ? other() : { name, value: { kind: 'strings', value: values as string[] } }
    }
    default: return other()
  }
}

/** Writes attributes as the repeated `field` of the message around them. */
export function writeAttributes(writer: WireWriter, field: number, attributes: ReadonlyMap<string, AttributeValue>): void {
  for (const [name, value] of attributes) {
    if (value.kind === 'other') writer.content(field, value.raw)
    else writer.message(field, writeAttribute(name, value))
  }
}

/** The bytes of an AttributeProto under another name: of a field that occurs twice the last counts. */
export function renamedAttribute(raw: Uint8Array, name: string): Uint8Array {
  const writer = new WireWriter()
  writer.string(attributeField.name, name)
  return Buffer.concat([raw, writer.finish()])
}

/** Writes an AttributeProto of a kind that the IR knows. */
function writeAttribute(name: string, attribute: Exclude<AttributeValue, { kind: 'other' }>): WireWriter {
  const writer = new WireWriter()
  writer.string(attributeField.name, name)
  switch (attribute.kind) {
    case 'float': writer.float(attributeField.f, attribute.value); break
    case 'int': writer.int(attributeField.i, attribute.value); break
    case 'string': writer.string(attributeField.s, attribute.value); break
    case 'tensor': writer.message(attributeField.t, writeTensor('', attribute.value)); break
    case 'graph': writer.message(attributeField.g, writeGraph(attribute.value)); break
    case 'floats': for (const value of attribute.value) writer.float(attributeField.floats, value); break
    case 'ints': for (const value of attribute.value) writer.int(attributeField.ints, value); break
    case 'strings': for (const value of attribute.value) writer.string(attributeField.strings, value); break
    case 'reference': writer.string(attributeField.refAttrName, attribute.name); break
  }
  writer.int(attributeField.type, attribute.kind === 'reference' ? attribute.type : attributeType[attribute.kind])
  return writer
}

/** GraphProto, NodeProto and ValueInfoProto ↔ graph IR. Documentation strings, stored shapes of inner values and quantisation notes are not kept. */
import { readAttribute, writeAttributes } from './codec-attribute'
import { readTensor, writeTensor, type DecodeContext, type ExternalPlace } from './codec-tensor'
import { onnxElementTypes, onnxTypeOf } from './element-types'
import type { AttributeValue, Graph, Node, Tensor, ValueInfo } from './graph'
import { dimField, graphField, nodeField, shapeField, tensorTypeField, typeField, valueInfoField } from './messages'
import type { WireReader } from './wire-reader'
import { WireWriter } from './wire-writer'

/** Reads a GraphProto. */
export function readGraph(reader: WireReader, context: DecodeContext): Graph {
  const nodes: Node[] = []
  const inputs: ValueInfo[] = []
  const outputs: ValueInfo[] = []
  const initializers = new Map<string, Tensor>()
  let name = ''
  while (reader.next()) {
    switch (reader.field) {
      case graphField.node: nodes.push(readNode(reader.message('node'), context)); break
      case graphField.name: name = reader.string(); break
      case graphField.initializer: {
        const { name: key, tensor } = readTensor(reader.message('initializer'), context)
        if (key === '' || initializers.has(key)) reader.invalid(key === '' ? 'an initialiser without a name' : `two initialisers are named “${key}”`)
        initializers.set(key, tensor)
        break
      }
      case graphField.input: inputs.push(readValueInfo(reader.message('input'))); break
      case graphField.output: outputs.push(readValueInfo(reader.message('output'))); break
      case graphField.sparseInitializer: reader.invalid('sparse initialisers, which are not supported'); break
      default: reader.skip()
    }
  }
  return { name, nodes, inputs, outputs, initializers }
}

/** Reads a NodeProto. */
export function readNode(reader: WireReader, context: DecodeContext): Node {
  const inputs: string[] = []
  const outputs: string[] = []
  const attributes = new Map<string, AttributeValue>()
  let name = ''
  let opType = ''
  let domain = ''
  let overload = ''
  while (reader.next()) {
    switch (reader.field) {
      case nodeField.input: inputs.push(reader.string()); break
      case nodeField.output: outputs.push(reader.string()); break
      case nodeField.name: name = reader.string(); break
      case nodeField.opType: opType = reader.string(); break
      case nodeField.domain: domain = reader.string(); break
      case nodeField.overload: overload = reader.string(); break
      case nodeField.attribute: {
        const attribute = readAttribute(reader.message('attribute'), context)
        if (attributes.has(attribute.name)) reader.invalid(`two attributes are named “${attribute.name}”`)
        attributes.set(attribute.name, attribute.value)
        break
      }
      default: reader.skip()
    }
  }
  if (opType === '') reader.invalid('a node without an operator')
  return { name, opType, domain: shortDomain(domain), inputs, outputs, attributes, ...(overload === '' ? {} : { overload }) }
}

/** The default domain has two names. */
export const shortDomain = (domain: string): string => (domain === 'ai.onnx' ? '' : domain)

/** Reads a ValueInfoProto. Types other than tensors are kept as bytes. */
function readValueInfo(reader: WireReader): ValueInfo {
  let name = ''
  let type: Uint8Array | null = null
  let info: Pick<ValueInfo, 'type' | 'shape'> = { type: 'other', shape: null }
  while (reader.next()) {
    if (reader.field === valueInfoField.name) name = reader.string()
    else if (reader.field === valueInfoField.type) {
      const inner = reader.message('type')
      type = reader.bytes.slice(inner.position, inner.end)
      while (inner.next()) {
        if (inner.field === typeField.tensorType) info = readTensorType(inner.message('tensor type'))
        else inner.skip()
      }
    } else reader.skip()
  }
  return { name, ...info, ...(type !== null && info.type === 'other' ? { typeProto: type } : {}) }
}

function readTensorType(reader: WireReader): Pick<ValueInfo, 'type' | 'shape'> {
  let onnxType = 0
  let shape: (number | string)[] | null = null
  while (reader.next()) {
    if (reader.field === tensorTypeField.elemType) onnxType = reader.safeInt()
    else if (reader.field === tensorTypeField.shape) {
      const dims: (number | string)[] = []
      const inner = reader.message('shape')
      while (inner.next()) {
        if (inner.field === shapeField.dim) dims.push(readDim(inner.message('dimension')))
        else inner.skip()
      }
      shape = dims
    } else reader.skip()
  }
  return { type: onnxElementTypes.get(onnxType)?.type ?? 'other', shape }
}

function readDim(reader: WireReader): number | string {
  let dim: number | string = ''
  while (reader.next()) {
    if (reader.field === dimField.value) dim = reader.safeInt()
    else if (reader.field === dimField.param) dim = reader.string()
    else reader.skip()
  }
  return dim
}

/** Writes a GraphProto; with `mark`, the places of its initialisers are remembered. Those in `places` are stored outside, there. */
export function writeGraph(graph: Graph, mark = false, places?: ReadonlyMap<string, ExternalPlace>): WireWriter {
  const writer = new WireWriter()
  for (const node of graph.nodes) writer.message(graphField.node, writeNode(node))
  writer.string(graphField.name, graph.name === '' ? 'graph' : graph.name)
  for (const [name, tensor] of graph.initializers) writer.message(graphField.initializer, writeTensor(name, tensor, mark, places?.get(name)))
  for (const input of graph.inputs) writer.message(graphField.input, writeValueInfo(input))
  for (const output of graph.outputs) writer.message(graphField.output, writeValueInfo(output))
  return writer
}

/** Writes a NodeProto. */
export function writeNode(node: Node): WireWriter {
  const writer = new WireWriter()
  for (const input of node.inputs) writer.string(nodeField.input, input)
  for (const output of node.outputs) writer.string(nodeField.output, output)
  if (node.name !== '') writer.string(nodeField.name, node.name)
  writer.string(nodeField.opType, node.opType)
  writeAttributes(writer, nodeField.attribute, node.attributes)
  if (node.domain !== '') writer.string(nodeField.domain, node.domain)
  if (node.overload !== undefined) writer.string(nodeField.overload, node.overload)
  return writer
}

function writeValueInfo(info: ValueInfo): WireWriter {
  const writer = new WireWriter()
  writer.string(valueInfoField.name, info.name)
  const elementType = onnxTypeOf(info.type)
  if (info.typeProto !== undefined) writer.content(valueInfoField.type, info.typeProto)
  else if (elementType !== undefined) {
    const tensorType = new WireWriter()
    tensorType.int(tensorTypeField.elemType, elementType)
    if (info.shape !== null) {
      const shape = new WireWriter()
      for (const dim of info.shape) {
        const written = new WireWriter()
        if (typeof dim === 'number') written.int(dimField.value, dim)
        else if (dim !== '') written.string(dimField.param, dim)
        shape.message(shapeField.dim, written)
      }
      tensorType.message(tensorTypeField.shape, shape)
    }
    const type = new WireWriter()
    type.message(typeField.tensorType, tensorType)
    writer.message(valueInfoField.type, type)
  }
  return writer
}

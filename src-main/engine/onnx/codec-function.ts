/** FunctionProto ↔ {@link ModelFunction}. */
import { readAttribute, writeAttributes } from './codec-attribute'
import { readNode, shortDomain, writeNode } from './codec-graph'
import { readOpset, writeOpsets } from './codec-opsets'
import type { DecodeContext } from './codec-tensor'
import type { AttributeValue, ModelFunction, Node } from './graph'
import { functionField } from './messages'
import type { WireReader } from './wire-reader'
import { WireWriter } from './wire-writer'

/** Reads a FunctionProto. */
export function readFunction(reader: WireReader, context: DecodeContext): ModelFunction {
  const inputs: string[] = []
  const outputs: string[] = []
  const attributes: string[] = []
  const defaults = new Map<string, AttributeValue>()
  const nodes: Node[] = []
  const opsets = new Map<string, number>()
  let name = ''
  let domain = ''
  let overload = ''
  while (reader.next()) {
    switch (reader.field) {
      case functionField.name: name = reader.string(); break
      case functionField.domain: domain = reader.string(); break
      case functionField.overload: overload = reader.string(); break
      case functionField.input: inputs.push(reader.string()); break
      case functionField.output: outputs.push(reader.string()); break
      case functionField.attribute: attributes.push(reader.string()); break
      case functionField.attributeDefault: {
        const attribute = readAttribute(reader.message('attribute'), context)
        defaults.set(attribute.name, attribute.value)
        break
      }
      case functionField.node: nodes.push(readNode(reader.message('node'), context)); break
      case functionField.opsetImport: readOpset(reader.message('opset_import'), opsets); break
      default: reader.skip()
    }
  }
  return { name, domain: shortDomain(domain), overload, inputs, outputs, attributes, defaults, nodes, opsets }
}

/** Writes a FunctionProto. */
export function writeFunction(written: ModelFunction): WireWriter {
  const writer = new WireWriter()
  writer.string(functionField.name, written.name)
  for (const input of written.inputs) writer.string(functionField.input, input)
  for (const output of written.outputs) writer.string(functionField.output, output)
  for (const attribute of written.attributes) writer.string(functionField.attribute, attribute)
  for (const node of written.nodes) writer.message(functionField.node, writeNode(node))
  writeOpsets(writer, functionField.opsetImport, written.opsets)
  writer.string(functionField.domain, written.domain)
  writeAttributes(writer, functionField.attributeDefault, written.defaults)
  if (written.overload !== '') writer.string(functionField.overload, written.overload)
  return writer
}

/**
 * Half, bfloat16 and double precision become float32 everywhere: constants, inputs, outputs, and the types that operators
 * name. Arrays, noise and training are in float32; float32 holds every float16 and bfloat16 value exactly.
 */
import { asFloat32, convertibleFloats, onnxTypeOf } from '../element-types'
import type { AttributeValue, ElementType, Graph, Model, Node, ValueInfo } from '../graph'
import { innerGraphs } from '../graph-queries'

/** Attributes that hold a TensorProto.DataType. */
const typeAttributes = new Set(['to', 'dtype', 'output_datatype', 'output_dtype', 'stash_type', 'softmax_precision'])
const numbers = new Set([...convertibleFloats].map(onnxTypeOf))
const float32Number = 1

/** The wide or narrow floating-point types that occur in a model. */
export function foreignFloats(model: Model): Set<ElementType> {
  const found = new Set<ElementType>()
  const note = (type: ElementType): void => { if (convertibleFloats.has(type)) found.add(type) }
  const look = (graph: Graph): void => {
    for (const { type } of [...graph.inputs, ...graph.outputs, ...graph.initializers.values()]) note(type)
    for (const node of graph.nodes) {
      for (const [name, attribute] of node.attributes) {
        if (attribute.kind === 'tensor') note(attribute.value.type)
        if (attribute.kind === 'int' && typeAttributes.has(name)) for (const type of convertibleFloats) if (onnxTypeOf(type) === attribute.value) found.add(type)
      }
      innerGraphs(node).forEach(look)
    }
  }
  look(model.graph)
  return found
}

/** The model in float32; the same model when nothing in it is of another precision. */
export function singlePrecision(model: Model, notes: string[]): Model {
  const found = foreignFloats(model)
  if (found.size === 0) return model
  notes.push(`The file computes with ${[...found].sort().join(' and ')}; weights and activations are float32 here.`)
  return { ...model, graph: convertGraph(model.graph) }
}

const convertInfo = (info: ValueInfo): ValueInfo => (convertibleFloats.has(info.type) ? { ...info, type: 'float32' } : info)

function convertGraph(graph: Graph): Graph {
  return {
    ...graph,
    inputs: graph.inputs.map(convertInfo),
    outputs: graph.outputs.map(convertInfo),
    initializers: new Map([...graph.initializers].map(([name, tensor]) => [name, asFloat32(tensor)])),
    nodes: graph.nodes.map(convertNode)
  }
}

function convertNode(node: Node): Node {
  const attributes = new Map<string, AttributeValue>()
  for (const [name, attribute] of node.attributes) attributes.set(name, convertAttribute(name, attribute))
  return { ...node, attributes }
}

function convertAttribute(name: string, attribute: AttributeValue): AttributeValue {
  if (attribute.kind === 'tensor') return { kind: 'tensor', value: asFloat32(attribute.value) }
  if (attribute.kind === 'graph') return { kind: 'graph', value: convertGraph(attribute.value) }
  return attribute.kind === 'int' && typeAttributes.has(name) && numbers.has(attribute.value) ? { kind: 'int', value: float32Number } : attribute
}

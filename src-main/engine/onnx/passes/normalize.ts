/** Brings graphs of all exporters into one form: constants are initialisers, initialisers are not inputs, node names are unique. */
import type { AttributeValue, Model, Node, NumericTensor, Tensor } from '../graph'
import { consumersOf, eachNode, freshName, nodeUses, withGraph } from '../graph-queries'

/** All steps of this file. */
export function normalizeModel(model: Model, notes: string[]): Model {
  return uniqueNodeNames(dropUnused(liftConstants(dropInitializerInputs(model, notes))))
}

/** Exporters before IR version 4 list the weights among the inputs. */
function dropInitializerInputs(model: Model, notes: string[]): Model {
  const { initializers } = model.graph
  const inputs = model.graph.inputs.filter((input) => !initializers.has(input.name))
  if (inputs.length < model.graph.inputs.length) {
    notes.push(`${model.graph.inputs.length - inputs.length} weights were also listed as inputs; they are constants now.`)
  }
  return withGraph(model, { inputs })
}

/** Tensor of a Constant node's attribute; null for sparse ones. */
export function constantValue(attributes: ReadonlyMap<string, AttributeValue>): Tensor | null {
  const text = (values: readonly string[], dims: number[]): Tensor => ({ type: 'string', dims, onnxType: 8, raw: values.map((value) => new TextEncoder().encode(value)) })
  const ints = (values: readonly number[], dims: number[]): NumericTensor => ({ type: 'int64', dims, data: BigInt64Array.from(values, (value) => BigInt.asIntN(64, BigInt(value))) })
  for (const [name, attribute] of attributes) {
    if (name === 'value' && attribute.kind === 'tensor') return attribute.value
    if (name === 'value_float' && attribute.kind === 'float') return { type: 'float32', dims: [], data: Float32Array.of(attribute.value) }
    if (name === 'value_floats' && attribute.kind === 'floats') return { type: 'float32', dims: [attribute.value.length], data: Float32Array.from(attribute.value) }
    if (name === 'value_int' && attribute.kind === 'int') return ints([attribute.value], [])
    if (name === 'value_ints' && attribute.kind === 'ints') return ints(attribute.value, [attribute.value.length])
    if (name === 'value_string' && attribute.kind === 'string') return text([attribute.value], [])
    if (name === 'value_strings' && attribute.kind === 'strings') return text(attribute.value, [attribute.value.length])
  }
  return null
}

/** Constant nodes become initialisers. A constant that is itself an output of the network stays a node. */
function liftConstants(model: Model): Model {
  const outputs = new Set(model.graph.outputs.map((output) => output.name))
  const initializers = new Map(model.graph.initializers)
  const nodes: Node[] = []
  for (const node of model.graph.nodes) {
    const name = node.outputs[0]
    const tensor = node.opType === 'Constant' && node.domain === '' ? constantValue(node.attributes) : null
    if (tensor === null || name === undefined || outputs.has(name)) nodes.push(node)
    else initializers.set(name, tensor)
  }
  return withGraph(model, { nodes, initializers })
}

/** Removes initialisers that nothing reads, and operator-set versions that no node refers to. */
export function dropUnused(model: Model): Model {
  const consumers = consumersOf(model.graph)
  const outputs = new Set(model.graph.outputs.map((output) => output.name))
  const initializers = new Map([...model.graph.initializers].filter(([name]) => consumers.has(name) || outputs.has(name)))
  const domains = new Set([''])
  eachNode(model.graph, (node) => domains.add(node.domain))
  const opsets = new Map([...model.opsets].filter(([domain]) => domains.has(domain)))
  return { ...withGraph(model, { initializers }), opsets }
}

/** Unnamed nodes and doubles get a name of operator and number. */
export function uniqueNodeNames(model: Model): Model {
  const taken = new Set<string>()
  const named = new Set(model.graph.nodes.map((node) => node.name))
  const nodes = model.graph.nodes.map((node, index) => {
    if (node.name !== '' && !taken.has(node.name)) {
      taken.add(node.name)
      return node
    }
    const name = freshName(named, node.name === '' ? `${node.opType}_${index}` : node.name)
    taken.add(name)
    return { ...node, name }
  })
  return withGraph(model, { nodes })
}

/** The model without nodes whose results reach no output. */
export function dropDeadNodes(model: Model): Model {
  const wanted = new Set(model.graph.outputs.map((output) => output.name))
  const kept: Node[] = []
  for (const node of [...model.graph.nodes].reverse()) {
    if (!node.outputs.some((output) => wanted.has(output))) continue
    kept.push(node)
    for (const name of nodeUses(node)) wanted.add(name)
  }
  return withGraph(model, { nodes: kept.reverse() })
}

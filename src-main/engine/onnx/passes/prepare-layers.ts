/**
 * Brings analog layers into one form, so that mapping, simulation and training need no special cases: Gemm has
 * alpha = beta = 1 and a bias of shape [columns]; the bias Add behind a MatMul too; each layer owns its weight and bias.
 */
import { floatAttribute, intAttribute, type AttributeValue, type FloatTensor, type Model, type Node, type Tensor } from '../graph'
import { allNames, consumersOf, freshName, withGraph } from '../graph-queries'

export const floatConstant = (initializers: ReadonlyMap<string, Tensor>, name: string | undefined): FloatTensor | undefined => {
  const tensor = name === undefined ? undefined : initializers.get(name)
  return tensor?.type === 'float32' ? tensor : undefined
}

const scaled = (tensor: FloatTensor, factor: number): FloatTensor => ({ ...tensor, data: tensor.data.map((value) => value * factor) })

/** The [columns] form of a bias that is the same for every row of the product; undefined when it is not. */
export function columnBias(tensor: FloatTensor, columns: number): FloatTensor | undefined {
  const last = tensor.dims.at(-1) ?? 1
  if (tensor.dims.slice(0, -1).some((dim) => dim !== 1)) return undefined
  if (last === columns) return { type: 'float32', dims: [columns], data: tensor.data }
  return last === 1 ? { type: 'float32', dims: [columns], data: new Float32Array(columns).fill(tensor.data[0]!) } : undefined
}

export function prepareLayers(model: Model, notes: string[]): Model {
  const taken = allNames(model.graph)
  const initializers = new Map(model.graph.initializers)
  const consumers = consumersOf(model.graph)
  const replacement = new Map<Node, Node>()
  const constant = (hint: string, tensor: FloatTensor): string => {
    const name = freshName(taken, hint)
    initializers.set(name, tensor)
    return name
  }
  for (const node of model.graph.nodes) {
    if (node.domain !== '') continue
    if (node.opType === 'Gemm') {
      const prepared = prepareGemm(node, initializers, constant)
      if (prepared !== null) replacement.set(node, prepared)
    }
    if (node.opType === 'MatMul') {
      const weight = floatConstant(initializers, node.inputs[1])
      const uses = consumers.get(node.outputs[0]!) ?? []
      const add = uses[0]
      if (weight?.dims.length !== 2 || uses.length !== 1 || add?.opType !== 'Add' || add.domain !== '') continue
      const position = add.inputs[0] === node.outputs[0] ? 1 : 0
      const tensor = floatConstant(initializers, add.inputs[position])
      // With more than two dimensions in the constant the sum could gain dimensions.
      const bias = tensor === undefined || tensor.dims.length > 2 ? undefined : columnBias(tensor, weight.dims[1]!)
      if (bias === undefined || bias.dims.length === tensor?.dims.length) continue
      const inputs = [...add.inputs]
      inputs[position] = constant(`${add.inputs[position]}_columns`, bias)
      replacement.set(add, { ...add, inputs })
    }
  }
  const nodes = model.graph.nodes.map((node) => replacement.get(node) ?? node)
  return ownWeights(withGraph(model, { nodes, initializers }), taken, notes)
}

function prepareGemm(node: Node, initializers: ReadonlyMap<string, Tensor>, constant: (hint: string, tensor: FloatTensor) => string): Node | null {
  const weight = floatConstant(initializers, node.inputs[1])
  const columns = weight?.dims[intAttribute(node, 'transB', 0) === 1 ? 0 : 1]
  if (weight === undefined || columns === undefined || intAttribute(node, 'transA', 0) === 1) return null
  const alpha = floatAttribute(node, 'alpha', 1)
  const beta = floatAttribute(node, 'beta', 1)
  const inputs = [...node.inputs]
  if (inputs[2] !== undefined && inputs[2] !== '') {
    const tensor = floatConstant(initializers, inputs[2])
    const bias = tensor === undefined ? undefined : columnBias(tensor, columns)
    // Not a constant per column: the node stays as it is and runs digitally.
    if (bias === undefined) return null
    if (beta !== 1 || tensor?.dims.length !== 1 || tensor.dims[0] !== columns) inputs[2] = constant(`${inputs[2]}_columns`, beta === 1 ? bias : scaled(bias, beta))
  }
  if (alpha !== 1) inputs[1] = constant(`${inputs[1]}_scaled`, scaled(weight, alpha))
  const attributes = new Map<string, AttributeValue>([...node.attributes].filter(([name]) => name !== 'alpha' && name !== 'beta'))
  return { ...node, inputs, attributes }
}

/** Positions of weight and bias of the operators that can be analog. */
const weightPositions: Readonly<Record<string, readonly number[]>> = { Conv: [1, 2], Gemm: [1, 2], MatMul: [1], Add: [0, 1] }

/** A weight that several nodes share is copied: two layers are two places in analog arrays, with errors of their own. */
function ownWeights(model: Model, taken: Set<string>, notes: string[]): Model {
  const initializers = new Map(model.graph.initializers)
  const seen = new Set<string>()
  const copied = new Set<string>()
  const nodes = model.graph.nodes.map((node) => {
    const positions = node.domain === '' ? weightPositions[node.opType] ?? [] : []
    const inputs = node.inputs.map((name, position) => {
      const tensor = floatConstant(initializers, name)
      if (tensor === undefined) return name
      if (!seen.has(name) || !positions.includes(position)) {
        seen.add(name)
        return name
      }
      const copy = freshName(taken, `${name}_of_${node.name}`)
      initializers.set(copy, tensor)
      if (tensor.data.length > 1) copied.add(name)
      return copy
    })
    return inputs.some((name, position) => name !== node.inputs[position]) ? { ...node, inputs } : node
  })
  if (copied.size > 0) notes.push(`Shared weights were copied, one for each layer that uses them: ${[...copied].join(', ')}.`)
  return withGraph(model, { nodes, initializers })
}

/**
 * Which layers own which weights. Layers that use one initialiser in the same form lie on the same arrays and go on sharing
 * it. In another form (another order of elements, a bias of other weights, any node that is no layer) it gets a copy: arrays
 * hold a matrix for themselves, with errors of their own.
 */
import { intAttribute, type Model, type Node, type Tensor } from '../graph'
import { allNames, freshName, nodeUses, withGraph } from '../graph-queries'
import { isProduct } from '../layers'
import { floatConstant } from './graph-edit'

/** How a product's weights lie in its matrices; weights of one initialiser and form can share arrays. */
function formOf(node: Node, weights: Tensor): string {
  switch (node.opType) {
    case 'Conv':
    case 'ConvTranspose': return `${node.opType} in ${intAttribute(node, 'group', 1)} groups`
    case 'Gemm': return intAttribute(node, 'transB', 0) === 1 ? 'columns first' : 'rows first'
    default: return weights.dims.length === 2 ? 'rows first' : 'several matrices'
  }
}

export function ownWeights(model: Model, notes: string[]): Model {
  const { graph } = model
  const taken = allNames(graph)
  const initializers = new Map(graph.initializers)
  const weightsOf = (node: Node | undefined): Tensor | undefined => (node !== undefined && node.domain === '' && isProduct(node.opType) ? floatConstant(initializers, node.inputs[1]) : undefined)
  const matMuls = new Map<string, Node>()
  for (const node of graph.nodes) if (node.opType === 'MatMul' && weightsOf(node) !== undefined) matMuls.set(node.outputs[0]!, node)
  /** The MatMul whose bias an Add holds at `position`. */
  const matMulBefore = (node: Node, position: number): Node | undefined =>
    node.opType === 'Add' && node.domain === '' ? matMuls.get(node.inputs[1 - position] ?? '') : undefined

  const isLayers = (node: Node, position: number): boolean => (weightsOf(node) !== undefined && position > 0) || matMulBefore(node, position) !== undefined
  const usedElsewhere = new Set(graph.outputs.map(({ name }) => name))
  for (const node of graph.nodes) {
    const own = new Set(node.inputs.filter((_, position) => isLayers(node, position)))
    const others = node.inputs.filter((_, position) => !isLayers(node, position))
    for (const name of [...others, ...nodeUses(node).filter((used) => !own.has(used))]) usedElsewhere.add(name)
  }

  const nameOf = new Map<string, string>()
  const kept = new Set<string>()
  const copied = new Set<string>()
  /** The initialiser that holds `name` in a form. */
  const inForm = (name: string, form: string, node: Node): string => {
    const tensor = floatConstant(initializers, name)
    if (tensor === undefined) return name
    const key = `${name} ${form}`
    const known = nameOf.get(key)
    if (known !== undefined) return known
    let own = name
    if (kept.has(name) || usedElsewhere.has(name)) {
      own = freshName(taken, `${name}_of_${node.name}`)
      initializers.set(own, tensor)
      if (tensor.data.length > 1) copied.add(name)
    }
    kept.add(name)
    nameOf.set(key, own)
    return own
  }

  const weightName = new Map<Node, string>()
  const layersOf = new Map<string, string[]>()
  const nodes = graph.nodes.map((node) => {
    const weights = weightsOf(node)
    const inputs = node.inputs.map((name, position) => {
      if (weights !== undefined && position === 1) {
        const own = inForm(name, formOf(node, weights), node)
        weightName.set(node, own)
        layersOf.set(own, [...(layersOf.get(own) ?? []), node.name])
        return own
      }
      const product = weights !== undefined && position === 2 ? node : matMulBefore(node, position)
      return product === undefined ? name : inForm(name, `bias of ${weightName.get(product)}`, node)
    })
    return inputs.some((name, position) => name !== node.inputs[position]) ? { ...node, inputs } : node
  })
  for (const [name, layers] of layersOf) if (layers.length > 1) notes.push(`“${name}” is used by ${layers.length} layers, which lie on the same arrays: ${layers.join(', ')}.`)
  if (copied.size > 0) notes.push(`Shared weights were copied where another form of them is used: ${[...copied].join(', ')}.`)
  return withGraph(model, { nodes, initializers })
}

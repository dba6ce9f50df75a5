/** Which layers own which weights. */
import type { Model } from '../graph'
import { allNames, freshName, withGraph } from '../graph-queries'
import { floatConstant } from './graph-edit'

/** Positions of weight and bias of the operators that can be analog. */
const weightPositions: Readonly<Record<string, readonly number[]>> = { Conv: [1, 2], Gemm: [1, 2], MatMul: [1], Add: [0, 1] }

/** A weight that several nodes share is copied: two layers are two places in analog arrays, with errors of their own. */
export function ownWeights(model: Model, notes: string[]): Model {
  const taken = allNames(model.graph)
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

/**
 * Makes the batch dimension free where the exporter wrote its size into the graph: in the input, in the outputs, and in
 * the constant target shapes of Reshape nodes. Whether it worked is found out by running the result (`verify.ts`).
 */
import type { Model, Node, Tensor } from '../graph'
import { allNames, dependentsOf, freshName, withGraph } from '../graph-queries'

/** Name of the free batch dimension in imported networks. */
export const batchSymbol = 'N'

/** Shape of the input with another batch dimension; outputs lose their shapes, which ONNX Runtime infers again. */
export function withBatch(model: Model, batch: number | typeof batchSymbol): Model {
  const inputs = model.graph.inputs.map((input) => ({ ...input, shape: [batch, ...(input.shape ?? []).slice(1)] }))
  return withGraph(model, { inputs, outputs: model.graph.outputs.map((output) => ({ ...output, shape: null })) })
}

const targetOf = (model: Model, node: Node): Tensor | undefined => model.graph.initializers.get(node.inputs[1] ?? '')

/** Reshape nodes behind the input with a constant target shape that begins with a number. */
export function fixedReshapes(model: Model): Node[] {
  const dependents = dependentsOf(model.graph, model.graph.inputs[0]!.name)
  return model.graph.nodes.filter((node) => {
    if (node.opType !== 'Reshape' || node.domain !== '' || !dependents.has(node.inputs[0] ?? '')) return false
    const target = targetOf(model, node)
    return target?.type === 'int64' && target.data.length > 0 && target.data[0]! > 0n
  })
}

/**
 * Gives those nodes targets whose first entry is −1 and whose others are what `shapeOf` (of the output, at the exporter's
 * batch size) says. At that batch size nothing changes; at others the batch moves into the first dimension, where
 * exporters of image networks keep it.
 */
export function freeReshapes(model: Model, shapeOf: (value: string) => readonly number[] | undefined): Model {
  const taken = allNames(model.graph)
  const initializers = new Map(model.graph.initializers)
  const fixed = new Set(fixedReshapes(model))
  const nodes = model.graph.nodes.map((node) => {
    const shape = fixed.has(node) ? shapeOf(node.outputs[0]!) : undefined
    if (shape === undefined || shape.length === 0 || shape.includes(0)) return node
    const name = freshName(taken, `${node.inputs[1]}_free`)
    initializers.set(name, { type: 'int64', dims: [shape.length], data: BigInt64Array.from([-1, ...shape.slice(1)], BigInt) })
    return { ...node, inputs: [node.inputs[0]!, name] }
  })
  return withGraph(model, { nodes, initializers })
}

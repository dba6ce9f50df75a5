/**
 * A sum of a convolution and another value as one operator: ONNX Runtime's FusedConv adds its fourth input while it multiplies, so that the sum needs no pass of its own
 * over memory. The runtime does this by itself only where weights are constants.
 */
import { runtimeDomain, type Graph, type Node } from '../onnx/graph'
import { valuesRead } from './prune'

/** The graph with its sums fused; `broadcastsNothing` says of an Add whether both operands have the shape of the result. */
export function withFusedSums(graph: Graph, broadcastsNothing: (sum: Node) => boolean): Graph {
  const uses = new Map<string, number>()
  for (const name of [...graph.outputs.map((output) => output.name), ...graph.nodes.flatMap(valuesRead)]) uses.set(name, (uses.get(name) ?? 0) + 1)
  const convolutions = new Map(graph.nodes.flatMap((node) => (node.opType === 'Conv' && node.domain === '' && uses.get(node.outputs[0]!) === 1 ? [[node.outputs[0]!, node] as const] : [])))
  const fused = new Set<Node>()
  const nodes = graph.nodes.map((node) => {
    if (node.opType !== 'Add' || !broadcastsNothing(node)) return node
    const term = node.inputs.find((input) => convolutions.has(input))
    const convolution = term === undefined ? undefined : convolutions.get(term)
    if (convolution === undefined) return node
    fused.add(convolution)
    const [x = '', weight = '', bias = ''] = convolution.inputs
    const other = node.inputs.find((input) => input !== term) ?? ''
    return { ...convolution, domain: runtimeDomain, opType: 'FusedConv', inputs: [x, weight, bias, other], outputs: node.outputs }
  })
  return { ...graph, nodes: nodes.filter((node) => !fused.has(node)) }
}

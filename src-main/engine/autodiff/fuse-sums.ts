/**
 * A sum of a convolution and another value as one operator: ONNX Runtime's FusedConv adds its fourth input while it multiplies, so that the sum needs no pass of its own
 * over memory. The runtime does this by itself only where weights are constants.
 */
import { runtimeDomain, type Graph, type Node } from '../onnx/graph'
import { onlyReaders } from '../onnx/graph-queries'

/** The graph with its sums fused; `broadcastsNothing` says of an Add whether both operands have the shape of the result. */
export function withFusedSums(graph: Graph, broadcastsNothing: (sum: Node) => boolean): Graph {
  const readers = onlyReaders(graph)
  const convolutions = new Map(graph.nodes.flatMap((node) => (node.opType === 'Conv' && node.domain === '' && readers.has(node.outputs[0]!) ? [[node.outputs[0]!, node] as const] : [])))
  const fused = new Set<Node>()
  const nodes = graph.nodes.map((node) => {
    if (node.opType !== 'Add' || !broadcastsNothing(node)) return node
    const term = node.inputs.find((input) => convolutions.has(input))
    const convolution = term === undefined ? undefined : convolutions.get(term)
    const other = node.inputs.find((input) => input !== term)
    // Without another value a convolution is added to itself.
    if (convolution === undefined || other === undefined) return node
    fused.add(convolution)
    const [x = '', weight = '', bias = ''] = convolution.inputs
    return { ...convolution, domain: runtimeDomain, opType: 'FusedConv', inputs: [x, weight, bias, other], outputs: node.outputs }
  })
  return { ...graph, nodes: nodes.filter((node) => !fused.has(node)) }
}

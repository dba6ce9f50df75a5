/** Removal of what nothing asks for. */
import type { Graph, Node } from '../onnx/graph'

/** The graph without nodes and constants that no output depends on. Inputs and outputs stay as they are. */
export function withoutDeadNodes(graph: Graph): Graph {
  const live = new Set(graph.outputs.map((output) => output.name))
  const kept: Node[] = []
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => live.has(output))) continue
    kept.push(node)
    for (const value of valuesRead(node)) live.add(value)
  }
  const initializers = new Map([...graph.initializers].filter(([name]) => live.has(name)))
  return { ...graph, nodes: kept.reverse(), initializers }
}

/** Inputs of a node, and what its subgraphs (If, Loop) may take from outside. */
export function valuesRead(node: Node): readonly string[] {
  const subgraphs = [...node.attributes.values()].flatMap((attribute) => (attribute.kind === 'graph' ? [attribute.value] : []))
  return [...node.inputs, ...subgraphs.flatMap((graph) => [...graph.outputs.map((output) => output.name), ...graph.nodes.flatMap(valuesRead)])]
}

/**
 * A topological order in which what belongs together stands together: depth first from the outputs, inputs before their
 * node. Exporters and optimisers interleave parallel branches; isomorphic parts come out in the same order here.
 *
 * Any cut of a topological order into intervals leaves a graph without cycles when each interval becomes one node: an edge
 * never leads backwards. That is what makes collapsing intervals safe.
 */
import type { NetworkGraph } from './network-graph'

/** Ids of all nodes, each after the nodes whose values it uses. A cycle, which the import refuses, is cut somewhere. */
export function drawingOrder(graph: NetworkGraph): string[] {
  const inputs = new Map<string, string[]>(graph.nodes.map((node) => [node.id, []]))
  const used = new Set<string>()
  for (const edge of graph.edges) {
    inputs.get(edge.target)?.push(edge.source)
    used.add(edge.source)
  }
  const order: string[] = []
  const seen = new Set<string>()
  const visit = (root: string): void => {
    if (seen.has(root)) return
    seen.add(root)
    // A stack of its own: networks are deeper than the call stack.
    const stack = [{ id: root, next: 0 }]
    while (stack.length > 0) {
      const top = stack[stack.length - 1] as { id: string; next: number }
      const source = inputs.get(top.id)?.[top.next++]
      if (source === undefined) {
        order.push(top.id)
        stack.pop()
      } else if (!seen.has(source)) {
        seen.add(source)
        stack.push({ id: source, next: 0 })
      }
    }
  }
  // Last ends first: the network's output is the last node, and all that leads to it comes before what leads nowhere.
  for (const node of [...graph.nodes].reverse()) if (!used.has(node.id)) visit(node.id)
  for (const node of graph.nodes) visit(node.id)
  return order
}

/** Questions about a graph that passes ask: who makes a value, who uses it, including graphs inside nodes. */
import type { Graph, Model, Node } from './graph'

/** The graphs inside a node (bodies of If, Loop, Scan). */
export function innerGraphs(node: Node): Graph[] {
  const graphs: Graph[] = []
  for (const attribute of node.attributes.values()) if (attribute.kind === 'graph') graphs.push(attribute.value)
  return graphs
}

/** Names of outer values that a graph uses. */
function freeNames(graph: Graph): Set<string> {
  const defined = new Set<string>([...graph.inputs.map((input) => input.name), ...graph.initializers.keys()])
  for (const node of graph.nodes) for (const output of node.outputs) defined.add(output)
  const free = new Set<string>()
  for (const node of graph.nodes) for (const name of nodeUses(node)) if (!defined.has(name)) free.add(name)
  for (const output of graph.outputs) if (!defined.has(output.name)) free.add(output.name)
  return free
}

/** Values that a node reads: its inputs, and what graphs inside it take from around them. */
export function nodeUses(node: Node): string[] {
  const uses = node.inputs.filter((name) => name !== '')
  for (const graph of innerGraphs(node)) uses.push(...freeNames(graph))
  return uses
}

/** Nodes that read each value. */
export function consumersOf(graph: Graph): Map<string, Node[]> {
  const consumers = new Map<string, Node[]>()
  for (const node of graph.nodes) {
    for (const name of new Set(nodeUses(node))) {
      const known = consumers.get(name)
      if (known === undefined) consumers.set(name, [node])
      else known.push(node)
    }
  }
  return consumers
}

/** By value that is no output of the graph, the node that alone reads it. */
export function onlyReaders(graph: Graph): ReadonlyMap<string, Node> {
  const outputs = new Set(graph.outputs.map(({ name }) => name))
  return new Map([...consumersOf(graph)].flatMap(([value, [reader, ...others]]) => (reader === undefined || others.length > 0 || outputs.has(value) ? [] : [[value, reader] as const])))
}

/** By value, the node that makes it. */
export const producersOf = ({ nodes }: Pick<Graph, 'nodes'>): ReadonlyMap<string, Node> => new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)))

/** Names of all values that depend on `name`, itself included. */
export function dependentsOf(graph: Graph, name: string): Set<string> {
  const reached = new Set([name])
  for (const node of graph.nodes) {
    if (nodeUses(node).some((used) => reached.has(used))) for (const output of node.outputs) if (output !== '') reached.add(output)
  }
  return reached
}

/** Calls `visit` for each node of the graph and of the graphs inside it. */
export function eachNode(graph: Graph, visit: (node: Node) => void): void {
  for (const node of graph.nodes) {
    visit(node)
    for (const inner of innerGraphs(node)) eachNode(inner, visit)
  }
}

/** Whether one of those nodes is as asked. */
export function anyNode(graph: Graph, is: (node: Node) => boolean): boolean {
  return graph.nodes.some((node) => is(node) || innerGraphs(node).some((inner) => anyNode(inner, is)))
}

/** Every name of a value in the graph and in the graphs inside it. */
export function allNames(graph: Graph): Set<string> {
  const names = new Set<string>([...graph.initializers.keys()])
  for (const info of [...graph.inputs, ...graph.outputs]) names.add(info.name)
  eachNode(graph, (node) => {
    for (const name of [...node.inputs, ...node.outputs]) names.add(name)
    for (const inner of innerGraphs(node)) {
      for (const name of inner.initializers.keys()) names.add(name)
      for (const info of [...inner.inputs, ...inner.outputs]) names.add(info.name)
    }
  })
  return names
}

/** A name near `hint` that is not in `taken`; it is added there. */
export function freshName(taken: Set<string>, hint: string): string {
  let candidate = hint
  for (let n = 1; taken.has(candidate); n++) candidate = `${hint}_${n}`
  taken.add(candidate)
  return candidate
}

/** The model with another graph. */
export const withGraph = (model: Model, change: Partial<Graph>): Model => ({ ...model, graph: { ...model.graph, ...change } })

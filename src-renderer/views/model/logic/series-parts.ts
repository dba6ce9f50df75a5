/**
 * Cuts a graph into parts that follow one another. Where no edge passes over a node of the drawing order, that node ends
 * one part and begins the next: a chain is all such nodes, a residual block is one part. Parts are laid out on their own
 * and stacked, and equal ones are laid out once: a network of 200 blocks costs about what one block costs.
 *
 * Within a part a chain between two branchings is one box, its nodes below one another.
 */
import { drawingOrder } from './drawing-order'
import type { GraphEdge, GraphNode, NetworkGraph } from './network-graph'

/** Between a node and the next one below it, in pixels. */
export const betweenRanks = 22

export interface Box {
  /** Nodes from top to bottom. */
  nodes: GraphNode[]
  width: number
  height: number
}

export interface Part {
  /** The first box is the node that the part begins with, the last the one that it ends with. */
  boxes: Box[]
  /** Edges between boxes, with the indices of both. */
  wires: { edge: GraphEdge; source: number; target: number }[]
  /** Edges within boxes, straight down. */
  inner: GraphEdge[]
  /** Equal for parts that are laid out alike: sizes and wires. */
  key: string
}

/** A longer chain is several boxes, so that a tall drawing can still be folded between them. */
const longestBox = 6

function boxOf(nodes: GraphNode[]): Box {
  let width = 0
  let height = -betweenRanks
  for (const node of nodes) {
    width = Math.max(width, node.width)
    height += node.height + betweenRanks
  }
  return { nodes, width, height }
}

function partOf(members: readonly GraphNode[], edges: readonly GraphEdge[]): Part {
  const inputs = new Map<string, string[]>(members.map((node) => [node.id, []]))
  const uses = new Map<string, number>()
  for (const edge of edges) {
    inputs.get(edge.target)?.push(edge.source)
    uses.set(edge.source, (uses.get(edge.source) ?? 0) + 1)
  }
  const lists: GraphNode[][] = []
  const boxOfNode = new Map<string, number>()
  members.forEach((node, k) => {
    const sources = inputs.get(node.id) ?? []
    const [source] = sources
    const isEnd = k === 0 || k === members.length - 1
    const above = sources.length === 1 && source !== undefined && uses.get(source) === 1 && !isEnd ? boxOfNode.get(source) : undefined
    const list = above === undefined || above === 0 ? undefined : lists[above]
    if (above !== undefined && list !== undefined && list.length < longestBox) {
      list.push(node)
      boxOfNode.set(node.id, above)
    } else {
      boxOfNode.set(node.id, lists.length)
      lists.push([node])
    }
  })
  const boxes = lists.map(boxOf)
  const wires: Part['wires'] = []
  const inner: GraphEdge[] = []
  for (const edge of edges) {
    const source = boxOfNode.get(edge.source) ?? 0
    const target = boxOfNode.get(edge.target) ?? 0
    if (source === target) inner.push(edge)
    else wires.push({ edge, source, target })
  }
  const key = `${boxes.map(({ width, height }) => `${width}×${height}`).join(' ')} ${wires.map(({ source, target }) => `${source}>${target}`).join(' ')}`
  return { boxes, wires, inner, key }
}

/** The parts of a graph in order; each but the last ends with the node that the next begins with. A single node makes one part. */
export function seriesParts(graph: NetworkGraph): Part[] {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]))
  const order = drawingOrder(graph).flatMap((id) => byId.get(id) ?? [])
  if (order.length < 2) return order.length === 0 ? [] : [partOf(order, [])]
  const position = new Map(order.map((node, index) => [node.id, index]))
  // Differences first, summed below: an edge from s to t passes over s + 1 … t − 1.
  const over = new Int32Array(order.length + 1)
  for (const edge of graph.edges) {
    const s = position.get(edge.source) ?? 0
    const t = position.get(edge.target) ?? 0
    if (t <= s + 1) continue
    over[s + 1] = (over[s + 1] ?? 0) + 1
    over[t] = (over[t] ?? 0) - 1
  }
  const cuts = [0]
  /** The part in which an edge that ends at a position lies. */
  const partAt = new Int32Array(order.length)
  for (let p = 1; p < order.length; p++) {
    over[p] = (over[p] ?? 0) + (over[p - 1] ?? 0)
    partAt[p] = cuts.length - 1
    if (over[p] === 0 || p === order.length - 1) cuts.push(p)
  }
  const edgesOf: GraphEdge[][] = cuts.slice(1).map(() => [])
  for (const edge of graph.edges) edgesOf[partAt[position.get(edge.target) ?? 0] ?? 0]?.push(edge)
  return edgesOf.map((edges, k) => partOf(order.slice(cuts[k], (cuts[k + 1] ?? 0) + 1), edges))
}

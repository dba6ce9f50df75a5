/**
 * A layered layout in linear time, for graphs that elk takes too long for: each node one rank below the lowest of its
 * inputs, in the rank ordered by where its inputs stand, edges as steps between ranks. Edges over several ranks go round them on the right.
 */
import { drawingOrder } from './drawing-order'
import type { NetworkGraph } from './network-graph'
import type { GraphLayout, PlacedNode } from './wrap-columns'

const betweenNodes = 28
const betweenRanks = 44
const besideNodes = 14

export function simpleLayers(graph: NetworkGraph): GraphLayout {
  const inputs = new Map<string, string[]>(graph.nodes.map((node) => [node.id, []]))
  for (const edge of graph.edges) inputs.get(edge.target)?.push(edge.source)
  const byId = new Map(graph.nodes.map((node) => [node.id, node]))
  const rankOf = new Map<string, number>()
  const ranks: string[][] = []
  for (const id of drawingOrder(graph)) {
    // A loop, not a spread: a node may have more inputs than a call takes arguments.
    let rank = 0
    for (const source of inputs.get(id) ?? []) rank = Math.max(rank, (rankOf.get(source) ?? -1) + 1)
    rankOf.set(id, rank)
    ;(ranks[rank] ??= []).push(id)
  }
  const middle = new Map<string, number>()
  const placed = new Map<string, PlacedNode>()
  let y = 0
  /** Right end of each rank. */
  const ends: number[] = []
  let left = 0
  let right = 0
  for (const rank of ranks) {
    const wish = (id: string): number => {
      const known = (inputs.get(id) ?? []).flatMap((source) => middle.get(source) ?? [])
      return known.reduce((sum, x) => sum + x, 0) / Math.max(1, known.length)
    }
    const wishes = new Map(rank.map((id) => [id, wish(id)]))
    const ordered = [...rank].sort((a, b) => (wishes.get(a) ?? 0) - (wishes.get(b) ?? 0))
    const widths = ordered.map((id) => byId.get(id)?.width ?? 0)
    const total = widths.reduce((sum, width) => sum + width + betweenNodes, -betweenNodes)
    // The rank as a whole stands below its inputs.
    let x = ordered.reduce((sum, id) => sum + (wishes.get(id) ?? 0), 0) / ordered.length - total / 2
    let height = 0
    ordered.forEach((id, k) => {
      const width = widths[k] ?? 0
      const node: PlacedNode = { id, x, y, width, height: byId.get(id)?.height ?? 0 }
      placed.set(id, node)
      middle.set(id, x + width / 2)
      height = Math.max(height, node.height)
      left = Math.min(left, x)
      right = Math.max(right, x + width)
      x += width + betweenNodes
    })
    ends.push(x - betweenNodes)
    y += height + betweenRanks
  }
  const nodes = graph.nodes.flatMap((node) => {
    const box = placed.get(node.id)
    return box ? [{ ...box, x: box.x - left }] : []
  })
  const boxes = new Map(nodes.map((node) => [node.id, node]))
  let width = right - left
  const edges = graph.edges.flatMap((edge) => {
    const source = boxes.get(edge.source)
    const target = boxes.get(edge.target)
    if (!source || !target) return []
    const from = { x: source.x + source.width / 2, y: source.y + source.height }
    const to = { x: target.x + target.width / 2, y: target.y }
    const turn = to.y - betweenRanks / 2
    const passed = ends.slice((rankOf.get(edge.source) ?? 0) + 1, rankOf.get(edge.target))
    // A wire in the way of nobody goes straight down before it turns.
    const side = passed.reduce((furthest, end) => Math.max(furthest, end - left + besideNodes), from.x)
    width = Math.max(width, side)
    const leave = from.y + betweenRanks / 3
    const points = passed.length === 0 ? [from, { x: from.x, y: turn }] : [from, { x: from.x, y: leave }, { x: side, y: leave }, { x: side, y: turn }]
    return [{ id: edge.id, source: edge.source, target: edge.target, points: [...points, { x: to.x, y: turn }, to], wrapped: false }]
  })
  return { nodes, edges, width, height: Math.max(0, y - betweenRanks) }
}

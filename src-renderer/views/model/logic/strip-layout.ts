/** The whole network as one strip, top to bottom: its parts laid out one by one and stacked. */
import type { ElkNode } from 'elkjs/lib/elk-api'
import { partFromElk, partToElk, type PartLayout } from './elk-layout'
import type { NetworkGraph } from './network-graph'
import { betweenRanks, seriesParts, type Part } from './series-parts'
import type { GraphLayout, PlacedEdge, PlacedNode, Point } from './wrap-columns'

/** What is used of elk. */
export interface LayoutEngine {
  layout(graph: ElkNode): Promise<ElkNode>
}

/** A part that ends more than this to the side of where it began is led back, so that the strip stays upright. Pixels. */
const smallestShift = 0.5
/** Height that leading back takes. */
const shiftHeight = 14

/** Two boxes below one another need no elk; neither does a single one. */
function chainLayout({ boxes, wires }: Part): PartLayout | null {
  if (boxes.length > 2) return null
  const top = boxes[0]?.height ?? 0
  return {
    boxes: boxes.map((box, k) => ({ x: -box.width / 2, y: k === 0 ? 0 : top + betweenRanks })),
    wires: wires.map(() => [{ x: 0, y: top }, { x: 0, y: top + betweenRanks }])
  }
}

/** The last box stands straight below the first: what leads to it takes a bend more. */
function upright(part: Part, layout: PartLayout): PartLayout {
  const last = part.boxes.length - 1
  const corner = layout.boxes[last]
  const shift = corner === undefined ? 0 : -(corner.x + (part.boxes[last]?.width ?? 0) / 2)
  if (corner === undefined || last === 0 || Math.abs(shift) < smallestShift) return layout
  const boxes = [...layout.boxes.slice(0, -1), { x: corner.x + shift, y: corner.y + shiftHeight }]
  const wires = layout.wires.map((points, k) => {
    const end = points[points.length - 1]
    if (part.wires[k]?.target !== last || end === undefined) return points
    return [...points, { x: end.x + shift, y: end.y }, { x: end.x + shift, y: end.y + shiftHeight }]
  })
  return { boxes, wires }
}

/** Stacks laid-out parts; `layouts` are those of `parts`. */
export function stack(parts: readonly Part[], layouts: readonly PartLayout[]): GraphLayout {
  const nodes = new Map<string, PlacedNode>()
  const edges: PlacedEdge[] = []
  let y = 0
  let [left, right, bottom] = [0, 0, 0]
  const cover = (x: number, to: number): void => {
    left = Math.min(left, x)
    right = Math.max(right, x)
    bottom = Math.max(bottom, to)
  }
  const place = (points: readonly Point[]): Point[] =>
    points.map((point) => {
      cover(point.x, point.y + y)
      return { x: point.x, y: point.y + y }
    })
  parts.forEach((part, k) => {
    const layout = layouts[k]
    if (layout === undefined) return
    part.boxes.forEach((box, b) => {
      const corner = layout.boxes[b] ?? { x: 0, y: 0 }
      let top = corner.y + y
      for (const { id, width, height } of box.nodes) {
        const x = corner.x + (box.width - width) / 2
        nodes.set(id, { id, x, y: top, width, height })
        cover(x, top)
        cover(x + width, top + height)
        top += height + betweenRanks
      }
    })
    part.wires.forEach(({ edge }, w) => edges.push({ id: edge.id, source: edge.source, target: edge.target, points: place(layout.wires[w] ?? []), wrapped: false }))
    for (const edge of part.inner) {
      const source = nodes.get(edge.source)
      const target = nodes.get(edge.target)
      if (source === undefined || target === undefined) continue
      const x = source.x + source.width / 2
      edges.push({ id: edge.id, source: edge.source, target: edge.target, points: [{ x, y: source.y + source.height }, { x, y: target.y }], wrapped: false })
    }
    y += layout.boxes[layout.boxes.length - 1]?.y ?? 0
  })
  return {
    nodes: [...nodes.values()].map((node) => ({ ...node, x: node.x - left })),
    edges: edges.map((edge) => ({ ...edge, points: edge.points.map((point) => ({ x: point.x - left, y: point.y })) })),
    width: right - left,
    height: bottom
  }
}

/** Lays out a graph. `known` keeps the layouts of parts by their key, from one call to the next. */
export async function stripLayout(graph: NetworkGraph, elk: LayoutEngine, known: Map<string, PartLayout> = new Map()): Promise<GraphLayout> {
  const parts = seriesParts(graph)
  const layouts: PartLayout[] = []
  for (const part of parts) {
    const layout = known.get(part.key) ?? chainLayout(part) ?? upright(part, partFromElk(part, await elk.layout(partToElk(part))))
    known.set(part.key, layout)
    layouts.push(layout)
  }
  return stack(parts, layouts)
}

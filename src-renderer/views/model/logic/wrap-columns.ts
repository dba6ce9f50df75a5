/**
 * Folds a tall, top-to-bottom layout into columns that are read like a newspaper. A network of several hundred layers
 * fitted to the window is otherwise a strip of hairline width.
 *
 * A cut runs through the empty band between two ranks. Edges that cross a cut keep their route up to it, go down below
 * their column, over to the gutter in front of the column where they end, up above it and in from the top. All edges
 * that leave one node share a lane, so that a value that is used many times looks like one wire.
 */
import { bandsAbove, chooseCuts, cuttable } from './column-cuts'

export interface Point {
  x: number
  y: number
}

export interface PlacedNode {
  id: string
  /** Top left corner. */
  x: number
  y: number
  width: number
  height: number
}

export interface PlacedEdge {
  id: string
  source: string
  target: string
  /** From the border of the source to the border of the target, both included. */
  points: Point[]
  /** It runs from one column to another. */
  wrapped: boolean
}

export interface GraphLayout {
  nodes: PlacedNode[]
  edges: PlacedEdge[]
  width: number
  height: number
}

/** Size of the area that the drawing should fill, in the units of the layout: pixels at zoom 1. */
export interface WrapArea {
  width: number
  height: number
}

const gutterWidth = 56
const laneSpacing = 7
const laneMargin = 18
/** A further column must make the fitted drawing larger by this factor. */
const worthAColumn = 1.04
/** So many columns more than the best so far are tried before it is taken. */
const furtherTries = 2

/** The part of a downward polyline above y, or below it, ending (or starting) exactly at y. */
function splitAt(points: readonly Point[], y: number, part: 'above' | 'below'): Point[] {
  for (let k = 1; k < points.length; k++) {
    const a = points[k - 1] as Point
    const b = points[k] as Point
    if (a.y <= y && b.y > y) {
      const t = (y - a.y) / (b.y - a.y)
      const cut = { x: a.x + t * (b.x - a.x), y }
      return part === 'above' ? [...points.slice(0, k), cut] : [cut, ...points.slice(k)]
    }
  }
  return [...points]
}

/** Scale at which a drawing fits into the area; drawings are not enlarged. */
const fittedZoom = ({ width, height }: WrapArea, area: WrapArea): number => Math.min(1, area.width / width, area.height / height)

/** The number of columns with which the drawing would be largest if all were as wide as the strip; they are not, so that more may be better. */
function leastColumns({ width, height }: GraphLayout, area: WrapArea): number {
  const zoom = (columns: number): number => fittedZoom({ width: columns * width + (columns - 1) * gutterWidth, height: height / columns }, area)
  let columns = 1
  while (zoom(columns + 1) > zoom(columns)) columns++
  return columns
}

/** Folded into the number of columns with which the drawing, fitted to the area, is largest; as it is when it fits. */
export function wrapIntoColumns(layout: GraphLayout, area: WrapArea): GraphLayout {
  const where = cuttable(layout)
  let best = layout
  let bestColumns = 1
  const first = Math.max(2, leastColumns(layout, area))
  for (let columns = first; columns <= Math.max(bestColumns, first) + furtherTries; columns++) {
    const cuts = chooseCuts(where, columns)
    if (cuts.length === 0) continue
    const folded = fold(layout, where.bands, cuts)
    if (fittedZoom(folded, area) > fittedZoom(best, area) * worthAColumn) [best, bestColumns] = [folded, columns]
  }
  return best
}

/** The layout with its columns side by side; `cuts` are the bands between them. */
function fold(layout: GraphLayout, bands: readonly number[], cuts: readonly number[]): GraphLayout {
  const columnOf = (y: number): number => cuts.filter((cut) => cut <= y).length
  const columnOfNode = new Map(layout.nodes.map((node) => [node.id, columnOf(node.y)]))
  const column = (id: string): number => columnOfNode.get(id) ?? 0

  // Ranks: how many bands lie above a node.
  const rankOf = new Map(layout.nodes.map((node) => [node.id, bandsAbove(bands, node.y)]))
  const topRank: number[] = []
  const bottomRank: number[] = []
  for (const node of layout.nodes) {
    const at = column(node.id)
    const rank = rankOf.get(node.id) ?? 0
    topRank[at] = Math.min(topRank[at] ?? Infinity, rank)
    bottomRank[at] = Math.max(bottomRank[at] ?? -Infinity, rank)
  }

  // Extent of each column's own content, its edges included.
  const columns = Array.from({ length: cuts.length + 1 }, () => ({ left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity, x: 0 }))
  const cover = (index: number, x: number, y: number): void => {
    const extent = columns[index]
    if (!extent) return
    extent.left = Math.min(extent.left, x)
    extent.right = Math.max(extent.right, x)
    extent.top = Math.min(extent.top, y)
    extent.bottom = Math.max(extent.bottom, y)
  }
  for (const node of layout.nodes) {
    cover(column(node.id), node.x, node.y)
    cover(column(node.id), node.x + node.width, node.y + node.height)
  }
  for (const edge of layout.edges) {
    if (column(edge.source) === column(edge.target)) for (const point of edge.points) cover(column(edge.source), point.x, point.y)
  }

  // Lanes: one per source in the gutter in front of each column that it reaches.
  const lanes = columns.map(() => new Map<string, number>())
  const crossing = layout.edges.filter((edge) => column(edge.source) < column(edge.target))
  for (const edge of crossing) {
    const gutter = lanes[column(edge.target)]
    if (gutter && !gutter.has(edge.source)) gutter.set(edge.source, gutter.size)
  }
  // One way down for all edges that leave a node: the shortest of theirs, or straight down from the last rank.
  const trunks = new Map<string, Point[]>()
  const isLast = (id: string): boolean => columnOfNode.has(id) && bottomRank[column(id)] === rankOf.get(id)
  const isFirst = (id: string): boolean => columnOfNode.has(id) && topRank[column(id)] === rankOf.get(id)
  for (const edge of crossing) {
    const head = splitAt(edge.points, cuts[column(edge.source)] as number, 'above')
    const start = edge.points[0] as Point
    const trunk = isLast(edge.source) ? [start, start] : head
    const known = trunks.get(edge.source)
    if (!known || trunk.length < known.length) trunks.set(edge.source, trunk)
  }
  const laneCount = Math.max(...lanes.map((gutter) => gutter.size))
  const top = laneMargin + laneCount * laneSpacing
  let x = 0
  columns.forEach((extent, index) => {
    if (index > 0) x += gutterWidth + (lanes[index]?.size ?? 0) * laneSpacing
    extent.x = x
    x += extent.right - extent.left
  })
  const shifted = (index: number, point: Point): Point => {
    const extent = columns[index]
    return extent ? { x: point.x - extent.left + extent.x, y: point.y - extent.top + top } : point
  }
  const bottom = (index: number): number => {
    const extent = columns[index]
    return extent ? extent.bottom - extent.top + top : top
  }

  const nodes = layout.nodes.map((node) => ({ ...node, ...shifted(column(node.id), node) }))
  const edges = layout.edges.map((edge): PlacedEdge => {
    const from = column(edge.source)
    const to = column(edge.target)
    if (from >= to) return { ...edge, points: edge.points.map((point) => shifted(from, point)) }
    const head = (trunks.get(edge.source) ?? []).map((point) => shifted(from, point))
    const below = splitAt(edge.points, cuts[to - 1] as number, 'below')
    // A target right behind the cut is entered straight from above.
    const straightIn = isFirst(edge.target) ? below.slice(-1) : below
    const tail = straightIn.length === 1 ? [...straightIn, ...straightIn].map((point) => shifted(to, point)) : straightIn.map((point) => shifted(to, point))
    const lane = lanes[to]?.get(edge.source) ?? 0
    const floor = Math.max(...columns.slice(from, to).map((_, index) => bottom(from + index))) + laneMargin + lane * laneSpacing
    const gutterX = (columns[to]?.x ?? 0) - gutterWidth / 2 - lane * laneSpacing
    const ceiling = top - laneMargin / 2 - lane * laneSpacing
    const leave = head[head.length - 1] as Point
    const enter = tail[0] as Point
    return {
      ...edge,
      wrapped: true,
      points: [
        ...head.slice(0, -1),
        { x: leave.x, y: floor },
        { x: gutterX, y: floor },
        { x: gutterX, y: ceiling },
        { x: enter.x, y: ceiling },
        ...tail.slice(1)
      ]
    }
  })
  const height = Math.max(...columns.map((_, index) => bottom(index))) + laneMargin + laneCount * laneSpacing
  return { nodes, edges, width: x, height }
}

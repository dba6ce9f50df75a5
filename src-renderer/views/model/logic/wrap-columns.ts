/**
 * Folds a tall, top-to-bottom layout into columns that are read like a newspaper. A network of several hundred layers
 * fitted to the window is otherwise a strip of hairline width.
 *
 * A cut runs through the empty band between two ranks. Edges that cross a cut keep their route up to it, go down below
 * their column, over to the gutter in front of the column where they end, up above it and in from the top. All edges
 * that leave one node share a lane, so that a value that is used many times looks like one wire.
 */

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
/** What one more crossing wire costs against columns of unequal height: (deviation / ideal)². */
const crossingCost = 0.06

/** Horizontal bands that no node touches, as their middle y, top to bottom. */
export function emptyBands(nodes: readonly PlacedNode[]): number[] {
  const ordered = [...nodes].sort((a, b) => a.y - b.y)
  const bands: number[] = []
  let bottom = -Infinity
  for (const node of ordered) {
    if (node.y > bottom && bottom > -Infinity) bands.push((node.y + bottom) / 2)
    bottom = Math.max(bottom, node.y + node.height)
  }
  return bands
}

/** A further column must make the fitted drawing larger by this factor. */
const worthAColumn = 1.04

/** The number of columns with which the drawing, fitted to the area, is largest; 1 when it fits as it is. */
export function columnCount(layout: GraphLayout, area: WrapArea): number {
  const fittedZoom = (columns: number): number => {
    const lanes = columns === 1 ? 0 : 2 * laneMargin
    return Math.min(1, area.width / (columns * layout.width + (columns - 1) * gutterWidth), area.height / (layout.height / columns + lanes))
  }
  let best = 1
  // The zoom rises with the columns as long as the height decides, then falls.
  for (let columns = 2; fittedZoom(columns) > fittedZoom(best) * worthAColumn || fittedZoom(columns + 1) > fittedZoom(best) * worthAColumn; columns++) {
    if (fittedZoom(columns) > fittedZoom(best) * worthAColumn) best = columns
  }
  return best
}

/** Bands to cut at: columns as equal as possible in height, cuts where few different values cross. Dynamic programming over the bands. */
export function chooseCuts(bands: readonly number[], crossings: readonly number[], height: number, columns: number): number[] {
  if (columns <= 1 || bands.length < columns - 1) return []
  const ideal = height / columns
  const ends = [0, ...bands, height]
  const last = ends.length - 1
  let cost = new Float64Array(ends.length).fill(Infinity)
  cost[0] = 0
  const previous: Int32Array[] = []
  for (let column = 1; column <= columns; column++) {
    const next = new Float64Array(ends.length).fill(Infinity)
    const from = new Int32Array(ends.length).fill(-1)
    for (let end = column; end <= last; end++) {
      for (let start = column - 1; start < end; start++) {
        const deviation = ((ends[end] as number) - (ends[start] as number)) / ideal - 1
        const crossing = start === 0 ? 0 : crossingCost * Math.max(0, (crossings[start - 1] as number) - 1)
        const total = (cost[start] as number) + deviation * deviation + crossing
        if (total < (next[end] as number)) {
          next[end] = total
          from[end] = start
        }
      }
    }
    cost = next
    previous.push(from)
  }
  const cuts: number[] = []
  for (let column = columns - 1, end = last; column > 0; column--) {
    end = previous[column]?.[end] ?? -1
    if (end <= 0) return []
    cuts.unshift(ends[end] as number)
  }
  return cuts
}

/** How many bands lie above `y`: bisection, the bands are in order. */
function bandsAbove(bands: readonly number[], y: number): number {
  let low = 0
  let high = bands.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((bands[middle] as number) < y) low = middle + 1
    else high = middle
  }
  return low
}

/** How many different source nodes' values cross each band. */
function sourcesCrossing(layout: GraphLayout, bands: readonly number[]): number[] {
  const bottomOf = new Map(layout.nodes.map((node) => [node.id, node.y + node.height]))
  const topOf = new Map(layout.nodes.map((node) => [node.id, node.y]))
  const reach = new Map<string, number>()
  for (const edge of layout.edges) {
    reach.set(edge.source, Math.max(reach.get(edge.source) ?? -Infinity, topOf.get(edge.target) ?? -Infinity))
  }
  // Differences first, summed below: a value that leaves at `bottom` and is last used at `top` crosses the bands between.
  const difference = new Int32Array(bands.length + 1)
  for (const [source, target] of reach) {
    const from = bandsAbove(bands, bottomOf.get(source) ?? Infinity)
    const to = bandsAbove(bands, target)
    if (from >= to) continue
    difference[from] = (difference[from] ?? 0) + 1
    difference[to] = (difference[to] ?? 0) - 1
  }
  let crossing = 0
  return bands.map((_, index) => (crossing += difference[index] ?? 0))
}

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

export function wrapIntoColumns(layout: GraphLayout, area: WrapArea): GraphLayout {
  const bands = emptyBands(layout.nodes)
  const cuts = chooseCuts(bands, sourcesCrossing(layout, bands), layout.height, columnCount(layout, area))
  if (cuts.length === 0) return layout
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

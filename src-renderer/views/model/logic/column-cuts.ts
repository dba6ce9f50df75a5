/** Where a tall layout is cut into columns: in bands that no node touches, where few wires cross, so that what is wide stands together. */
import type { GraphLayout, PlacedNode, Point } from './wrap-columns'

/** What one more crossing wire costs against columns of unequal height: (deviation / ideal)². */
const crossingCost = 0.12
/** What a column costs that is as wide as the whole strip, against columns of unequal height. */
const widthCost = 0.35
/** Columns taller than the ideal by more than this times are not looked at. */
const largestDeviation = 1.5

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

/** What decides where to cut: the bands, and what lies at them and between them. */
export interface Cuttable {
  /** Middle y, top to bottom. */
  bands: readonly number[]
  /** How many different source nodes' values cross each band. */
  crossings: readonly number[]
  /** Horizontal extent of what lies above the first band, between the bands, and below the last: one more than there are bands. */
  extents: readonly { left: number; right: number }[]
  width: number
  height: number
}

export function cuttable(layout: GraphLayout): Cuttable {
  const bands = emptyBands(layout.nodes)
  return { bands, crossings: sourcesCrossing(layout, bands), extents: extentsBetween(layout, bands), width: layout.width, height: layout.height }
}

function extentsBetween(layout: GraphLayout, bands: readonly number[]): { left: number; right: number }[] {
  const extents = Array.from({ length: bands.length + 1 }, () => ({ left: Infinity, right: -Infinity }))
  const cover = (a: Point, b: Point): void => {
    for (let k = bandsAbove(bands, Math.min(a.y, b.y)); k <= bandsAbove(bands, Math.max(a.y, b.y)); k++) {
      const extent = extents[k]
      if (extent === undefined) continue
      extent.left = Math.min(extent.left, a.x, b.x)
      extent.right = Math.max(extent.right, a.x, b.x)
    }
  }
  for (const { x, y, width, height } of layout.nodes) cover({ x, y }, { x: x + width, y: y + height })
  for (const { points } of layout.edges) for (let k = 1; k < points.length; k++) cover(points[k - 1] as Point, points[k] as Point)
  return extents
}

/** Bands to cut at: columns as equal in height and as narrow as possible, cuts where few different values cross. Dynamic programming over the bands. */
export function chooseCuts({ bands, crossings, extents, width, height }: Cuttable, columns: number): number[] {
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
      let [left, right] = [Infinity, -Infinity]
      for (let start = end - 1; start >= column - 1; start--) {
        left = Math.min(left, extents[start]?.left ?? Infinity)
        right = Math.max(right, extents[start]?.right ?? -Infinity)
        const deviation = ((ends[end] as number) - (ends[start] as number)) / ideal - 1
        if (deviation > largestDeviation && start < end - 1) break
        const crossing = start === 0 ? 0 : crossingCost * Math.max(0, (crossings[start - 1] as number) - 1)
        const total = (cost[start] as number) + deviation * deviation + crossing + (widthCost * Math.max(0, right - left)) / width
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
export function bandsAbove(bands: readonly number[], y: number): number {
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

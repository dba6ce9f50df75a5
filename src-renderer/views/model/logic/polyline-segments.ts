/**
 * Bend points as cytoscape's `segments` edges want them: relative to the straight line between the node centres.
 * For S, T the centres and P a bend, weight = (P−S)·(T−S)/|T−S|² and distance is the signed distance from the line,
 * positive to the left of S→T in screen coordinates (y down), as cytoscape defines it.
 */
import type { Point } from './wrap-columns'

export interface Segments {
  weights: number[]
  distances: number[]
}

/** Null when there is no bend, or the centres coincide. */
export function segmentsOf(bends: readonly Point[], source: Point, target: Point): Segments | null {
  const dx = target.x - source.x
  const dy = target.y - source.y
  const length = Math.hypot(dx, dy)
  if (bends.length === 0 || length === 0) return null
  return {
    weights: bends.map((bend) => ((bend.x - source.x) * dx + (bend.y - source.y) * dy) / (length * length)),
    distances: bends.map((bend) => ((bend.y - source.y) * dx - (bend.x - source.x) * dy) / length)
  }
}

/** The inverse, as cytoscape draws it. */
export function pointsOf(segments: Segments, source: Point, target: Point): Point[] {
  const dx = target.x - source.x
  const dy = target.y - source.y
  const length = Math.hypot(dx, dy)
  return segments.weights.map((weight, k) => {
    const distance = segments.distances[k] ?? 0
    return { x: source.x + weight * dx - (distance * dy) / length, y: source.y + weight * dy + (distance * dx) / length }
  })
}

/** Leaves out points that lie on the line between their neighbours. */
export function withoutCollinear(points: readonly Point[]): Point[] {
  return points.filter((point, k) => {
    const before = points[k - 1]
    const after = points[k + 1]
    if (!before || !after) return true
    const cross = (point.x - before.x) * (after.y - before.y) - (point.y - before.y) * (after.x - before.x)
    return Math.abs(cross) > 0.5
  })
}

/**
 * The loss along random directions around the weights. A direction is normal noise in which every filter (the weights of one output) has the norm of the
 * network's filter, so that networks of different scale can be compared; biases are not moved.
 * Source: H. Li et al., "Visualizing the Loss Landscape of Neural Nets", NeurIPS 2018, arXiv:1712.09913.
 */
import type { StoredParameter } from '../analog/scales'
import { elementIndex, type WeightLayout } from '../analog/weight-layout'
import { fillNormal } from '../random/streams'
import type { LossSurface } from './loss-surface'
import { combine, type Vector } from './vectors'

/** The direction of this number, filter by filter as long as `weights`. */
export function filterNormalizedDirection(parameters: readonly StoredParameter[], weights: Vector, seed: number, direction: number): Float32Array[] {
  return parameters.map(({ layout }, p) => {
    const target = new Float32Array(weights[p]!.length)
    if (layout === null) return target
    fillNormal(target, { seed, purpose: 'landscape', at: [direction, p] })
    normalizeFilters(target, weights[p]!, layout)
    return target
  })
}

function normalizeFilters(target: Float32Array, weights: Float32Array, layout: WeightLayout): void {
  for (let group = 0; group < layout.groups; group++) {
    for (let column = 0; column < layout.columns; column++) {
      let own = 0
      let drawn = 0
      for (let row = 0; row < layout.rows; row++) {
        const i = elementIndex(layout, group, row, column)
        own += weights[i]! ** 2
        drawn += target[i]! ** 2
      }
      const factor = drawn === 0 ? 0 : Math.sqrt(own / drawn)
      for (let row = 0; row < layout.rows; row++) {
        const i = elementIndex(layout, group, row, column)
        target[i] = target[i]! * factor
      }
    }
  }
}

/** Writes w + x·a (+ y·b). */
export function moveAlong(moved: Vector, weights: Vector, axes: { a: Vector; b: Vector | null }, x: number, y: number): void {
  combine(moved, weights, x, axes.a)
  if (axes.b !== null && y !== 0) combine(moved, moved, y, axes.b)
}

/** Loss at w + x·a (+ y·b), for x and y of the given distances in units of the filters' norms. Rows are y, columns x; without `b` one row. */
export async function lossAlong(surface: LossSurface, weights: Vector, axes: { a: Vector; b: Vector | null }, distances: readonly number[], between: () => Promise<void>): Promise<number[][]> {
  const moved = surface.empty()
  const rows: number[][] = []
  for (const y of axes.b === null ? [0] : distances) {
    const row: number[] = []
    for (const x of distances) {
      moveAlong(moved, weights, axes, x, y)
      row.push(await surface.loss(moved))
      await between()
    }
    rows.push(row)
  }
  return rows
}

/** Curvature made by formula, for tests of charts, reports and the command line. */
import type { CurvatureFindings, NetworkCurvature } from '../curvature'
import { statisticsAround } from './fixtures'

export function networkCurvatureOf(layerNames: readonly string[], scale: number, rows = 1): NetworkCurvature {
  const points = 5
  const distances = Array.from({ length: points }, (_, i) => -0.5 + i / 4)
  const weighted = layerNames.map((_, index) => 0.2 * scale * (index + 1))
  const sum = weighted.reduce((a, b) => a + b, 0)
  return {
    loss: 0.1, cost: statisticsAround(0.35 * scale, 0.05, 10),
    layers: layerNames.map((layer, index) => ({
      layer, weights: 100 * (index + 1), deviation: 0.02 / (index + 1), trace: { mean: 50 * scale * (index + 1), ci95: 2 }, weighted: { mean: weighted[index] ?? 0, ci95: 0.02 }
    })),
    trace: { mean: 150 * scale, ci95: 3 }, weighted: { mean: sum, ci95: 0.03 }, probes: 20,
    eigenvalues: [{ value: 12 * scale, residual: 0.1, iterations: 9 }, { value: -5 * scale, residual: 0.2, iterations: 30 }],
    landscape: { distances, losses: Array.from({ length: rows }, (_, y) => distances.map((x) => 0.1 + scale * (x * x + (rows === 1 ? 0 : (distances[y] ?? 0) ** 2)))) }
  }
}

/** Two layers before and after, or of one network alone; the names are the caller's. */
export const curvatureOf = (layerNames: readonly string[] = ['conv', 'fc'], compared = true, rows = 1): CurvatureFindings => ({
  before: networkCurvatureOf(layerNames, 1, rows), after: compared ? networkCurvatureOf(layerNames, 0.25, rows) : null
})

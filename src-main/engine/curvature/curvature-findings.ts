/** What the finished steps of a curvature run amount to. */
import type { CurvatureNetwork, CurvatureSettings, CurvatureStep, Estimated, LossLandscape, NetworkCurvature } from '@shared/curvature'
import { accuracyStatistics } from '../simulate/statistics'

/** What is known of a layer without computing. */
export interface LayerFacts {
  layer: string
  weights: number
  deviation: number
}

/** Distances of the points of one axis, the network itself in the middle. */
export const axisDistances = ({ points, extent }: CurvatureSettings['landscape']): number[] =>
  Array.from({ length: points }, (_, i) => extent * ((2 * i) / (points - 1) - 1))

/** Rows of a landscape: 0 for none. */
export const landscapeRows = ({ kind, points }: CurvatureSettings['landscape']): number => (kind === 'none' ? 0 : kind === 'line' ? 1 : points)

/** Null before the loss itself is known. */
export function networkCurvature(steps: readonly CurvatureStep[], network: CurvatureNetwork, layers: readonly LayerFacts[], settings: CurvatureSettings): NetworkCurvature | null {
  const of = <M extends CurvatureStep['measure']>(measure: M) =>
    steps.filter((step): step is Extract<CurvatureStep, { measure: M }> => step.measure === measure && step.network === network)
  const loss = of('loss')[0]?.loss
  if (loss === undefined) return null
  const probes = [...of('probe')].sort((a, b) => a.probe - b.probe)
  const draws = [...of('draw')].sort((a, b) => a.chipInstance - b.chipInstance)
  const costs = draws.flatMap((draw) => (draw.loss === null ? [] : [draw.loss - loss]))
  const estimated = (values: readonly number[]): Estimated | null => {
    if (values.length < 2) return null
    const { mean, ci95 } = accuracyStatistics(values)
    return { mean, ci95 }
  }
  return {
    loss,
    // One chip whose loss is beyond all numbers makes the mean so.
    cost: draws.length > 0 && costs.length === draws.length ? accuracyStatistics(costs) : null,
    layers: layers.map((facts, index) => ({
      ...facts, trace: estimated(probes.map(({ trace }) => trace[index] ?? 0)), weighted: estimated(probes.map(({ weighted }) => weighted[index] ?? 0))
    })),
    trace: estimated(probes.map(({ trace }) => sum(trace))),
    weighted: estimated(probes.map(({ weighted }) => sum(weighted))),
    probes: probes.length,
    eigenvalues: [...of('eigenvalue')].sort((a, b) => a.index - b.index).map(({ value, residual, iterations }) => ({ value, residual, iterations })),
    landscape: landscape(of('landscape'), settings.landscape)
  }
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

function landscape(points: readonly Extract<CurvatureStep, { measure: 'landscape' }>[], asked: CurvatureSettings['landscape']): LossLandscape | null {
  const rows = landscapeRows(asked)
  if (rows === 0) return null
  const losses = Array.from({ length: rows }, () => Array.from({ length: asked.points }, (): number | null => null))
  for (const { row, column, loss } of points) losses[row]![column] = loss
  return { distances: axisDistances(asked), losses }
}

/** The data behind the charts of curvature as tables. */
import type { CurvatureFindings, CurvatureStep } from '../curvature'
import { networkNames } from './curvature-bars'
import type { Cell, Column, Table } from './tables'

const column = (key: string, label: string, kind: Column['kind']): Column => ({ key, label, kind })

/** Columns of one network, and of the other where there is one. */
const doubled = (both: boolean, make: (key: string, label: string) => Column[]): Column[] => [...make('', both ? ', before' : ''), ...(both ? make('After', ', after') : [])]

/** One row per network: loss, cost of the device's errors, traces. */
export function curvatureTotalsTable(findings: CurvatureFindings): Table {
  return {
    columns: [
      column('network', 'Network', 'text'), column('loss', 'Loss (nats)', 'number'), column('cost', 'Device errors cost (nats)', 'number'), column('costCi95', '± 95 % CI', 'number'),
      column('secondOrder', '½ tr(HΣ) (nats)', 'number'), column('secondOrderCi95', '± 95 % CI', 'number'), column('trace', 'tr(H) (nats)', 'number'), column('traceCi95', '± 95 % CI', 'number')
    ],
    rows: (['before', 'after'] as const).flatMap((name): Cell[][] => {
      const network = findings[name]
      if (network === null) return []
      const { loss, cost, trace, weighted } = network
      return [[networkNames[name], loss, cost?.mean ?? null, cost?.ci95 ?? null, halved(weighted?.mean), halved(weighted?.ci95), trace?.mean ?? null, trace?.ci95 ?? null]]
    })
  }
}

const halved = (value: number | null | undefined): number | null => (value === null || value === undefined ? null : value / 2)

/** One row per analog layer. `ratio`: what its errors cost after against before. */
export function curvatureLayersTable({ before, after }: CurvatureFindings): Table {
  const both = after !== null
  return {
    columns: [
      column('layer', 'Layer', 'text'), column('weights', 'Weights', 'integer'),
      ...doubled(both, (key, label) => [
        column(`deviation${key}`, `Device error (rms)${label}`, 'number'), column(`cost${key}`, `½ tr(HΣ) (nats)${label}`, 'number'), column(`cost${key}Ci95`, '± 95 % CI', 'number'),
        column(`trace${key}`, `tr(H)${label}`, 'number'), column(`trace${key}Ci95`, '± 95 % CI', 'number')
      ]),
      ...(both ? [column('ratio', '½ tr(HΣ), after / before', 'number')] : [])
    ],
    rows: (before?.layers ?? []).map((layer, index) => {
      const other = after?.layers[index]
      const cells = (each: typeof other): Cell[] => [each?.deviation ?? null, halved(each?.weighted?.mean), halved(each?.weighted?.ci95), each?.trace?.mean ?? null, each?.trace?.ci95 ?? null]
      const ratio = (other?.weighted?.mean ?? NaN) / (layer.weighted?.mean ?? NaN)
      return [layer.layer, layer.weights, ...cells(layer), ...(both ? [...cells(other), Number.isFinite(ratio) ? ratio : null] : [])]
    })
  }
}

export function eigenvaluesTable({ before, after }: CurvatureFindings): Table {
  const both = after !== null
  const count = Math.max(before?.eigenvalues.length ?? 0, after?.eigenvalues.length ?? 0)
  return {
    columns: [
      column('index', 'Eigenvalue', 'integer'),
      ...doubled(both, (key, label) => [column(`value${key}`, `Value${label}`, 'number'), column(`residual${key}`, `Residual${label}`, 'number'), column(`iterations${key}`, 'Iterations', 'integer')])
    ],
    rows: Array.from({ length: count }, (_, index) => {
      const cells = (network: CurvatureFindings['before']): Cell[] => {
        const found = network?.eigenvalues[index]
        return [found?.value ?? null, found?.residual ?? null, found?.iterations ?? null]
      }
      return [index + 1, ...cells(before), ...(both ? cells(after) : [])]
    })
  }
}

/** One row per point. */
export function landscapeTable({ before, after }: CurvatureFindings): Table {
  const shape = before?.landscape ?? after?.landscape ?? { distances: [], losses: [] }
  const plane = shape.losses.length > 1
  return {
    columns: [
      column('x', plane ? 'First direction' : 'Distance', 'number'), ...(plane ? [column('y', 'Second direction', 'number')] : []),
      ...doubled(after !== null, (key, label) => [column(`loss${key}`, `Loss (nats)${label}`, 'number')])
    ],
    rows: shape.losses.flatMap((row, y) =>
      row.map((_, x): Cell[] => [
        shape.distances[x] ?? null, ...(plane ? [shape.distances[y] ?? null] : []), before?.landscape?.losses[y]?.[x] ?? null,
        ...(after === null ? [] : [after.landscape?.losses[y]?.[x] ?? null])
      ])
    )
  }
}

/** One row per finished step; of a probe one per layer. Losses in nats. */
export function curvatureStepsTable(steps: readonly CurvatureStep[], layers: readonly string[]): Table {
  const cells = (step: CurvatureStep): Cell[][] => {
    const { network, measure } = step
    switch (step.measure) {
      case 'loss':
        return [[network, measure, null, null, null, step.loss, null, null, null, null, null]]
      case 'draw':
        return [[network, measure, step.chipInstance, null, null, step.loss, null, null, null, null, null]]
      case 'probe':
        return step.trace.map((trace, index) => [network, measure, step.probe, null, layers[index] ?? String(index), null, trace, step.weighted[index] ?? null, null, null, null])
      case 'eigenvalue':
        return [[network, measure, step.index, null, null, null, null, null, step.value, step.residual, step.iterations]]
      case 'landscape':
        return [[network, measure, step.column, step.row, null, step.loss, null, null, null, null, null]]
    }
  }
  return {
    columns: [
      column('network', 'Network', 'text'), column('measure', 'Measurement', 'text'), column('number', 'Number', 'integer'), column('row', 'Row', 'integer'), column('layer', 'Layer', 'text'),
      column('loss', 'Loss (nats)', 'number'), column('trace', 'tr(H)', 'number'), column('weighted', 'tr(HΣ) (nats)', 'number'), column('eigenvalue', 'Eigenvalue', 'number'),
      column('residual', 'Residual', 'number'), column('iterations', 'Iterations', 'integer')
    ],
    rows: steps.flatMap(cells)
  }
}

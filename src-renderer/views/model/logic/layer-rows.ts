/** Rows of the layer table: one per node of the network, with its tiles where it is analog. */
import type { NetworkReport, NodeReport, TileCount } from '@shared/network'
import { formatShape } from './format-network'

export interface LayerRow {
  /** Place in the network's order, from 1. */
  position: number
  name: string
  operator: string
  placement: NodeReport['placement']
  shape: string
  parameters: number
  macs: number
  /** `576×128`, with `×16` for groups; empty for digital nodes. */
  matrix: string
  rows: number
  /** 0 where the layer is computed on the arrays of another one. */
  tiles: number | null
  sharesArraysOf: string | null
  utilisation: number | null
}

export function layerRows(report: NetworkReport, tiles: readonly TileCount[]): LayerRow[] {
  const tilesOf = new Map(tiles.map((entry) => [entry.node, entry]))
  return report.nodes.map((node, index) => {
    const tile = tilesOf.get(node.name)
    return {
      position: index + 1,
      name: node.name,
      operator: node.opType,
      placement: node.placement,
      shape: formatShape(node.outputShape),
      parameters: node.parameters,
      macs: node.macs,
      matrix: node.matrix ? `${node.matrix.rows}×${node.matrix.columns}${node.matrix.groups > 1 ? ` ×${node.matrix.groups}` : ''}` : '',
      rows: node.matrix?.rows ?? 0,
      tiles: tile?.tiles ?? null,
      sharesArraysOf: tile?.sharesArraysOf ?? null,
      utilisation: tile?.utilisation ?? null
    }
  })
}

/**
 * Every word of the query must occur in the name, operator, placement or a shape, whatever its case; `x` and `*` stand
 * for `×`, so that `64x16` finds `64×16×16`.
 */
export function matchesQuery(row: LayerRow, query: string): boolean {
  const plain = [row.name, row.operator, row.placement, row.shape, row.matrix].join(' ').toLowerCase()
  const shapes = `${row.shape} ${row.matrix}`
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .every((word) => plain.includes(word) || shapes.includes(word.replace(/(?<=\d)[x*](?=\d|$)/g, '×')))
}

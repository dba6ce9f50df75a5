/**
 * What the tile map draws: how many rows and columns of its array each tile of a layer occupies. The counts come from
 * the engine (`network.tiles`); the share of each tile follows from its rule: rows are cut at input channels in equal
 * parts, the last may be shorter; a kernel that is larger than an array is cut as well; columns are cut in equal parts.
 * Slices and the second cell of a pair repeat the same tiles on further arrays.
 */
import { groupedInteger } from '@shared/charts'
import type { NodeReport, TileCount } from '@shared/network'

export interface LayerTileMap {
  node: string
  groups: number
  /** Occupied rows of each tile along the rows, and columns along the columns; one group. */
  rows: number[]
  columns: number[]
  /** Size of one array: the limits, or the layer's own size where they are 0. */
  arrayRows: number
  arrayColumns: number
  /** Occupied cells over all cells. */
  utilisation: number
  tiles: number
  /** Arrays that each tile takes: slices times cells per value. */
  arraysPerTile: number
  arrays: number
  /** Why there are several arrays to a tile: `4 slices × pair`; empty for one. */
  stack: string
  /** False where the shares do not add up to the engine's utilisation; then every tile shows the layer's mean. */
  exact: boolean
}

/** Sizes of `parts` equal parts of `total`, the last one shorter. */
export function equalParts(total: number, parts: number): number[] {
  const size = Math.ceil(total / parts)
  return Array.from({ length: parts }, (_, k) => Math.max(0, Math.min(size, total - k * size)))
}

function rowParts(node: NodeReport, rows: number, rowTiles: number, arrayRows: number): number[] {
  const rowsPerChannel = node.opType === 'Conv' ? (node.matrix?.weightShape ?? []).slice(2).reduce((product, dim) => product * dim, 1) : 1
  const channels = rows / rowsPerChannel
  if (rowsPerChannel <= arrayRows) return equalParts(channels, rowTiles).map((count) => count * rowsPerChannel)
  const kernel = equalParts(rowsPerChannel, rowTiles / channels)
  return Array.from({ length: channels }, () => kernel).flat()
}

/** Rounding of the engine's fraction; a tile more or less in a layer shows far above it. */
const utilisationTolerance = 1e-6

export function layerTileMap(node: NodeReport, count: TileCount): LayerTileMap | null {
  if (!node.matrix) return null
  const { rows, columns } = node.matrix
  const { arrayRows, arrayColumns } = count
  const rowShares = rowParts(node, rows, count.rowTiles, arrayRows)
  const columnShares = equalParts(columns, count.columnTiles)
  const occupied = rowShares.reduce((sum, value) => sum + value, 0) * columnShares.reduce((sum, value) => sum + value, 0)
  const fraction = occupied / (count.rowTiles * count.columnTiles * arrayRows * arrayColumns)
  const fits = rowShares.length === count.rowTiles && Math.max(...rowShares) <= arrayRows && Math.max(...columnShares) <= arrayColumns
  const exact = fits && Math.abs(fraction - count.utilisation) < utilisationTolerance
  const mean = Math.sqrt(count.utilisation)
  return {
    node: count.node,
    groups: count.groups,
    rows: exact ? rowShares : Array.from({ length: count.rowTiles }, () => mean * arrayRows),
    columns: exact ? columnShares : Array.from({ length: count.columnTiles }, () => mean * arrayColumns),
    arrayRows,
    arrayColumns,
    utilisation: count.utilisation,
    tiles: count.tiles,
    arraysPerTile: count.slices * count.cellsPerValue,
    arrays: count.arrays,
    stack: stackWords(count),
    exact
  }
}

/** What repeats each tile on further arrays. */
export function stackWords({ slices, cellsPerValue }: Pick<TileCount, 'slices' | 'cellsPerValue'>): string {
  return [...(slices > 1 ? [`${slices} slices`] : []), ...(cellsPerValue > 1 ? ['pairs'] : [])].join(' × ')
}

/** Cut of the matrix: `5×2`, with the groups in front: `16·(1×1)`. */
export function tilesWords({ rowTiles, columnTiles, groups }: Pick<TileCount, 'rowTiles' | 'columnTiles' | 'groups'>): string {
  return groups > 1 ? `${groupedInteger(groups)}·(${rowTiles}×${columnTiles})` : `${rowTiles}×${columnTiles}`
}

/** Totals over all layers. */
export function tileTotals(counts: readonly TileCount[]): { arrays: number; cells: number; occupied: number; occupancy: number } {
  const sum = (of: (count: TileCount) => number): number => counts.reduce((total, count) => total + of(count), 0)
  const cells = sum((count) => count.cells)
  const occupied = sum((count) => count.occupiedCells)
  return { arrays: sum((count) => count.arrays), cells, occupied, occupancy: cells === 0 ? 0 : occupied / cells }
}

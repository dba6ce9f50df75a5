/** Wire resistance of programmed arrays: conductances in place of which each tile's transfer matrix stands (physics §7). */
import type { Wires } from '@shared/hardware'
import { rowTileOf, type TileGrid } from '../tiling'
import { interleavedMatrix } from '../wire-resistance/differential'
import { transferMatrix } from '../wire-resistance/transfer-matrix'
import { elementIndex, type WeightLayout } from '../weight-layout'

const siemensPerMicrosiemens = 1e-6

/** Where the cells of one tile stand in the weight tensor, and its reference column in the reference cells. */
interface TileCells {
  rows: number
  columns: number
  /** Row-major positions in the weight tensor. */
  elements: Uint32Array
  /** Position of each row's reference cell. */
  references: Uint32Array
}

/** Calls `visit` for each tile of the layer. */
function forEachTile(layout: WeightLayout, grid: TileGrid, visit: (tile: TileCells) => void): void {
  const rowsOf: number[][] = Array.from({ length: grid.rowTiles }, () => [])
  for (let row = 0; row < layout.rows; row++) rowsOf[rowTileOf(layout, grid, row)]!.push(row)
  for (let group = 0; group < layout.groups; group++) {
    for (const rows of rowsOf) {
      for (let columnTile = 0; columnTile < grid.columnTiles; columnTile++) {
        const first = columnTile * grid.columnsPerTile
        const columns = Math.min(grid.columnsPerTile, layout.columns - first)
        if (rows.length === 0 || columns <= 0) continue
        visit({
          rows: rows.length,
          columns,
          elements: Uint32Array.from({ length: rows.length * columns }, (_, i) => elementIndex(layout, group, rows[Math.floor(i / columns)]!, first + (i % columns))),
          references: Uint32Array.from(rows, (row) => (group * grid.columnTiles + columnTile) * layout.rows + row)
        })
      }
    }
  }
}

const resistances = (wires: Wires) => ({
  rowSegment: wires.rowSegmentOhms, columnSegment: wires.columnSegmentOhms, driver: wires.driverOhms, sense: wires.senseOhms
})

/** Conductances as seen through the wires, in µS like `conductances`: arrays with wires of their own. */
export function throughWires(conductances: Float32Array, layout: WeightLayout, grid: TileGrid, wires: Wires): Float32Array {
  const seen = new Float32Array(conductances.length)
  forEachTile(layout, grid, ({ rows, columns, elements }) => {
    const matrix = transferMatrix({ conductances: Float64Array.from(elements, (i) => conductances[i]! * siemensPerMicrosiemens), rows, columns, ...resistances(wires) })
    elements.forEach((element, i) => (seen[element] = matrix[i]! / siemensPerMicrosiemens))
  })
  return seen
}

/** The same with a reference column in each array, the nearest to the row drivers. */
export function throughWiresWithReference(
  conductances: Float32Array, references: Float32Array, layout: WeightLayout, grid: TileGrid, wires: Wires
): { conductances: Float32Array; references: Float32Array } {
  const seen = { conductances: new Float32Array(conductances.length), references: new Float32Array(references.length) }
  forEachTile(layout, grid, (tile) => {
    const width = tile.columns + 1
    const all = new Float64Array(tile.rows * width)
    for (let row = 0; row < tile.rows; row++) {
      all[row * width] = references[tile.references[row]!]! * siemensPerMicrosiemens
      for (let column = 0; column < tile.columns; column++) all[row * width + 1 + column] = conductances[tile.elements[row * tile.columns + column]!]! * siemensPerMicrosiemens
    }
    const matrix = transferMatrix({ conductances: all, rows: tile.rows, columns: width, ...resistances(wires) })
    for (let row = 0; row < tile.rows; row++) {
      seen.references[tile.references[row]!] = matrix[row * width]! / siemensPerMicrosiemens
      for (let column = 0; column < tile.columns; column++) seen.conductances[tile.elements[row * tile.columns + column]!] = matrix[row * width + 1 + column]! / siemensPerMicrosiemens
    }
  })
  return seen
}

/** Difference of the currents of pairs on shared column wires, in µS. */
export function pairsThroughWires(positive: Float32Array, negative: Float32Array, layout: WeightLayout, grid: TileGrid, wires: Wires): Float32Array {
  const seen = new Float32Array(positive.length)
  forEachTile(layout, grid, ({ rows, columns, elements }) => {
    const cells = (conductances: Float32Array): Float64Array => Float64Array.from(elements, (i) => conductances[i]! * siemensPerMicrosiemens)
    const matrix = interleavedMatrix({ positive: cells(positive), negative: cells(negative), rows, columns, ...resistances(wires) })
    elements.forEach((element, i) => (seen[element] = matrix[i]! / siemensPerMicrosiemens))
  })
  return seen
}

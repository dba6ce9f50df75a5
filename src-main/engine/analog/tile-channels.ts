/**
 * A *channel* is one column of one row tile: what one converter digitises. Channels are numbered as the partial sums lie in
 * the program, (group · row tiles + row tile) · columns + column.
 */
import { rowTileOf, type TileGrid } from './tiling'
import { elementIndex, weightCount, type WeightLayout } from './weight-layout'

export const channelCount = (layout: WeightLayout, grid: TileGrid): number => layout.groups * grid.rowTiles * layout.columns

/** The channel of each element of the weight tensor. */
export function channelOfElements(layout: WeightLayout, grid: TileGrid): Uint32Array {
  const channels = new Uint32Array(weightCount(layout))
  for (let group = 0; group < layout.groups; group++) {
    for (let row = 0; row < layout.rows; row++) {
      const first = (group * grid.rowTiles + rowTileOf(layout, grid, row)) * layout.columns
      for (let column = 0; column < layout.columns; column++) channels[elementIndex(layout, group, row, column)] = first + column
    }
  }
  return channels
}

/** The tile of each channel, numbered (group · row tiles + row tile) · column tiles + column tile. */
export function tileOfChannels(layout: WeightLayout, grid: TileGrid): Uint32Array {
  return Uint32Array.from({ length: channelCount(layout, grid) }, (_, channel) => {
    const rowTile = Math.floor(channel / layout.columns)
    return rowTile * grid.columnTiles + Math.floor((channel % layout.columns) / grid.columnsPerTile)
  })
}

/** Rows of the matrix that each row tile of one group holds. */
export function rowsOfTiles(layout: WeightLayout, grid: TileGrid): number[] {
  const rows = new Array<number>(grid.rowTiles).fill(0)
  for (let row = 0; row < layout.rows; row++) rows[rowTileOf(layout, grid, row)]! += 1
  return rows
}

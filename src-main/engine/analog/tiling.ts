/**
 * How a layer's matrix is cut into tiles, one physical array each.
 *
 * Rows are cut at input channels, in equal parts (the last may be shorter): a tile takes whole kernels, so a tile's
 * partial sum is a grouped convolution. Only when one kernel has more elements than an array has rows is the kernel
 * itself cut, again in equal parts. Columns are cut in equal parts. Each group of a grouped convolution has arrays of
 * its own.
 */
import type { Hardware } from '@shared/hardware'
import type { WeightLayout } from './weight-layout'

export interface TileGrid {
  /** Input channels (or matrix rows) of one tile; 1 when kernels are cut. */
  channelsPerTile: number
  /** Tiles along the input channels. */
  channelTiles: number
  /** Kernel elements of one tile. */
  kernelElementsPerTile: number
  /** Parts into which one kernel is cut; 1 unless a kernel is larger than an array. */
  kernelParts: number
  /** Tiles along the rows of one group: channelTiles · kernelParts. */
  rowTiles: number
  columnsPerTile: number
  columnTiles: number
}

const equalParts = (total: number, limit: number): { parts: number; size: number } => {
  const parts = Math.ceil(total / limit)
  return { parts, size: Math.ceil(total / parts) }
}

export function tileGrid(layout: WeightLayout, array: Hardware['array']): TileGrid {
  const rowLimit = array.rows === 0 ? layout.rows : array.rows
  const columnLimit = array.columns === 0 ? layout.columns : array.columns
  const channels = layout.rows / layout.rowsPerChannel
  const kernel = equalParts(layout.rowsPerChannel, Math.min(rowLimit, layout.rowsPerChannel))
  const channel = kernel.parts > 1 ? { parts: channels, size: 1 } : equalParts(channels, Math.max(1, Math.floor(rowLimit / layout.rowsPerChannel)))
  const column = equalParts(layout.columns, columnLimit)
  return {
    channelsPerTile: channel.size,
    // Equal parts of rounded-up size can need fewer parts than were asked for (7 in 5 parts of 2 are 4).
    channelTiles: Math.ceil(channels / channel.size),
    kernelElementsPerTile: kernel.size,
    kernelParts: Math.ceil(layout.rowsPerChannel / kernel.size),
    rowTiles: Math.ceil(channels / channel.size) * Math.ceil(layout.rowsPerChannel / kernel.size),
    columnsPerTile: column.size,
    columnTiles: Math.ceil(layout.columns / column.size)
  }
}

/** Tile index along the rows for one matrix row. */
export function rowTileOf(layout: WeightLayout, grid: TileGrid, row: number): number {
  const channel = Math.floor(row / layout.rowsPerChannel)
  const element = row % layout.rowsPerChannel
  return Math.floor(channel / grid.channelsPerTile) * grid.kernelParts + Math.floor(element / grid.kernelElementsPerTile)
}

export const tilesOf = (layout: WeightLayout, grid: TileGrid): number => layout.groups * grid.rowTiles * grid.columnTiles

/** Occupied cells over the cells of all arrays that the layer takes; 1 for unlimited arrays. */
export function utilisation(layout: WeightLayout, grid: TileGrid, array: Hardware['array']): number {
  const rows = array.rows === 0 ? layout.rows : array.rows
  const columns = array.columns === 0 ? layout.columns : array.columns
  return (layout.groups * layout.rows * layout.columns) / (tilesOf(layout, grid) * rows * columns)
}

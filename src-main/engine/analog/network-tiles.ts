/** How the layers of a network fall onto arrays, each on the hardware that holds for it. */
import { hardwareInForce, layerHardware, type Hardware } from '@shared/hardware'
import type { TileCount } from '@shared/network'
import type { Network } from '../onnx/network'
import { mappedLayers } from './compile'
import { tileGrid, tilesOf, utilisation } from './tiling'
import type { WeightLayout } from './weight-layout'

/** One entry per layer that is computed on arrays, in the order of the network; layers that stay digital have none. */
export function networkTiles(network: Network, hardware: Hardware): TileCount[] {
  const layers = mappedLayers(network)
  const names = layers.map(({ layer }) => layer.node)
  const counted = new Map<string, string>()
  return layers.flatMap(({ layer, layout }, index) => {
    const own = layerHardware(hardware, names, index)
    if (own === 'digital') return []
    const tiles = layerTiles(layer.node, layout, own)
    const first = counted.get(layer.weight.name)
    if (first !== undefined) return [{ ...tiles, sharesArraysOf: first, tiles: 0, arrays: 0, occupiedCells: 0, cells: 0 }]
    counted.set(layer.weight.name, layer.node)
    return [tiles]
  })
}

/** The arrays of one layer. `own` is the hardware that holds for it. */
export function layerTiles(node: string, layout: WeightLayout, own: Hardware): TileCount {
  const grid = tileGrid(layout, own.array)
  const force = hardwareInForce(own)
  const cellsPerValue = force.conductance !== null && force.cell.kind === 'differential' ? 2 : 1
  const tiles = tilesOf(layout, grid)
  const arrays = tiles * force.sliceCount * cellsPerValue
  const arrayRows = own.array.rows === 0 ? layout.rows : own.array.rows
  const arrayColumns = own.array.columns === 0 ? layout.columns : own.array.columns
  return {
    node,
    sharesArraysOf: null,
    rowTiles: grid.rowTiles,
    columnTiles: grid.columnTiles,
    groups: layout.groups,
    tiles,
    slices: force.sliceCount,
    cellsPerValue,
    arrays,
    arrayRows,
    arrayColumns,
    occupiedCells: layout.groups * layout.rows * layout.columns * force.sliceCount * cellsPerValue,
    cells: arrays * arrayRows * arrayColumns,
    utilisation: utilisation(layout, grid, own.array)
  }
}

/** How the layers of a network fall onto arrays. */
import type { Hardware } from '@shared/hardware'
import type { TileCount } from '@shared/network'
import type { Network } from '../onnx/network'
import { mappedLayers } from './compile'
import { tileGrid, tilesOf, utilisation } from './tiling'

export function networkTiles(network: Network, hardware: Hardware): TileCount[] {
  return mappedLayers(network).map(({ layer, layout }) => {
    const grid = tileGrid(layout, hardware.array)
    return {
      node: layer.node,
      rowTiles: grid.rowTiles,
      columnTiles: grid.columnTiles,
      groups: layout.groups,
      tiles: tilesOf(layout, grid),
      utilisation: utilisation(layout, grid, hardware.array)
    }
  })
}

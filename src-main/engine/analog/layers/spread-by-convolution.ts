/** Σ over row tiles of one value per tile times a factor for each column, as a 1×1 convolution. */
import type { TiledFormContext } from './tiled-form'

/**
 * @param perTile [N, groups · row tiles · perTileColumns, …]
 * @param factors [group][row tile · perTileColumns + column of the tile][column]
 */
export function spreadByConvolution({ builder, layer, layout, grid }: TiledFormContext, perTile: string, perTileColumns: number, factors: Float32Array): string {
  const { groups, columns } = layout
  const perGroup = grid.rowTiles * perTileColumns
  // The kernel of a 1×1 convolution is [column, tile].
  const data = new Float32Array(groups * columns * perGroup)
  for (let group = 0; group < groups; group++) {
    for (let tile = 0; tile < perGroup; tile++) {
      for (let column = 0; column < columns; column++) data[(group * columns + column) * perGroup + tile] = factors[(group * perGroup + tile) * columns + column]!
    }
  }
  const kernel = builder.constant('reference_factors', { type: 'float32', dims: [groups * columns, perGroup, ...layer.weight.dims.slice(2).map(() => 1)], data })
  return builder.node('Conv', [perTile, kernel], { group: groups })
}

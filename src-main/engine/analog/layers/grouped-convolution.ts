/**
 * A convolution as one grouped convolution over row tiles: input channels are cut into groups with all columns each, and one
 * pass over the data computes every partial sum, [N, groups · row tiles · columns, …].
 */
import { convolutionGeometry } from './convolution-geometry'
import { imagesIn, joined, product, shapeOf, type TiledForm, type TiledFormContext } from './tiled-form'
import { spreadByConvolution } from './spread-by-convolution'

export function groupedConvolutionForm(context: TiledFormContext): TiledForm {
  const { builder, network, layer, layout, grid } = context
  const { groups, rowsPerChannel } = layout
  const { kernelShape, inputSpatial, spatial, attributes, finish } = convolutionGeometry(context)
  const channels = layout.rows / rowsPerChannel
  const paddedChannels = grid.channelTiles * grid.channelsPerTile
  const tiles = groups * grid.rowTiles

  return {
    parts: (columns) => [{ first: 0, count: tiles * columns }],
    positions: (product(spatial) * shapeOf(network, layer.input)[0]!) / imagesIn(network),

    /** Order [group, channel tile, kernel part, column | channel in tile, kernel element], nothing outside of the tile. */
    weights(columns, elementAt) {
      const pack = new Int32Array(tiles * columns * grid.channelsPerTile * rowsPerChannel).fill(-1)
      let next = 0
      for (let group = 0; group < groups; group++) {
        for (let tile = 0; tile < grid.channelTiles; tile++) {
          for (let part = 0; part < grid.kernelParts; part++) {
            for (let column = 0; column < columns; column++) {
              for (let c = 0; c < grid.channelsPerTile; c++) {
                const channel = tile * grid.channelsPerTile + c
                for (let element = 0; element < rowsPerChannel; element++, next++) {
                  if (channel >= channels || Math.floor(element / grid.kernelElementsPerTile) !== part) continue
                  pack[next] = elementAt(group, channel * rowsPerChannel + element, column)
                }
              }
            }
          }
        }
      }
      return [{ dims: [tiles * columns, grid.channelsPerTile, ...kernelShape], pack }]
    },

    /** Appends zero channels to each group so that every tile has the same number. */
    prepare(input) {
      if (paddedChannels === channels) return [input]
      const grouped = groups === 1 ? input : builder.node('Reshape', [input, builder.ints([0, groups, channels, ...inputSpatial])])
      const rank = 2 + inputSpatial.length + (groups === 1 ? 0 : 1)
      const channelAxis = rank - inputSpatial.length - 1
      const pads = Array.from({ length: 2 * rank }, (_, i) => (i === rank + channelAxis ? paddedChannels - channels : 0))
      const padded = builder.node('Pad', [grouped, builder.ints(pads), builder.scalar(0)], { mode: 'constant' })
      return [groups === 1 ? padded : builder.node('Reshape', [padded, builder.ints([0, groups * paddedChannels, ...inputSpatial])])]
    },

    partialSums: ([prepared], [weights]) => [builder.node('Conv', [prepared!, weights!], { ...Object.fromEntries(attributes), group: groups * grid.channelTiles })],
    channelDims: (count) => [1, count, ...spatial.map(() => 1)],
    openDims: (count) => [-1, count, ...spatial],

    sumTiles([partialSums], columns) {
      if (grid.rowTiles === 1) return partialSums!
      // [N, groups, row tiles, columns · positions], summed over the row tiles.
      const split = builder.node('Reshape', [partialSums!, builder.ints([0, groups, grid.rowTiles, -1])])
      const sum = builder.node('ReduceSum', [split, builder.ints([2])], { keepdims: 0 })
      return builder.node('Reshape', [sum, builder.ints([0, groups * columns, ...spatial])])
    },

    // [N, reads, groups · row tiles, …]: only one group has its row tiles side by side.
    stack: (parts, columns) => ({ value: joined(builder, parts, 1), dims: [0, groups * parts.length * grid.rowTiles, columns * product(spatial)], rows: parts.length * grid.rowTiles }),
    unstack: (sum, columns) => builder.node('Reshape', [sum, builder.ints([0, groups * columns, ...spatial])]),
    spread: (perTile, perTileColumns, factors) => spreadByConvolution(context, joined(builder, perTile, 1), perTileColumns, factors),
    finish
  }
}

/** Convolutions as grouped convolutions over row tiles. */
import type { AttributeValue } from '../../onnx/graph'
import { imagesIn, product, shapeOf, weightedSum, type ElementAt, type TiledForm, type TiledFormContext } from './tiled-form'

export function convolutionForm(context: TiledFormContext): TiledForm {
  const { builder, network, layer, node, layout, grid } = context
  const { groups, rowsPerChannel } = layout
  const kernelShape = layer.weight.dims.slice(2)
  const channels = layout.rows / rowsPerChannel
  const paddedChannels = grid.channelTiles * grid.channelsPerTile
  const spatial = shapeOf(network, layer.output).slice(2)
  const inputSpatial = shapeOf(network, layer.input).slice(2)
  const tiles = groups * grid.rowTiles
  const ones = spatial.map(() => 1)

  const attributes = new Map<string, AttributeValue>(node.attributes)
  attributes.set('group', { kind: 'int', value: groups * grid.channelTiles })

  return {
    order: 'channel',
    readAxis: 0,
    elementsPerImage: (columns) => (tiles * columns * product(spatial) * shapeOf(network, layer.output)[0]!) / imagesIn(network),

    /** Order [group, channel tile, kernel part, column | channel in tile, kernel element], nothing outside of the tile. */
    weights(columns, elementAt: ElementAt) {
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
                  pack[next] = elementAt(group, channel * rowsPerChannel + element, column, tile * grid.kernelParts + part)
                }
              }
            }
          }
        }
      }
      return { dims: [tiles * columns, grid.channelsPerTile, ...kernelShape], pack }
    },

    /** Appends zero channels to each group so that every tile has the same number. */
    prepare(input) {
      if (paddedChannels === channels) return input
      const grouped = groups === 1 ? input : builder.node('Reshape', [input, builder.ints([0, groups, channels, ...inputSpatial])])
      const rank = 2 + inputSpatial.length + (groups === 1 ? 0 : 1)
      const channelAxis = rank - inputSpatial.length - 1
      const pads = Array.from({ length: 2 * rank }, (_, i) => (i === rank + channelAxis ? paddedChannels - channels : 0))
      const padded = builder.node('Pad', [grouped, builder.ints(pads), builder.scalar(0)], { mode: 'constant' })
      return groups === 1 ? padded : builder.node('Reshape', [padded, builder.ints([0, groups * paddedChannels, ...inputSpatial])])
    },

    partialSums: (prepared, weights) => builder.node('Conv', [prepared, weights], Object.fromEntries(attributes)),
    channelDims: (columns) => [1, tiles * columns, ...ones],
    openDims: (columns) => [-1, tiles * columns, ...spatial],

    sumTiles(partialSums, columns) {
      if (grid.rowTiles === 1) return partialSums
      // [N, groups, row tiles, columns · positions], summed over the row tiles.
      const split = builder.node('Reshape', [partialSums, builder.ints([0, groups, grid.rowTiles, -1])])
      const sum = builder.node('ReduceSum', [split, builder.ints([2])], { keepdims: 0 })
      return builder.node('Reshape', [sum, builder.ints([0, groups * columns, ...spatial])])
    },

    sumReads: (value, weights) => weightedSum(builder, value, weights, [-1, groups * layout.columns, ...spatial]),

    spread(perTile, perTileColumns, factors) {
      const perGroup = grid.rowTiles * perTileColumns
      // The kernel of a 1×1 convolution is [column, tile].
      const data = new Float32Array(groups * layout.columns * perGroup)
      for (let group = 0; group < groups; group++) {
        for (let tile = 0; tile < perGroup; tile++) {
          for (let column = 0; column < layout.columns; column++) {
            data[(group * layout.columns + column) * perGroup + tile] = factors[(group * perGroup + tile) * layout.columns + column]!
          }
        }
      }
      const kernel = builder.constant('reference_factors', { type: 'float32', dims: [groups * layout.columns, perGroup, ...ones], data })
      return builder.node('Conv', [perTile, kernel], { group: groups })
    },

    finish: (sum) => sum
  }
}

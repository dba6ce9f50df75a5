/**
 * A convolution as one convolution per row tile, each cut into a multiple of the runtime's block of channels and the rest: the
 * first stays in the blocked layout (NCHWc), the second has fewer channels than a block and a direct kernel of its own. ONNX
 * Runtime adds the second while it computes the first. A grouped convolution with 22 channels a group would leave the
 * blocked layout, one padded to 32 multiplies zeros (docs/decisions/0013).
 */
import { convolutionGeometry } from './convolution-geometry'
import { imagesIn, joined, product, shapeOf, sumOf, type TiledForm, type TiledFormContext } from './tiled-form'
import { spreadByConvolution } from './spread-by-convolution'

interface Piece {
  tile: number
  firstChannel: number
  channels: number
}

/** The channels of each tile, in multiples of the block and what is left. */
function piecesOf({ layout, grid }: TiledFormContext, blockSize: number): Piece[] {
  const channels = layout.rows / layout.rowsPerChannel
  return Array.from({ length: grid.rowTiles }, (_, tile) => {
    const first = tile * grid.channelsPerTile
    const end = Math.min(channels, first + grid.channelsPerTile)
    const cut = first + Math.floor((end - first) / blockSize) * blockSize
    return [{ tile, firstChannel: first, channels: cut - first }, { tile, firstChannel: cut, channels: end - cut }]
  }).flat().filter((piece) => piece.channels > 0)
}

export function blockedConvolutionForm(context: TiledFormContext, blockSize: number): TiledForm {
  const { builder, network, layer, layout, grid } = context
  const { rowsPerChannel } = layout
  const { kernelShape, spatial, attributes, finish } = convolutionGeometry(context)
  const pieces = piecesOf(context, blockSize)

  return {
    parts: (columns) => Array.from({ length: grid.rowTiles }, (_, tile) => ({ first: tile * columns, count: columns })),
    positions: (product(spatial) * shapeOf(network, layer.input)[0]!) / imagesIn(network),

    weights: (columns, elementAt) =>
      pieces.map(({ firstChannel, channels }) => {
        const pack = new Int32Array(columns * channels * rowsPerChannel)
        let next = 0
        for (let column = 0; column < columns; column++) {
          for (let row = firstChannel * rowsPerChannel; row < (firstChannel + channels) * rowsPerChannel; row++) pack[next++] = elementAt(0, row, column)
        }
        return { dims: [columns, channels, ...kernelShape], pack }
      }),

    prepare: (input) => [...builder.multi('Split', [input, builder.ints(pieces.map(({ channels }) => channels))], pieces.map(() => builder.fresh('channels')), { axis: 1 })],

    partialSums(prepared, weights) {
      const sums: string[] = []
      pieces.forEach(({ tile }, i) => {
        const sum = builder.node('Conv', [prepared[i]!, weights[i]!], Object.fromEntries(attributes))
        sums[tile] = sums[tile] === undefined ? sum : builder.node('Add', [sums[tile], sum])
      })
      return sums
    },

    channelDims: (count) => [1, count, ...spatial.map(() => 1)],
    openDims: (count) => [-1, count, ...spatial],
    sumTiles: (parts) => sumOf(builder, parts),
    // The batch dimension is copied (0), never inferred: otherwise the runtime cannot prove equal shapes and fuses no sum.
    stack: (parts, columns) => ({ value: joined(builder, parts, 1), dims: [0, parts.length, columns * product(spatial)], rows: parts.length }),
    unstack: (sum, columns) => builder.node('Reshape', [sum, builder.ints([0, columns, ...spatial])]),
    spread: (perTile, perTileColumns, factors) => spreadByConvolution(context, joined(builder, perTile, 1), perTileColumns, factors),
    finish
  }
}

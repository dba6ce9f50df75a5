/** Matrix products as batched products over row tiles. */
import { floatAttribute, intAttribute } from '../../onnx/graph'
import { imagesIn, product, shapeOf, weightedSum, type TiledForm, type TiledFormContext } from './tiled-form'

export function matrixForm(context: TiledFormContext): TiledForm {
  const { builder, network, layer, node, layout, grid } = context
  const { rows } = layout
  const rowsPerTile = grid.channelsPerTile
  const padded = grid.rowTiles * rowsPerTile
  const transposed = intAttribute(node, 'transA', 0) === 1 && layer.opType === 'Gemm'
  const positions = product(shapeOf(network, layer.input)) / rows / imagesIn(network)

  return {
    order: 'matrix',
    readAxis: transposed ? 1 : 0,
    elementsPerImage: (columns) => grid.rowTiles * positions * columns,

    weights(columns, elementAt) {
      const pack = new Int32Array(padded * columns).fill(-1)
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) pack[row * columns + column] = elementAt(0, row, column, Math.floor(row / rowsPerTile))
      }
      return { dims: [grid.rowTiles, rowsPerTile, columns], pack }
    },

    /** All leading dimensions become one, [M, rows], then [row tiles, M, rows per tile]. */
    prepare(input) {
      const upright = transposed ? builder.node('Transpose', [input], { perm: [1, 0] }) : input
      const flat = builder.node('Reshape', [upright, builder.ints([-1, rows])])
      const whole = padded === rows ? flat : builder.node('Pad', [flat, builder.ints([0, 0, 0, padded - rows]), builder.scalar(0)], { mode: 'constant' })
      const cut = builder.node('Reshape', [whole, builder.ints([-1, grid.rowTiles, rowsPerTile])])
      return builder.node('Transpose', [cut], { perm: [1, 0, 2] })
    },

    partialSums: (prepared, weights) => builder.node('MatMul', [prepared, weights]),
    channelDims: (columns) => [grid.rowTiles, 1, columns],
    openDims: (columns) => [grid.rowTiles, -1, columns],
    sumTiles: (partialSums) => builder.node('ReduceSum', [partialSums, builder.ints([0])], { keepdims: 0 }),
    sumReads: (value, weights) => weightedSum(builder, value, weights, [-1, layout.columns]),

    spread(perTile, perTileColumns, factors) {
      // [row tiles, M, columns of the tile] → [M, row tiles · columns of the tile]
      const byRow = builder.node('Reshape', [builder.node('Transpose', [perTile], { perm: [1, 0, 2] }), builder.ints([-1, grid.rowTiles * perTileColumns])])
      const matrix = builder.constant('reference_factors', { type: 'float32', dims: [grid.rowTiles * perTileColumns, layout.columns], data: factors })
      return builder.node('MatMul', [byRow, matrix])
    },

    finish(sum) {
      const shape = shapeOf(network, layer.output)
      // The batch need not be the first dimension ([sequence, batch, features]): the one that grows with it is left open.
      const larger = network.shapes.shape(layer.output, 2) ?? shape
      const open = shape.map((dim, axis) => (network.batch === 'free' && dim !== larger[axis] ? -1 : dim))
      const result = shape.length === 2 ? sum : builder.node('Reshape', [sum, builder.ints(open)])
      const alpha = floatAttribute(node, 'alpha', 1)
      return alpha === 1 || layer.opType !== 'Gemm' ? result : builder.node('Mul', [result, builder.scalar(alpha)])
    }
  }
}

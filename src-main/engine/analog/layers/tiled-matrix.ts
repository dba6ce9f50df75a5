/** A matrix product as one product per row tile, [M, columns] each: ONNX Runtime packs constant matrices of two dimensions. */
import { floatAttribute, intAttribute } from '../../onnx/graph'
import { imagesIn, joined, product, shapeOf, sumOf, type TiledForm, type TiledFormContext } from './tiled-form'

export function matrixForm(context: TiledFormContext): TiledForm {
  const { builder, network, layer, node, layout, grid } = context
  const { rows } = layout
  const rowsPerTile = grid.channelsPerTile
  const heights = Array.from({ length: grid.rowTiles }, (_, tile) => Math.min(rowsPerTile, rows - tile * rowsPerTile))
  const transposed = intAttribute(node, 'transA', 0) === 1 && layer.opType === 'Gemm'

  return {
    parts: (columns) => heights.map((_, tile) => ({ first: tile * columns, count: columns })),
    positions: product(shapeOf(network, layer.input)) / rows / imagesIn(network),

    weights: (columns, elementAt) =>
      heights.map((height, tile) => {
        const pack = new Int32Array(height * columns)
        for (let row = 0; row < height; row++) {
          for (let column = 0; column < columns; column++) pack[row * columns + column] = elementAt(0, tile * rowsPerTile + row, column)
        }
        return { dims: [height, columns], pack }
      }),

    /** All leading dimensions become one, [M, rows], which is cut at the tiles. */
    prepare(input) {
      const upright = transposed ? builder.node('Transpose', [input], { perm: [1, 0] }) : input
      const flat = builder.node('Reshape', [upright, builder.ints([-1, rows])])
      return heights.length === 1 ? [flat] : [...builder.multi('Split', [flat, builder.ints(heights)], heights.map(() => builder.fresh('rows')), { axis: 1 })]
    },

    partialSums: (prepared, weights) => prepared.map((tile, i) => builder.node('MatMul', [tile, weights[i]!])),
    channelDims: (count) => [1, count],
    openDims: (count) => [-1, count],
    sumTiles: (parts) => sumOf(builder, parts),
    stack: (parts) => ({ value: joined(builder, parts, 0), dims: [1, parts.length, -1], rows: parts.length }),
    unstack: (sum, columns) => builder.node('Reshape', [sum, builder.ints([-1, columns])]),

    spread(perTile, perTileColumns, factors) {
      const matrix = builder.constant('reference_factors', { type: 'float32', dims: [grid.rowTiles * perTileColumns, layout.columns], data: factors })
      return builder.node('MatMul', [joined(builder, perTile, 1), matrix])
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

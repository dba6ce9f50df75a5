/**
 * Products with several constant matrices, [groups, rows, columns] each on arrays of its own: one batched product over groups
 * and row tiles. Leading dimensions of the weights that are larger than 1 are the groups; all other leading dimensions, and
 * that of the rows of the activation, count vectors.
 */
import { imagesIn, joined, product, shapeOf, type TiledForm, type TiledFormContext } from './tiled-form'

export function batchedMatrixForm(context: TiledFormContext): TiledForm {
  const { builder, network, layer, node, layout, grid } = context
  const { groups, rows } = layout
  const tiles = groups * grid.rowTiles
  const height = grid.channelsPerTile
  const result = node.outputs[0]!
  const outputShape = shapeOf(network, result)
  const rank = outputShape.length
  const leading = layer.weight.dims.slice(0, -2)
  const firstLeading = rank - layer.weight.dims.length
  const axes = Array.from({ length: rank - 1 }, (_, axis) => axis)
  const groupAxes = axes.filter((axis) => (leading[axis - firstLeading] ?? 1) > 1)
  const vectorAxes = axes.filter((axis) => !groupAxes.includes(axis))
  /** [vectors, groups, last] from a value in the order of the layer's output, and back. */
  const groupsLast = [...vectorAxes, ...groupAxes, rank - 1]
  const groupsFirst = axes.concat(rank - 1).map((axis) => groupsLast.indexOf(axis))
  const transpose = (value: string, perm: readonly number[]): string => (perm.every((from, to) => from === to) ? value : builder.node('Transpose', [value], { perm }))
  const reshape = (value: string, dims: readonly number[]): string => builder.node('Reshape', [value, builder.ints(dims)])
  /** [vectors, tiles, last] ↔ [tiles, vectors, last] */
  const exchanged = (value: string): string => builder.node('Transpose', [value], { perm: [1, 0, 2] })
  const larger = network.shapes.shape(result, 2) ?? outputShape
  const open = outputShape.map((dim, axis) => (network.batch === 'free' && dim !== larger[axis] ? -1 : dim))

  /** The activation with as many dimensions as the output, repeated for the groups where it has none for them. */
  const spreadOverGroups = (input: string): string => {
    const shape = shapeOf(network, layer.input)
    const missing = rank - shape.length
    const full = missing === 0 ? input : builder.node('Unsqueeze', [input, builder.ints(Array.from({ length: missing }, (_, axis) => axis))])
    if (groupAxes.every((axis) => (shape[axis - missing] ?? 1) > 1)) return full
    return builder.node('Expand', [full, builder.ints(Array.from({ length: rank }, (_, axis) => (groupAxes.includes(axis) ? outputShape[axis]! : 1)))])
  }

  return {
    parts: (columns) => [{ first: 0, count: tiles * columns }],
    positions: product(outputShape) / (groups * layout.columns) / imagesIn(network),

    /** [group · row tile, row in tile, column], nothing below the last row. */
    weights(columns, elementAt) {
      const pack = new Int32Array(tiles * height * columns).fill(-1)
      for (let group = 0; group < groups; group++) {
        for (let row = 0; row < rows; row++) {
          const first = ((group * grid.rowTiles + Math.floor(row / height)) * height + (row % height)) * columns
          for (let column = 0; column < columns; column++) pack[first + column] = elementAt(group, row, column)
        }
      }
      return [{ dims: [tiles, height, columns], pack }]
    },

    prepare(input) {
      const vectors = reshape(transpose(spreadOverGroups(input), groupsLast), [-1, groups, rows])
      const missing = grid.rowTiles * height - rows
      const padded = missing === 0 ? vectors : builder.node('Pad', [vectors, builder.ints([0, 0, 0, 0, 0, missing]), builder.scalar(0)], { mode: 'constant' })
      return [exchanged(grid.rowTiles === 1 ? padded : reshape(padded, [-1, tiles, height]))]
    },

    partialSums: ([prepared], [weights], columns) => [reshape(exchanged(builder.node('MatMul', [prepared!, weights!])), [-1, tiles * columns])],
    channelDims: (count) => [1, count],
    openDims: (count) => [-1, count],

    sumTiles([partialSums], columns) {
      if (grid.rowTiles === 1) return partialSums!
      const split = reshape(partialSums!, [-1, groups, grid.rowTiles, columns])
      return reshape(builder.node('ReduceSum', [split, builder.ints([2])], { keepdims: 0 }), [-1, groups * columns])
    },

    stack: () => notOneGroup(),
    unstack: () => notOneGroup(),

    spread(perTile, perTileColumns, factors) {
      const perGroup = grid.rowTiles * perTileColumns
      const matrices = builder.constant('reference_factors', { type: 'float32', dims: [groups, perGroup, layout.columns], data: factors })
      const byGroup = exchanged(reshape(joined(builder, perTile, 1), [-1, groups, perGroup]))
      return reshape(exchanged(builder.node('MatMul', [byGroup, matrices])), [-1, groups * layout.columns])
    },

    finish(sum) {
      const dims = groupsLast.map((axis) => open[axis]!)
      return transpose(reshape(sum, dims), groupsFirst)
    }
  }
}

/** Codes are summed as bytes in layers of one group only. */
function notOneGroup(): never {
  throw new Error('Codes of several groups are not summed as one')
}

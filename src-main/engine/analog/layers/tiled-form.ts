/**
 * A layer whose row tiles are digitised one by one: every tile's partial sum is a value of the graph, passes its
 * converter, and the results are added exactly.
 *
 * Convolution: input channels are cut into `channelTiles` groups of a grouped convolution with all output columns
 * each; one pass over the data computes every partial sum. Matrix product: a batched product over row tiles.
 */
import type { Network } from '../onnx/network'
import { floatAttribute, intAttribute, type AttributeValue, type Node } from '../onnx/graph'
import type { GraphBuilder } from '../onnx/graph-builder'
import type { AnalogLayer } from '../onnx/layers'
import type { TileGrid } from './tiling'
import { elementIndex, type WeightLayout } from './weight-layout'

export interface TiledLayerContext {
  builder: GraphBuilder
  network: Network
  layer: AnalogLayer
  node: Node
  layout: WeightLayout
  grid: TileGrid
  /** The layer's input, behind its DAC. */
  input: string
  /** Adds the packed weights as an initialiser and returns its name. */
  addSlot(dims: readonly number[], pack: Int32Array): string
  /** Puts the ADC behind a partial sum. */
  convert(partialSum: string): string
}

/** Emits the layer and returns the name of its sum before the bias. */
export function emitTiledLayer(context: TiledLayerContext): string {
  return context.layer.opType === 'Conv' ? emitConvolution(context) : emitMatrixProduct(context)
}

function emitConvolution(context: TiledLayerContext): string {
  const { builder, network, layer, node, layout, grid } = context
  const kernelShape = layer.weight.dims.slice(2)
  const channels = layout.rows / layout.rowsPerChannel
  const paddedChannels = grid.channelTiles * grid.channelsPerTile
  const spatial = shapeOf(network, layer.output).slice(2)
  const dims = [layout.groups * grid.rowTiles * layout.columns, grid.channelsPerTile, ...kernelShape]

  const weights = context.addSlot(dims, packConvolution(layout, grid))
  const input = padChannels(context, channels, paddedChannels)
  const attributes = new Map<string, AttributeValue>(node.attributes)
  attributes.set('group', { kind: 'int', value: layout.groups * grid.channelTiles })
  const partialSums = builder.node('Conv', [input, weights], Object.fromEntries(attributes))
  const converted = context.convert(partialSums)
  if (grid.rowTiles === 1) return converted
  // [N, groups, row tiles, columns · positions], summed over the row tiles.
  const split = builder.node('Reshape', [converted, builder.ints([0, layout.groups, grid.rowTiles, -1])])
  const sum = builder.node('ReduceSum', [split, builder.ints([2])], { keepdims: 0 })
  return builder.node('Reshape', [sum, builder.ints([0, layout.groups * layout.columns, ...spatial])])
}

/** Appends zero channels to each group so that every tile has the same number. */
function padChannels({ builder, network, layer, layout, input }: TiledLayerContext, channels: number, padded: number): string {
  if (padded === channels) return input
  const spatial = shapeOf(network, layer.input).slice(2)
  const grouped = layout.groups === 1 ? input : builder.node('Reshape', [input, builder.ints([0, layout.groups, channels, ...spatial])])
  const rank = 2 + spatial.length + (layout.groups === 1 ? 0 : 1)
  const channelAxis = rank - spatial.length - 1
  const pads = Array.from({ length: 2 * rank }, (_, i) => (i === rank + channelAxis ? padded - channels : 0))
  const result = builder.node('Pad', [grouped, builder.ints(pads), builder.scalar(0)], { mode: 'constant' })
  return layout.groups === 1 ? result : builder.node('Reshape', [result, builder.ints([0, layout.groups * padded, ...spatial])])
}

/** Weight order [group, channel tile, kernel part, column | channel in tile, kernel element], zero outside the tile. */
function packConvolution(layout: WeightLayout, grid: TileGrid): Int32Array {
  const { groups, columns, rowsPerChannel } = layout
  const channels = layout.rows / rowsPerChannel
  const pack = new Int32Array(groups * grid.rowTiles * columns * grid.channelsPerTile * rowsPerChannel).fill(-1)
  let next = 0
  for (let group = 0; group < groups; group++) {
    for (let tile = 0; tile < grid.channelTiles; tile++) {
      for (let part = 0; part < grid.kernelParts; part++) {
        for (let column = 0; column < columns; column++) {
          for (let c = 0; c < grid.channelsPerTile; c++) {
            const channel = tile * grid.channelsPerTile + c
            for (let element = 0; element < rowsPerChannel; element++, next++) {
              if (channel >= channels || Math.floor(element / grid.kernelElementsPerTile) !== part) continue
              pack[next] = elementIndex(layout, group, channel * rowsPerChannel + element, column)
            }
          }
        }
      }
    }
  }
  return pack
}

function emitMatrixProduct(context: TiledLayerContext): string {
  const { builder, network, layer, node, layout, grid, input } = context
  const { rows, columns } = layout
  const rowsPerTile = grid.channelsPerTile
  const padded = grid.rowTiles * rowsPerTile
  const transposed = intAttribute(node, 'transA', 0) === 1 && layer.opType === 'Gemm'
  const weights = context.addSlot([grid.rowTiles, rowsPerTile, columns], packMatrix(layout, grid))

  // All leading dimensions become one: [M, rows].
  const upright = transposed ? builder.node('Transpose', [input], { perm: [1, 0] }) : input
  const flat = builder.node('Reshape', [upright, builder.ints([-1, rows])])
  const whole = padded === rows ? flat : builder.node('Pad', [flat, builder.ints([0, 0, 0, padded - rows]), builder.scalar(0)], { mode: 'constant' })
  // [row tiles, M, rows per tile] · [row tiles, rows per tile, columns].
  const cut = builder.node('Reshape', [whole, builder.ints([-1, grid.rowTiles, rowsPerTile])])
  const byTile = builder.node('Transpose', [cut], { perm: [1, 0, 2] })
  const converted = context.convert(builder.node('MatMul', [byTile, weights]))
  const sum = builder.node('ReduceSum', [converted, builder.ints([0])], { keepdims: 0 })
  const shape = shapeOf(network, layer.output)
  // The batch need not be the first dimension ([sequence, batch, features]): the one that grows with it is left open.
  const larger = network.shapes.shape(layer.output, 2) ?? shape
  const open = shape.map((dim, axis) => (network.batch === 'free' && dim !== larger[axis] ? -1 : dim))
  const result = shape.length === 2 ? sum : builder.node('Reshape', [sum, builder.ints(open)])
  const alpha = floatAttribute(node, 'alpha', 1)
  return alpha === 1 || layer.opType !== 'Gemm' ? result : builder.node('Mul', [result, builder.scalar(alpha)])
}

function packMatrix(layout: WeightLayout, grid: TileGrid): Int32Array {
  const pack = new Int32Array(grid.rowTiles * grid.channelsPerTile * layout.columns).fill(-1)
  for (let row = 0; row < layout.rows; row++) {
    for (let column = 0; column < layout.columns; column++) pack[row * layout.columns + column] = elementIndex(layout, 0, row, column)
  }
  return pack
}

/** Shape of a value; its batch dimension is not used by callers. */
function shapeOf(network: Network, value: string): readonly number[] {
  const shape = network.shapes.shape(value, network.batch === 'free' ? 1 : network.batch)
  if (shape === undefined) throw new Error(`No shape is known for ${value}`)
  return shape
}

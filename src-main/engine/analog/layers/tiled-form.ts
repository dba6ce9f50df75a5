/**
 * A layer in the form in which every row tile's partial sums are values of the graph of their own (docs/decisions/0013).
 *
 * Partial sums come in *parts*: values whose second axis holds consecutive channels (tile-channels.ts), [N, channels, …] of a
 * convolution or [M, channels] of a matrix product with all vectors in M.
 */
import type { Node } from '../../onnx/graph'
import type { GraphBuilder } from '../../onnx/graph-builder'
import { isConvolution, type AnalogLayer } from '../../onnx/layers'
import type { Network } from '../../onnx/network'
import type { TileGrid } from '../tiling'
import type { WeightLayout } from '../weight-layout'
import { batchedMatrixForm } from './batched-matrix'
import { blockedConvolutionForm } from './blocked-convolution'
import { groupedConvolutionForm } from './grouped-convolution'
import { matrixForm } from './tiled-matrix'

export interface TiledFormContext {
  builder: GraphBuilder
  network: Network
  layer: AnalogLayer
  node: Node
  layout: WeightLayout
  grid: TileGrid
  /** Channels of a block of ONNX Runtime's blocked layout; null where it has none, or weights are no constants. */
  blockSize: number | null
}

/** Which element of a stored parameter stands at a row and column of a group's matrix, or of its tiles; −1 for none. */
export type ElementAt = (group: number, row: number, column: number) => number

/** An initialiser that holds (a piece of) tiled weights. */
export interface TiledWeights {
  dims: number[]
  pack: Int32Array
}

/** Consecutive channels that one value of the graph holds. */
export interface ChannelPart {
  first: number
  count: number
}

export interface TiledForm {
  /** The parts of partial sums with `columns` columns a tile. */
  parts(columns: number): ChannelPart[]
  /** The initialisers that hold `columns` columns for each tile. */
  weights(columns: number, elementAt: ElementAt): TiledWeights[]
  /** Brings the layer's input (or one read of it) into the form that {@link partialSums} takes. */
  prepare(input: string): string[]
  /** One value for each part. */
  partialSums(prepared: readonly string[], weights: readonly string[], columns: number): string[]
  /** Shape with which one number per channel broadcasts over a part of `count` channels. */
  channelDims(count: number): number[]
  /** Positions of one image: elements of one channel. */
  positions: number
  /** Shape of a part of `count` channels with the first dimension open. */
  openDims(count: number): number[]
  /** Exact digital sum over row tiles: [N, groups · columns, …] or [M, columns]. */
  sumTiles(parts: readonly string[], columns: number): string
  /** Several parts as one, and the shape [copies of parts, elements] in which they are added with weights. */
  stack(parts: readonly string[], columns: number): { value: string; dims: number[]; rows: number }
  /** From a weighted sum over the rows of a stack to the sum over row tiles. */
  unstack(sum: string, columns: number): string
  /**
   * Σ over tiles of one value per tile times a factor for each column.
   * @param perTile Partial sums of `perTileColumns` columns a tile.
   * @param factors [group][row tile · perTileColumns + column of the tile][column]
   */
  spread(perTile: readonly string[], perTileColumns: number, factors: Float32Array): string
  /** From the sum to the layer's output, before the bias. */
  finish(sum: string): string
}

export function tiledForm(context: TiledFormContext): TiledForm {
  const { layer, layout, grid, blockSize } = context
  if (!isConvolution(layer)) return layout.groups === 1 ? matrixForm(context) : batchedMatrixForm(context)
  // The runtime's blocked layout has two spatial dimensions.
  const blocked = blockSize !== null && layer.weight.dims.length === 4 && layout.groups === 1 && grid.kernelParts === 1 && grid.rowTiles > 1
  return blocked ? blockedConvolutionForm(context, blockSize) : groupedConvolutionForm(context)
}

/** Shape of a value for one image, or for the whole of a tied batch. */
export function shapeOf(network: Network, value: string): readonly number[] {
  const shape = network.shapes.shape(value, network.batch === 'free' ? 1 : network.batch)
  if (shape === undefined) throw new Error(`No shape is known for ${value}`)
  return shape
}

export const imagesIn = (network: Network): number => (network.batch === 'free' ? 1 : network.batch)
export const product = (dims: readonly number[]): number => dims.reduce((total, dim) => total * dim, 1)

/** One value, or the sum of several. */
export const sumOf = (builder: GraphBuilder, values: readonly string[]): string => (values.length === 1 ? values[0]! : builder.node('Sum', values))

/** One value, or several one behind the other. */
export const joined = (builder: GraphBuilder, values: readonly string[], axis: number): string => (values.length === 1 ? values[0]! : builder.node('Concat', values, { axis }))

/**
 * A layer in the form in which every row tile's partial sums are values of the graph of their own.
 *
 * Convolution: input channels are cut into groups of a grouped convolution with all columns each; one pass over the data
 * computes every partial sum, [N, groups · row tiles · columns, …]. Matrix product: a batched product over row tiles,
 * [row tiles, M, columns] with all leading dimensions in M.
 */
import type { Node } from '../../onnx/graph'
import type { GraphBuilder } from '../../onnx/graph-builder'
import type { AnalogLayer } from '../../onnx/layers'
import type { Network } from '../../onnx/network'
import type { TileGrid } from '../tiling'
import type { WeightLayout } from '../weight-layout'
import { convolutionForm } from './tiled-convolution'
import { matrixForm } from './tiled-matrix'

export interface TiledFormContext {
  builder: GraphBuilder
  network: Network
  layer: AnalogLayer
  node: Node
  layout: WeightLayout
  grid: TileGrid
}

/** Which column of which row of the group's matrix an element of tiled weights is; −1 where nothing stands. */
export type ElementAt = (group: number, row: number, column: number, rowTile: number) => number

export interface TiledForm {
  order: 'channel' | 'matrix'
  /** Axis of the layer's input along which copies for several reads can be put one behind the other. */
  readAxis: number
  /** Elements of partial sums with `columns` columns a tile, for one image. */
  elementsPerImage(columns: number): number
  /** Shape of an initialiser that holds `columns` columns for each tile, and the element of each of its places. */
  weights(columns: number, elementAt: ElementAt): { dims: number[]; pack: Int32Array }
  /** Brings the layer's input (or several reads of it) into the form that {@link partialSums} takes. */
  prepare(input: string): string
  partialSums(prepared: string, weights: string, columns: number): string
  /** Shape with which one number per channel broadcasts over partial sums. */
  channelDims(columns: number): number[]
  /** Shape of partial sums with the leading (or second) dimension open. */
  openDims(columns: number): number[]
  /** Exact digital sum over row tiles: [N, groups · columns, …] or [M, columns]. */
  sumTiles(partialSums: string, columns: number): string
  /** Sum over reads with weights of their own; reads lie along {@link readAxis}. */
  sumReads(value: string, weights: Float32Array): string
  /**
   * Σ over tiles of one value per tile times a factor for each column.
   * @param perTile Partial sums of `perTileColumns` columns a tile.
   * @param factors [group][row tile · perTileColumns + column of the tile][column]
   */
  spread(perTile: string, perTileColumns: number, factors: Float32Array): string
  /** From the sum to the layer's output, before the bias. */
  finish(sum: string): string
}

export const tiledForm = (context: TiledFormContext): TiledForm => (context.layer.opType === 'Conv' ? convolutionForm(context) : matrixForm(context))

/** Shape of a value for one image, or for the whole of a tied batch. */
export function shapeOf(network: Network, value: string): readonly number[] {
  const shape = network.shapes.shape(value, network.batch === 'free' ? 1 : network.batch)
  if (shape === undefined) throw new Error(`No shape is known for ${value}`)
  return shape
}

export const imagesIn = (network: Network): number => (network.batch === 'free' ? 1 : network.batch)
export const product = (dims: readonly number[]): number => dims.reduce((total, dim) => total * dim, 1)

/** Weighted sum over the leading parts of a value, as a product with a row vector. */
export function weightedSum(builder: GraphBuilder, value: string, weights: Float32Array, dims: readonly number[]): string {
  const parts = builder.node('Reshape', [value, builder.ints([weights.length, -1])])
  const row = builder.constant('read_weights', { type: 'float32', dims: [1, weights.length], data: weights })
  return builder.node('Reshape', [builder.node('MatMul', [row, parts]), builder.ints(dims)])
}

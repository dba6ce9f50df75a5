/** Xᵀ · Y, the gradient of a weight that many rows were multiplied with. */
import { blockedDomain } from '../../../onnx/blocked-layout'
import type { GraphBuilder } from '../../../onnx/graph-builder'
import { algebra } from '../../algebra'

/** From so many rows on the blocked layout gains more than putting the matrices in blocks takes (measured, README.md). */
const fewestRowsInBlocks = 512

export interface TransposedProduct {
  /** X [rows, inputs] */
  x: string
  /** Y [rows, outputs] */
  y: string
  rows: number
  inputs: number
  outputs: number
  /** Channels of a block of the runtime's blocked layout; null where there is none. */
  blockSize: number | null
}

/** Appends nodes that compute Xᵀ · Y, [inputs, outputs]. */
export function transposedProduct(builder: GraphBuilder, product: TransposedProduct): string {
  const { x, y, rows, inputs, outputs, blockSize } = product
  const inBlocks = blockSize !== null && rows >= fewestRowsInBlocks && rows % blockSize === 0 && Math.min(inputs, outputs) % blockSize === 0
  return inBlocks ? blockedProduct(builder, product) : builder.node('Gemm', [x, y], { transA: 1 })
}

/** As a blocked 1×1 convolution: the rows are the channels that are summed, the columns of the wider matrix the positions of one image, those of the other the kernels. */
function blockedProduct(builder: GraphBuilder, { x, y, rows, inputs, outputs }: TransposedProduct): string {
  const { reshape } = algebra(builder)
  const blocked = (opType: string, operands: readonly string[], attributes: Record<string, number | number[]> = {}): string => builder.node(opType, operands, attributes, { domain: blockedDomain })
  const outputsWider = outputs > inputs
  const [wide, positions, narrow, channels] = outputsWider ? [y, outputs, x, inputs] : [x, inputs, y, outputs]
  const image = blocked('ReorderInput', [reshape(wide, [1, rows, 1, positions])])
  const kernels = reshape(blocked('ReorderInput', [reshape(narrow, [1, 1, rows, channels])], { channels_last: 1 }), [channels, rows, 1, 1])
  const product = blocked('Conv', [image, kernels], { kernel_shape: [1, 1] })
  return reshape(blocked('ReorderOutput', [product], { channels, ...(outputsWider ? {} : { channels_last: 1 }) }), [inputs, outputs])
}

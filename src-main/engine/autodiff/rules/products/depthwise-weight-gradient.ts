/**
 * The weight gradient of a depthwise convolution in two dimensions, ∂W[o,k,l] = Σ_n,p,q ∂Y[n,o,p,q] · X[n,g,p·s + k·d − b, q·s' + l·d' − b'] with g the group of o.
 *
 * A channel has no other channels to make a matrix product of, so its rows take their place: for every horizontal tap l
 *
 *     D_l[o, p, h] = Σ_n,q ∂Y[n,o,p,q] · X[n,g,h, q·s' + l·d' − b']        one product of matrices per group
 *     ∂W[o,k,l]    = Σ_p D_l[o, p, p·s + k·d − b]                           a diagonal of each
 *
 * so all vertical taps come from one product, and nothing is padded. It computes as many products as there are rows of X for every one that is needed; up to some size that costs less than
 * cutting every tap out of X (README.md).
 */
import type { GraphBuilder } from '../../../onnx/graph-builder'
import { transposeMatrix } from '../../broadcast'
import type { Windows } from '../../spatial'
import type { WeightGradientOptions } from './conv-weight-gradient'

/** Appends nodes that compute ∂W, [G·M, 1, K, L], of G groups of one input channel and M outputs each. */
export function depthwiseWeightGradient(builder: GraphBuilder, { input, upstream, batch, groups, weightShape, windows }: WeightGradientOptions): string {
  const [outputs = 0, , rowTaps = 0, columnTaps = 0] = weightShape
  const [inputRows = 0, inputColumns = 0] = windows.input
  const [outputRows = 0, outputColumns = 0] = windows.output
  const imagesLast = { perm: [1, 2, 3, 0] }
  const seen = builder.node('Transpose', [input], imagesLast)
  const gradient = builder.node('Transpose', [upstream], imagesLast)
  const diagonals = builder.constant('diagonals', { type: 'float32', dims: [outputRows * inputRows, rowTaps], data: diagonalsOf(windows) })
  const byColumnTap = Array.from({ length: columnTaps }, (_, tap) => {
    const { first, count, start, stride } = columnsOf(tap, windows)
    if (count === 0) return builder.constant('unread', { type: 'float32', dims: [outputs, rowTaps, 1], data: new Float32Array(outputs * rowTaps) })
    const columns = (value: string, from: number, step: number, size: number): string =>
      from === 0 && step === 1 && count === size ? value : builder.node('Slice', [value, builder.ints([from]), builder.ints([from + (count - 1) * step + 1]), builder.ints([2]), builder.ints([step])])
    const inputs = builder.node('Reshape', [columns(seen, start, stride, inputColumns), builder.ints([groups, inputRows, count * batch])])
    const gradients = builder.node('Reshape', [columns(gradient, first, 1, outputColumns), builder.ints([groups, (outputs / groups) * outputRows, count * batch])])
    const rows = builder.node('MatMul', [gradients, transposeMatrix(builder, inputs, 3)])
    const taps = builder.node('MatMul', [builder.node('Reshape', [rows, builder.ints([outputs, outputRows * inputRows])]), diagonals])
    return builder.node('Reshape', [taps, builder.ints([outputs, rowTaps, 1])])
  })
  return builder.node('Reshape', [byColumnTap.length === 1 ? byColumnTap[0]! : builder.node('Concat', byColumnTap, { axis: 2 }), builder.ints(weightShape)])
}

/** Output columns in which a horizontal tap reads the input itself, and the first input column that it reads there. */
function columnsOf(tap: number, windows: Windows): { first: number; count: number; start: number; stride: number } {
  const [, stride = 1] = windows.strides
  const offset = tap * (windows.dilations[1] ?? 1) - (windows.begin[1] ?? 0)
  const first = Math.max(0, Math.ceil(-offset / stride))
  const last = Math.min((windows.output[1] ?? 0) - 1, Math.floor(((windows.input[1] ?? 0) - 1 - offset) / stride))
  return { first, count: Math.max(0, last - first + 1), start: first * stride + offset, stride }
}

/** [output rows · input rows, vertical taps]: 1 where a tap reads that input row for that output row, else 0. */
function diagonalsOf({ kernel, strides, dilations, begin, input, output }: Windows): Float32Array {
  const [taps = 0] = kernel
  const [inputRows = 0] = input
  const [outputRows = 0] = output
  const data = new Float32Array(outputRows * inputRows * taps)
  for (let row = 0; row < outputRows; row++) {
    for (let tap = 0; tap < taps; tap++) {
      const read = row * (strides[0] ?? 1) + tap * (dilations[0] ?? 1) - (begin[0] ?? 0)
      if (read >= 0 && read < inputRows) data[(row * inputRows + read) * taps + tap] = 1
    }
  }
  return data
}

/**
 * The weight gradient of a convolution, ∂W[o,i,k] = Σ_n,p ∂Y[n,o,p] · X[n,i,p·s + k·d − begin], as matrix products. As
 * one big convolution it would run at less than half the speed; the choice below is measured (README.md).
 */
import { elementCount } from '../../../onnx/graph'
import type { GraphBuilder } from '../../../onnx/graph-builder'
import { transposeMatrix } from '../../broadcast'
import { kernelTaps, padSpatially, tapSlice, type Windows } from '../../spatial'
import { depthwiseWeightGradient } from './depthwise-weight-gradient'

export interface WeightGradientOptions {
  /** X [N, G·I, …in] */
  input: string
  /** ∂Y [N, G·O, …out] */
  upstream: string
  batch: number
  groups: number
  /** [G·O, I, …kernel] */
  weightShape: readonly number[]
  windows: Windows
}

/** In one group, up to this many rows of the patch matrix (I · taps) one product per image is faster than one per tap. */
const mostPatchRowsPerImage = 64
/** Up to this product of input and output rows the rows of a depthwise convolution make faster products than its taps (measured, README.md). */
const mostDepthwiseRows = 512

/** Appends nodes that compute ∂W, [G·O, I, …kernel]. */
export function weightGradient(builder: GraphBuilder, options: WeightGradientOptions): string {
  const { groups, weightShape, windows } = options
  const [outputs = 0, channels = 0] = weightShape
  const taps = elementCount(windows.kernel)
  if (taps === 1) {
    // One product per image writes and adds [O, I] for each; one over all images has X and ∂Y rearranged first.
    const smallImages = elementCount(windows.output) * (outputs + channels) <= outputs * channels
    return groups === 1 && smallImages ? perTap(builder, options) : perImage(builder, options)
  }
  if (groups === 1) return taps * channels <= mostPatchRowsPerImage ? perImage(builder, options) : perTap(builder, options)
  const fewRows = windows.kernel.length === 2 && windows.input[0]! * windows.output[0]! <= mostDepthwiseRows
  return channels === 1 && fewRows ? depthwiseWeightGradient(builder, options) : perTapAndGroup(builder, options)
}

/**
 * One group of few channels, or a 1×1 kernel: the patches of all taps side by side, one product per image and group,
 * [O, P] × [P, taps·I], then the sum over images.
 */
function perImage(builder: GraphBuilder, options: WeightGradientOptions): string {
  const { input, upstream, batch, groups, weightShape, windows } = options
  const [outputs = 0, channels = 0, ...kernel] = weightShape
  const perGroup = outputs / groups
  const positions = elementCount(windows.output)
  const taps = kernelTaps(kernel)
  const group = groups === 1 ? [] : [groups]
  const padded = padSpatially(builder, input, windows)
  const slices = taps.map((tap) =>
    builder.node('Reshape', [tapSlice(builder, padded, tap, windows), builder.ints([batch, ...group, channels, positions])])
  )
  const patches = slices.length === 1 ? slices[0]! : builder.node('Concat', slices, { axis: group.length + 1 })
  const gradient = builder.node('Reshape', [upstream, builder.ints([batch, ...group, perGroup, positions])])
  const products = builder.node('MatMul', [gradient, transposeMatrix(builder, patches, group.length + 3)])
  const sum = builder.node('ReduceSum', [products, builder.ints([0])], { keepdims: 0 })
  if (taps.length === 1) return builder.node('Reshape', [sum, builder.ints(weightShape)])
  const byTap = builder.node('Reshape', [sum, builder.ints([outputs, taps.length, channels])])
  return builder.node('Reshape', [builder.node('Transpose', [byTap], { perm: [0, 2, 1] }), builder.ints(weightShape)])
}

/**
 * One group otherwise: per tap one product over all images, [O, N·P] × [N·P, I], of ∂Y with its channels first and X with its channels last, from which the runtime cuts a tap in
 * pieces of whole rows.
 */
function perTap(builder: GraphBuilder, { input, upstream, batch, weightShape, windows }: WeightGradientOptions): string {
  const [outputs = 0, channels = 0, ...kernel] = weightShape
  const rows = batch * elementCount(windows.output)
  const spatial = kernel.map((_, axis) => axis + 2)
  const padded = padSpatially(builder, builder.node('Transpose', [input], { perm: [0, ...spatial, 1] }), windows, 1)
  const gradient = builder.node('Reshape', [builder.node('Transpose', [upstream], { perm: [1, 0, ...spatial] }), builder.ints([outputs, rows])])
  const byTap = kernelTaps(kernel).map((tap) => {
    const seen = builder.node('Reshape', [tapSlice(builder, padded, tap, windows, 1), builder.ints([rows, channels])])
    return builder.node('Reshape', [builder.node('Gemm', [gradient, seen]), builder.ints([outputs, channels, 1])])
  })
  return builder.node('Reshape', [builder.node('Concat', byTap, { axis: 2 }), builder.ints(weightShape)])
}

/** Several groups otherwise: the same with X channels-first, [G, O, N·P] × [G, N·P, I]. */
function perTapAndGroup(builder: GraphBuilder, { input, upstream, batch, groups, weightShape, windows }: WeightGradientOptions): string {
  const [outputs = 0, channels = 0, ...kernel] = weightShape
  const columns = batch * elementCount(windows.output)
  const channelsFirst = { perm: [1, 0, ...kernel.map((_, axis) => axis + 2)] }
  const padded = builder.node('Transpose', [padSpatially(builder, input, windows)], channelsFirst)
  const gradient = builder.node('Reshape', [builder.node('Transpose', [upstream], channelsFirst), builder.ints([groups, outputs / groups, columns])])
  const byTap = kernelTaps(kernel).map((tap) => {
    const seen = builder.node('Reshape', [tapSlice(builder, padded, tap, windows), builder.ints([groups, channels, columns])])
    return builder.node('Reshape', [builder.node('MatMul', [gradient, transposeMatrix(builder, seen, 3)]), builder.ints([outputs, channels, 1])])
  })
  return builder.node('Reshape', [builder.node('Concat', byTap, { axis: 2 }), builder.ints(weightShape)])
}

/**
 * The weight gradient of a convolution, ∂W[o,i,k] = Σ_n,p ∂Y[n,o,p] · X[n,i,p·s + k·d − begin], as matrix products. As
 * one big convolution it would run at less than half the speed; the choice below is measured (README.md).
 */
import { blockedDomain } from '../../../onnx/blocked-layout'
import { elementCount } from '../../../onnx/graph'
import type { GraphBuilder } from '../../../onnx/graph-builder'
import { algebra } from '../../algebra'
import { transposeMatrix } from '../../broadcast'
import { channelBlocks, channelsLast, kernelTaps, padSpatially, tapSlice, type Windows } from '../../spatial'
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
  /** Channels of a block of the runtime's blocked layout; null where there is none. */
  blockSize: number | null
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
function perTap(builder: GraphBuilder, options: WeightGradientOptions): string {
  const { input, upstream, batch, weightShape, windows, blockSize } = options
  if (blockSize !== null && fillsBlocks(options, blockSize)) return perTapInBlocks(builder, options, blockSize)
  const [outputs = 0, channels = 0, ...kernel] = weightShape
  const rows = batch * elementCount(windows.output)
  const spatial = kernel.map((_, axis) => axis + 2)
  const padded = padSpatially(builder, builder.node('Transpose', [input], { perm: [0, ...spatial, 1] }), windows, channelsLast)
  const gradient = builder.node('Reshape', [builder.node('Transpose', [upstream], { perm: [1, 0, ...spatial] }), builder.ints([outputs, rows])])
  const byTap = kernelTaps(kernel).map((tap) => {
    const seen = builder.node('Reshape', [tapSlice(builder, padded, tap, windows, channelsLast), builder.ints([rows, channels])])
    return builder.node('Reshape', [builder.node('Gemm', [gradient, seen]), builder.ints([outputs, channels, 1])])
  })
  return builder.node('Reshape', [builder.node('Concat', byTap, { axis: 2 }), builder.ints(weightShape)])
}

/** Channels and positions of an image fill blocks. */
const fillsBlocks = ({ weightShape, windows }: WeightGradientOptions, blockSize: number): boolean =>
  windows.kernel.length === 2 && (weightShape[1] ?? 0) % blockSize === 0 && elementCount(windows.output) % blockSize === 0

/**
 * The same products as 1×1 convolutions in the blocked layout, which the runtime computes a fifth to a third faster: the rows N·P are the channels that are summed, the outputs O the
 * positions of the one image ∂Y [N·P/b, O, b], and what a tap sees is the kernel [I/b, N·P, b].
 */
function perTapInBlocks(builder: GraphBuilder, { input, upstream, batch, weightShape, windows }: WeightGradientOptions, b: number): string {
  const [outputs = 0, channels = 0, ...kernel] = weightShape
  const positions = elementCount(windows.output)
  const rows = batch * positions
  const { reshape, transpose } = algebra(builder)
  const reorder = (value: string, attributes = {}): string => builder.node('ReorderInput', [value], attributes, { domain: blockedDomain })
  const blocks = reshape(reorder(input), [batch, channels / b, ...windows.input, b])
  const padded = padSpatially(builder, transpose(blocks, [1, 0, 2, 3, 4]), windows, channelBlocks)
  const gradient = reshape(reorder(reshape(upstream, [batch, 1, outputs, positions]), { channels_last: 1 }), [1, rows, outputs, 1])
  const byTap = kernelTaps(kernel).map((tap) => {
    const seen = reshape(tapSlice(builder, padded, tap, windows, channelBlocks), [channels, rows, 1, 1])
    return reshape(builder.node('Conv', [gradient, seen], { kernel_shape: [1, 1] }, { domain: blockedDomain }), [channels / b, outputs, b, 1])
  })
  return reshape(transpose(builder.node('Concat', byTap, { axis: 3 }), [1, 0, 2, 3]), weightShape)
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

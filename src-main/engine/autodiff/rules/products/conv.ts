/**
 * Conv: Y = W ⋆ X + B over any number of spatial axes.
 *
 * X [N, G·I, …in], W [G·O, I, …kernel], B [G·O], Y [N, G·O, …out]; G groups, I and O channels per group. With output
 * position p, tap k and input position p·s + k·d − begin:
 *
 *     Y[n,o,p] = B[o] + Σ_i,k W[o,i,k] · X[n,i,p·s + k·d − begin]
 *     ∂B[o]     = Σ_n,p ∂Y[n,o,p]
 *     ∂W[o,i,k] = Σ_n,p ∂Y[n,o,p] · X[n,i,p·s + k·d − begin]      conv-weight-gradient.ts
 *     ∂X[n,i,q] = Σ_o,k W[o,i,k] · ∂Y[n,o,p] over the p with p·s + k·d − begin = q
 *
 * ∂X is a transposed convolution. For stride 1 it is also an ordinary convolution of ∂Y with the kernel mirrored and its
 * channels exchanged, which ONNX Runtime does faster where there are enough channels (see README.md).
 */
import { intAttribute } from '../../../onnx/graph'
import type { GraphBuilder } from '../../../onnx/graph-builder'
import type { GradientRule } from '../../gradient-rule'
import { mirrorKernels } from '../../mirrored-kernels'
import { weightGradient } from './conv-weight-gradient'
import { transposeAttributes, windowsOf, type Windows } from '../../spatial'

/** In one group, below this many input channels ConvTranspose is the faster input gradient (measured, see README.md). */
const fewestChannelsForMirrored = 8

export const convRule: GradientRule = {
  opType: 'Conv',
  gradient(context) {
    const { builder, node, upstream } = context
    const inputShape = context.inputShape(0)
    const weightShape = context.inputShape(1)
    const groups = intAttribute(node, 'group', 1)
    const windows = windowsOf(node, weightShape.slice(2), inputShape, context.outputShape())
    const spatialAxes = windows.kernel.map((_, axis) => axis + 2)
    return [
      context.needs(0) ? inputGradient(builder, upstream, context.input(1), weightShape, groups, windows) : undefined,
      context.needs(1) ? weightGradient(builder, { input: context.input(0), upstream, batch: inputShape[0] ?? 0, groups, weightShape, windows, blockSize: context.blockSize }) : undefined,
      context.needs(2) ? builder.node('ReduceSum', [upstream, builder.ints([0, ...spatialAxes])], { keepdims: 0 }) : undefined
    ].slice(0, node.inputs.length)
  }
}

function inputGradient(
  builder: GraphBuilder,
  upstream: string,
  weight: string,
  weightShape: readonly number[],
  groups: number,
  windows: Windows
): string {
  const { kernel, strides, dilations, begin, end } = windows
  const extent = kernel.map((size, axis) => (dilations[axis] ?? 1) * (size - 1))
  const pads = [...begin.map((front, axis) => (extent[axis] ?? 0) - front), ...end.map((back, axis) => (extent[axis] ?? 0) - back)]
  const mirrored =
    strides.every((stride) => stride === 1) &&
    pads.every((amount) => amount >= 0) &&
    (groups > 1 || (weightShape[1] ?? 0) >= fewestChannelsForMirrored)
  if (!mirrored) return builder.node('ConvTranspose', [upstream, weight], { group: groups, ...transposeAttributes(windows) })
  const kernels = mirrorKernels(builder, weight, weightShape, groups)
  return builder.node('Conv', [upstream, kernels], { group: groups, kernel_shape: kernel, dilations, pads })
}

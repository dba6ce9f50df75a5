/**
 * ConvTranspose: Y = Wᵀ ⋆ X + B, the transpose of a convolution: X [N, G·I, …in], W [G·I, O, …kernel], B [G·O], Y [N, G·O, …out]; input position p and tap k
 * write to output position p·s + k·d − begin.
 *
 *     ∂X = W ⋆ ∂Y, the convolution itself      ∂W as of that convolution, with X and ∂Y exchanged      ∂B[o] = Σ ∂Y
 */
import { intAttribute, intsAttribute, stringAttribute, type Node } from '../../../onnx/graph'
import type { GradientRule } from '../../gradient-rule'
import { padSpatially, reach, type Windows } from '../../spatial'
import { weightGradient } from './conv-weight-gradient'

export const convTransposeRule: GradientRule = {
  opType: 'ConvTranspose',
  gradient(context) {
    const { builder, node, upstream } = context
    const inputShape = context.inputShape(0)
    const weightShape = context.inputShape(1)
    const group = intAttribute(node, 'group', 1)
    const windows = windowsFromOutput(node, weightShape.slice(2), inputShape, context.outputShape())
    const { kernel, strides, dilations } = windows
    const spatialAxes = kernel.map((_, axis) => axis + 2)
    const gradientX = (): string => {
      // Positions behind the last window are read by none.
      const ends = kernel.map((_, axis) => reach(windows, axis) - (windows.begin[axis] ?? 0))
      const padded = padSpatially(builder, upstream, windows)
      const cut = ends.some((end, axis) => end < (windows.input[axis] ?? 0))
      const starts = builder.ints(kernel.map(() => 0))
      const read = cut ? builder.node('Slice', [padded, starts, builder.ints(kernel.map((_, axis) => reach(windows, axis))), builder.ints(spatialAxes)]) : padded
      return builder.node('Conv', [read, context.input(1)], { group, kernel_shape: kernel, strides, dilations })
    }
    return [
      context.needs(0) ? gradientX() : undefined,
      context.needs(1) ? weightGradient(builder, { input: upstream, upstream: context.input(0), batch: inputShape[0] ?? 0, groups: group, weightShape, windows, blockSize: context.blockSize }) : undefined,
      context.needs(2) ? builder.node('ReduceSum', [upstream, builder.ints([0, ...spatialAxes])], { keepdims: 0 }) : undefined
    ].slice(0, node.inputs.length)
  }
}

/** Windows of the convolution from Y to X. */
function windowsFromOutput(node: Node, kernel: readonly number[], inputShape: readonly number[], outputShape: readonly number[]): Windows {
  const ones = kernel.map(() => 1)
  const windows: Windows = {
    kernel, strides: intsAttribute(node, 'strides', ones), dilations: intsAttribute(node, 'dilations', ones), begin: intsAttribute(node, 'pads', [...ones, ...ones].map(() => 0)).slice(0, kernel.length),
    end: ones.map(() => 0), input: outputShape.slice(2), output: inputShape.slice(2)
  }
  const autoPad = stringAttribute(node, 'auto_pad', 'NOTSET')
  const sized = intsAttribute(node, 'output_shape', []).length > 0
  if (!sized && (autoPad === 'NOTSET' || autoPad === '' || autoPad === 'VALID')) return windows
  // The padding follows from the sizes (ONNX, ConvTranspose).
  const extra = intsAttribute(node, 'output_padding', ones.map(() => 0))
  const total = kernel.map((_, axis) => Math.max(0, reach(windows, axis) + (extra[axis] ?? 0) - (windows.input[axis] ?? 0)))
  return { ...windows, begin: total.map((amount) => (autoPad === 'SAME_UPPER' ? Math.floor(amount / 2) : amount - Math.floor(amount / 2))) }
}

/**
 * Slice: what it leaves out gets no gradient; ∂X is ∂Y put back in its place among zeros, by one Pad with positive or negative amounts.
 */
import type { GraphBuilder } from '../../../onnx/graph-builder'
import { constantInts, fromFront, type GradientRule, type RuleContext } from '../../gradient-rule'

export const sliceRule: GradientRule = {
  opType: 'Slice',
  gradient(context) {
    const { builder } = context
    const inputShape = context.inputShape(0)
    const rank = inputShape.length
    const begin = inputShape.map(() => 0)
    const end = inputShape.map(() => 0)
    let shape = context.outputShape()
    let gradient = context.upstream
    for (const { axis, start, step } of slicedAxes(context, inputShape)) {
      const count = shape[axis] ?? 0
      const size = inputShape[axis] ?? 0
      if (step < 0) gradient = reversed(builder, gradient, axis)
      const stride = Math.abs(step)
      if (stride > 1) {
        gradient = spread(builder, gradient, shape, axis, stride)
        shape = shape.map((dim, a) => (a === axis ? count * stride : dim))
      }
      const first = step < 0 ? start + (count - 1) * step : start
      begin[axis] = first
      // Negative where the zeros behind the last element reach beyond the end.
      end[axis] = size - first - (shape[axis] ?? 0)
    }
    if (shape.includes(0)) return [builder.node('Expand', [builder.scalar(0), builder.ints(inputShape)])]
    if (rank === 0 || [...begin, ...end].every((amount) => amount === 0)) return [gradient]
    return [builder.node('Pad', [gradient, builder.ints([...begin, ...end])])]
  }
}

/** Axis, first position and step of each sliced axis. */
function slicedAxes(context: RuleContext, inputShape: readonly number[]): readonly { axis: number; start: number; step: number }[] {
  const starts = constantInts(context, 1) ?? []
  const axes = constantInts(context, 3) ?? starts.map((_, index) => index)
  const steps = constantInts(context, 4) ?? starts.map(() => 1)
  return starts.map((given, index) => {
    const axis = fromFront(axes[index] ?? 0, inputShape.length)
    const size = inputShape[axis] ?? 0
    const step = steps[index] ?? 1
    const counted = given < 0 ? given + size : given
    return { axis, step, start: Math.min(Math.max(counted, 0), step < 0 ? size - 1 : size) }
  })
}

const reversed = (builder: GraphBuilder, value: string, axis: number): string =>
  builder.node('Slice', [value, builder.ints([-1]), builder.ints([-0x7fffffff]), builder.ints([axis]), builder.ints([-1])])

/** Puts stride − 1 zeros behind every element along the axis. */
function spread(builder: GraphBuilder, value: string, shape: readonly number[], axis: number, stride: number): string {
  const apart = builder.node('Reshape', [value, builder.ints([...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)])])
  const none = Array.from({ length: shape.length + 1 }, () => 0)
  const behind = none.map((_, a) => (a === axis + 1 ? stride - 1 : 0))
  const padded = builder.node('Pad', [apart, builder.ints([...none, ...behind])])
  return builder.node('Reshape', [padded, builder.ints(shape.map((dim, a) => (a === axis ? dim * stride : dim)))])
}

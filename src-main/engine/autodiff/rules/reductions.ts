/**
 * ReduceSum, ReduceMean: every reduced element contributes with the same weight, 1 or 1/count, so ∂X is ∂Y repeated
 * along the reduced axes, times that weight. Expand: X repeated to a larger shape, so ∂X is the sum of ∂Y over the repeats.
 */
import { elementCount, intAttribute } from '../../onnx/graph'
import { sumToShape } from '../broadcast'
import { constantInts, fromFront, type GradientRule, type RuleContext } from '../gradient-rule'

/** Axes of a reduction: an input, or an attribute in older operator sets; none given means all, or none at all. */
function reducedAxes(context: RuleContext, rank: number): readonly number[] {
  const attribute = context.node.attributes.get('axes')
  const given = constantInts(context, 1) ?? (attribute?.kind === 'ints' ? attribute.value : [])
  if (given.length > 0) return given.map((axis) => fromFront(axis, rank))
  return intAttribute(context.node, 'noop_with_empty_axes', 0) === 1 ? [] : Array.from({ length: rank }, (_, axis) => axis)
}

const reduction = (opType: string, weight: (count: number) => number): GradientRule => ({
  opType,
  gradient(context) {
    const { builder } = context
    const inputShape = context.inputShape(0)
    const axes = reducedAxes(context, inputShape.length)
    const kept = inputShape.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
    const factor = weight(elementCount(inputShape.filter((_, axis) => axes.includes(axis))))
    const scaled = factor === 1 ? context.upstream : builder.node('Mul', [context.upstream, builder.scalar(factor)])
    return [builder.node('Expand', [builder.node('Reshape', [scaled, builder.ints(kept)]), builder.ints(inputShape)])]
  }
})

export const reduceSumRule = reduction('ReduceSum', () => 1)
export const reduceMeanRule = reduction('ReduceMean', (count) => 1 / count)

export const expandRule: GradientRule = {
  opType: 'Expand',
  gradient: ({ builder, upstream, outputShape, inputShape }) => [sumToShape(builder, upstream, outputShape(), inputShape(0))]
}

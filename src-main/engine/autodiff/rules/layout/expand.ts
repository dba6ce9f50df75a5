/** Expand: X repeated to a larger shape; ∂X is the sum of ∂Y over the repeats. */
import { sumToShape } from '../../broadcast'
import type { GradientRule } from '../../gradient-rule'

export const expandRule: GradientRule = {
  opType: 'Expand',
  gradient: ({ builder, upstream, outputShape, inputShape }) => [sumToShape(builder, upstream, outputShape(), inputShape(0))]
}

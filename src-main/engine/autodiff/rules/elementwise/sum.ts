/** Sum: Y = Σ A_i over the operands, broadcast; ∂A_i = ∂Y. */
import { sumToShape } from '../../broadcast'
import type { GradientRule } from '../../gradient-rule'

export const sumRule: GradientRule = {
  opType: 'Sum',
  gradient: ({ builder, node, upstream, needs, outputShape, inputShape }) =>
    node.inputs.map((_, index) => (needs(index) ? sumToShape(builder, upstream, outputShape(), inputShape(index)) : undefined))
}

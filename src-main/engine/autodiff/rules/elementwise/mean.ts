/** Mean: Y = 1/n · Σ A_i over the n operands, broadcast; ∂A_i = ∂Y / n. */
import { algebra } from '../../algebra'
import { sumToShape } from '../../broadcast'
import type { GradientRule } from '../../gradient-rule'

export const meanRule: GradientRule = {
  opType: 'Mean',
  gradient({ builder, node, upstream, needs, outputShape, inputShape }) {
    const share = algebra(builder).mul(upstream, 1 / node.inputs.length)
    return node.inputs.map((_, index) => (needs(index) ? sumToShape(builder, share, outputShape(), inputShape(index)) : undefined))
  }
}

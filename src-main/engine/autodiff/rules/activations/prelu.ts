/** PRelu: Y = X where X > 0, else αX with a trained α that is broadcast to X; ∂X as of LeakyRelu, ∂α = Σ ∂Y · X where X < 0. */
import { algebra } from '../../algebra'
import { sumToShape } from '../../broadcast'
import type { GradientRule } from '../../gradient-rule'

export const preluRule: GradientRule = {
  opType: 'PRelu',
  gradient(context) {
    const { builder, upstream, input, needs } = context
    const { mul, where, greater, min } = algebra(builder)
    return [
      needs(0) ? mul(where(greater(input(0), 0), 1, input(1)), upstream) : undefined,
      needs(1) ? sumToShape(builder, mul(min(input(0), 0), upstream), context.outputShape(), context.inputShape(1)) : undefined
    ]
  }
}

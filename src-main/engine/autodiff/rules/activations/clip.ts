/** Clip: ∂X = ∂Y where min ≤ X ≤ max, which is where Y = X, else 0. A bound has the sum of ∂Y over the elements that it holds: ∂min = Σ ∂Y·[X < min], ∂max = Σ ∂Y·[X > max]. */
import { maskWhere, sumToShape } from '../../broadcast'
import type { Gradient, GradientRule } from '../../gradient-rule'

export const clipRule: GradientRule = {
  opType: 'Clip',
  gradient(context) {
    const { builder, node, upstream, input } = context
    const held = (index: number, comparison: 'Less' | 'Greater'): Gradient =>
      context.needs(index) ? sumToShape(builder, maskWhere(builder, builder.node(comparison, [input(0), input(index)]), upstream), context.outputShape(), context.inputShape(index)) : undefined
    const passed = context.needs(0) ? maskWhere(builder, builder.node('Equal', [node.outputs[0]!, input(0)]), upstream) : undefined
    return [passed, held(1, 'Less'), held(2, 'Greater')].slice(0, node.inputs.length)
  }
}

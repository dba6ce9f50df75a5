/** Clip: ∂X = ∂Y where min ≤ X ≤ max, which is where Y = X, else 0. Bounds that depend on a parameter are refused. */
import { maskWhere } from '../../broadcast'
import type { GradientRule } from '../../gradient-rule'

export const clipRule: GradientRule = {
  opType: 'Clip',
  gradient(context) {
    const { builder, node, upstream, input } = context
    if (context.needs(1) || context.needs(2)) context.unsupported('its bounds depend on a trained parameter')
    return [maskWhere(builder, builder.node('Equal', [node.outputs[0]!, input(0)]), upstream)]
  }
}

/** Relu: ∂X = ∂Y where Y > 0, else 0; at 0 it is 0, as in PyTorch. */
import { maskWhere } from '../../broadcast'
import type { GradientRule } from '../../gradient-rule'

export const reluRule: GradientRule = {
  opType: 'Relu',
  gradient: ({ builder, node, upstream }) => [maskWhere(builder, builder.node('Greater', [node.outputs[0]!, builder.scalar(0)]), upstream)]
}

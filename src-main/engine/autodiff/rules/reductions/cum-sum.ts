/** CumSum: Y_i = Σ X_j over j ≤ i; ∂X is the sum from the other side, ∂X_j = Σ ∂Y_i over i ≥ j. */
import { intAttribute } from '../../../onnx/graph'
import type { GradientRule } from '../../gradient-rule'

export const cumSumRule: GradientRule = {
  opType: 'CumSum',
  gradient: ({ builder, node, upstream, input }) => [
    builder.node('CumSum', [upstream, input(1)], { exclusive: intAttribute(node, 'exclusive', 0), reverse: 1 - intAttribute(node, 'reverse', 0) })
  ]
}

/** GatherElements: Y[i] = X[i with the axis replaced by I[i]]; ∂X is ∂Y scattered with addition into zeros. */
import { intAttribute } from '../../../onnx/graph'
import { filled } from '../../broadcast'
import type { GradientRule } from '../../gradient-rule'

export const gatherElementsRule: GradientRule = {
  opType: 'GatherElements',
  gradient: ({ builder, node, upstream, input, inputShape }) => [
    builder.node('ScatterElements', [filled(builder, 0, inputShape(0)), input(1), upstream], { axis: intAttribute(node, 'axis', 0), reduction: 'add' })
  ]
}

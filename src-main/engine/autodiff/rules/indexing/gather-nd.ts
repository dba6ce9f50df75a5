/** GatherND: slices of X by index vectors; ∂X is ∂Y scattered with addition into zeros. */
import { intAttribute } from '../../../onnx/graph'
import { filled } from '../../broadcast'
import type { GradientRule } from '../../gradient-rule'

export const gatherNdRule: GradientRule = {
  opType: 'GatherND',
  gradient(context) {
    const { builder, node, upstream, input, inputShape } = context
    if (intAttribute(node, 'batch_dims', 0) !== 0) context.unsupported('its batch_dims are not 0')
    return [builder.node('ScatterND', [filled(builder, 0, inputShape(0)), input(1), upstream], { reduction: 'add' })]
  }
}

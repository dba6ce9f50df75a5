/**
 * Concat and Split are each other's gradient: of inputs laid end to end along an axis, each gets its part of ∂Y; of parts
 * cut from X, the gradients are laid end to end, zeros for a part that the loss does not depend on.
 */
import { intAttribute } from '../../../onnx/graph'
import { filled } from '../../broadcast'
import { fromFront, type GradientRule } from '../../gradient-rule'

export const concatRule: GradientRule = {
  opType: 'Concat',
  gradient({ builder, node, upstream, inputShape, outputShape, needs }) {
    const axis = fromFront(intAttribute(node, 'axis', 0), outputShape().length)
    let start = 0
    return node.inputs.map((_, index) => {
      const end = start + (inputShape(index)[axis] ?? 0)
      const part = needs(index) ? builder.node('Slice', [upstream, builder.ints([start]), builder.ints([end]), builder.ints([axis])]) : undefined
      start = end
      return part
    })
  }
}

export const splitRule: GradientRule = {
  opType: 'Split',
  gradient({ builder, node, outputGradient, outputShape, inputShape }) {
    const axis = fromFront(intAttribute(node, 'axis', 0), inputShape(0).length)
    const parts = node.outputs.map((_, index) => outputGradient(index) ?? filled(builder, 0, outputShape(index)))
    return [builder.node('Concat', parts, { axis })]
  }
}

/**
 * MaxPool: Y[n,c,p] = max over the taps k of X[n,c,p·s + k·d − begin], padding never wins.
 *
 * The gradient goes to the element that won. ONNX Runtime says which that is (its second output, positions in the whole
 * flattened input; of equal elements the first in row-major order, as PyTorch does), so ∂X is a scatter with addition:
 * windows may overlap, and an element that won several gets the sum.
 */
import { elementCount, intAttribute } from '../../../onnx/graph'
import { filled } from '../../broadcast'
import type { GradientRule } from '../../gradient-rule'

export const maxPoolRule: GradientRule = {
  opType: 'MaxPool',
  gradient(context) {
    const { builder, node, upstream } = context
    if (intAttribute(node, 'storage_order', 0) !== 0) context.unsupported('its storage_order is not 0')
    const inputShape = context.inputShape(0)
    const winners = builder.node('Reshape', [context.forwardOutput(1), builder.ints([-1])])
    const updates = builder.node('Reshape', [upstream, builder.ints([-1])])
    const nothing = filled(builder, 0, [elementCount(inputShape)])
    const scattered = builder.node('ScatterElements', [nothing, winners, updates], { axis: 0, reduction: 'add' })
    return [builder.node('Reshape', [scattered, builder.ints(inputShape)])]
  }
}

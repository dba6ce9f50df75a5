/** ThresholdedRelu: Y = X where X > α, else 0; ∂X = ∂Y where X > α, else 0. */
import { floatAttribute } from '../../../onnx/graph'
import { maskWhere } from '../../broadcast'
import { pointwise } from '../../pointwise'

export const thresholdedReluRule = pointwise('ThresholdedRelu', ({ context, upstream, x, greater }) => maskWhere(context.builder, greater(x, floatAttribute(context.node, 'alpha', 1)), upstream))

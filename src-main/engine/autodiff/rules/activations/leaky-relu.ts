/** LeakyRelu: ∂X = ∂Y where X > 0, else α · ∂Y. */
import { floatAttribute } from '../../../onnx/graph'
import { pointwise } from '../../pointwise'

export const leakyReluRule = pointwise('LeakyRelu', ({ context, upstream, x, mul, where, greater }) => mul(where(greater(x, 0), 1, floatAttribute(context.node, 'alpha', 0.01)), upstream))

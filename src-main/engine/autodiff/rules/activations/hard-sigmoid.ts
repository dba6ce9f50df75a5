/** HardSigmoid: Y = clip(αX + β, 0, 1); ∂X = α · ∂Y where 0 < Y < 1, else 0. */
import { floatAttribute } from '../../../onnx/graph'
import { maskWhere } from '../../broadcast'
import { pointwise } from '../../pointwise'

export const hardSigmoidRule = pointwise('HardSigmoid', ({ context, upstream, y, mul, and, greater, less }) =>
  mul(maskWhere(context.builder, and(greater(y, 0), less(y, 1)), upstream), floatAttribute(context.node, 'alpha', 0.2)))

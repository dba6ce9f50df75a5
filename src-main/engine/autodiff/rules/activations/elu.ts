/** Elu: Y = X where X > 0, else α (exp X − 1); ∂X = ∂Y where X > 0, else ∂Y · (Y + α). */
import { floatAttribute } from '../../../onnx/graph'
import { pointwise } from '../../pointwise'

export const eluRule = pointwise('Elu', ({ context, upstream, x, y, mul, add, where, greater }) => mul(where(greater(x, 0), 1, add(y, floatAttribute(context.node, 'alpha', 1))), upstream))

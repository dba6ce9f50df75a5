/** Celu: Y = max(0, X) + min(0, α (exp(X/α) − 1)); ∂X = ∂Y where X > 0, else ∂Y · (Y/α + 1). */
import { floatAttribute } from '../../../onnx/graph'
import { pointwise } from '../../pointwise'

export const celuRule = pointwise('Celu', ({ context, upstream, x, y, mul, add, where, greater }) =>
  mul(where(greater(x, 0), 1, add(mul(y, 1 / floatAttribute(context.node, 'alpha', 1)), 1)), upstream))

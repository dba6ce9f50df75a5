/** Selu: Y = γX where X > 0, else γα (exp X − 1); ∂X = γ · ∂Y where X > 0, else ∂Y · (Y + γα). */
import { floatAttribute } from '../../../onnx/graph'
import { pointwise } from '../../pointwise'

export const seluRule = pointwise('Selu', ({ context, upstream, x, y, mul, add, where, greater }) => {
  const alpha = floatAttribute(context.node, 'alpha', 1.67326319217681884765625)
  const gamma = floatAttribute(context.node, 'gamma', 1.05070102214813232421875)
  return mul(where(greater(x, 0), gamma, add(y, gamma * alpha)), upstream)
})

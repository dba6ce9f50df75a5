/**
 * Swish, also called SiLU: Y = X · S with S = sigmoid αX; ∂X = ∂Y · S · (1 + αX (1 − S)). ONNX Runtime's QuickGelu is the same
 * with another default α.
 */
import { floatAttribute } from '../../../onnx/graph'
import { pointwise } from '../../pointwise'

const swish = (opType: string, domain: string, defaultAlpha: number) =>
  pointwise(opType, ({ context, upstream, x, mul, add, sub, sigmoid }) => {
    const steep = mul(x, floatAttribute(context.node, 'alpha', defaultAlpha))
    const s = sigmoid(steep)
    return mul(upstream, mul(s, add(mul(steep, sub(1, s)), 1)))
  }, domain)

export const swishRule = swish('Swish', '', 1)
export const quickGeluRule = swish('QuickGelu', 'com.microsoft', 1.702)

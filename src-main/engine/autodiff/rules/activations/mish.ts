/** Mish: Y = X · T with T = tanh(softplus X); ∂X = ∂Y · (T + X · sigmoid X · (1 − T²)). */
import { pointwise } from '../../pointwise'

export const mishRule = pointwise('Mish', ({ upstream, x, mul, add, sub, tanh, softplus, sigmoid }) => {
  const t = tanh(softplus(x))
  return mul(upstream, add(t, mul(mul(x, sigmoid(x)), sub(1, mul(t, t)))))
})

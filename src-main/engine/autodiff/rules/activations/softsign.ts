/** Softsign: Y = X / (1 + |X|); ∂X = ∂Y / (1 + |X|)². */
import { pointwise } from '../../pointwise'

export const softsignRule = pointwise('Softsign', ({ upstream, x, div, mul, add, abs }) => {
  const denominator = add(abs(x), 1)
  return div(upstream, mul(denominator, denominator))
})

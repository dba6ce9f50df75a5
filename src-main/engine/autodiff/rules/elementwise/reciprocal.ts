/** Reciprocal: Y = 1 / X; ∂X = −∂Y · Y². */
import { pointwise } from '../../pointwise'

export const reciprocalRule = pointwise('Reciprocal', ({ upstream, y, neg, mul }) => neg(mul(upstream, mul(y, y))))

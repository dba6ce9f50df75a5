/** Exp: Y = exp X; ∂X = ∂Y · Y. */
import { pointwise } from '../../pointwise'

export const expRule = pointwise('Exp', ({ upstream, y, mul }) => mul(upstream, y))

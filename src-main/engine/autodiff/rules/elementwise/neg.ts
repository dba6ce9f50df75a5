/** Neg: Y = −X; ∂X = −∂Y. */
import { pointwise } from '../../pointwise'

export const negRule = pointwise('Neg', ({ upstream, neg }) => neg(upstream))

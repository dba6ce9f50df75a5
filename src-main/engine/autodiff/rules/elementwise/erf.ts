/** Erf: ∂X = ∂Y · 2/√π · exp(−X²). */
import { pointwise } from '../../pointwise'

export const erfRule = pointwise('Erf', ({ upstream, x, mul, exp, neg }) => mul(upstream, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI))))

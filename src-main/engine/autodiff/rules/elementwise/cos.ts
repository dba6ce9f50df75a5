/** Cos: ∂X = −∂Y · sin X. */
import { pointwise } from '../../pointwise'

export const cosRule = pointwise('Cos', ({ upstream, x, neg, mul, sin }) => neg(mul(upstream, sin(x))))

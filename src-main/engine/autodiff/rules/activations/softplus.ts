/** Softplus: Y = ln(1 + exp X); ∂X = ∂Y · sigmoid X. */
import { pointwise } from '../../pointwise'

export const softplusRule = pointwise('Softplus', ({ upstream, x, mul, sigmoid }) => mul(upstream, sigmoid(x)))

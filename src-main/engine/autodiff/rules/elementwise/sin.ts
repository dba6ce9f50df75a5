/** Sin: ∂X = ∂Y · cos X. */
import { pointwise } from '../../pointwise'

export const sinRule = pointwise('Sin', ({ upstream, x, mul, cos }) => mul(upstream, cos(x)))

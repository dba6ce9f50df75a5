/** Abs: Y = |X|; ∂X = ∂Y · sign X, which is 0 at 0, as in PyTorch. */
import { pointwise } from '../../pointwise'

export const absRule = pointwise('Abs', ({ upstream, x, mul, sign }) => mul(upstream, sign(x)))

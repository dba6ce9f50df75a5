/** ReduceSumSquare: Y = Σ X²; ∂X = 2 ∂Y · X. */
import { reductionRule } from './reduction'

export const reduceSumSquareRule = reductionRule('ReduceSumSquare', ({ upstream, x, mul }) => mul(mul(upstream, 2), x))

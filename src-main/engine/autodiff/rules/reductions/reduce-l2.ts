/** ReduceL2: Y = √Σ X²; ∂X = ∂Y · X / Y, and 0 where Y = 0, as in PyTorch. */
import { reductionRule } from './reduction'

export const reduceL2Rule = reductionRule('ReduceL2', ({ upstream, x, y, mul, div, where, equal }) => mul(div(upstream, where(equal(y, 0), 1, y)), x))

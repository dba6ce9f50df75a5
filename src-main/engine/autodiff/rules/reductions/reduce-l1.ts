/** ReduceL1: Y = Σ |X|; ∂X = ∂Y · sign X, which is 0 at 0, as in PyTorch. */
import { reductionRule } from './reduction'

export const reduceL1Rule = reductionRule('ReduceL1', ({ upstream, x, mul, sign }) => mul(upstream, sign(x)))

/** ReduceSum: Y = Σ X; ∂X = ∂Y, repeated along the reduced axes. */
import { reductionRule } from './reduction'

export const reduceSumRule = reductionRule('ReduceSum', ({ upstream }) => upstream)

/** ReduceLogSum: Y = ln Σ X; ∂X = ∂Y / Σ X = ∂Y · exp(−Y). */
import { reductionRule } from './reduction'

export const reduceLogSumRule = reductionRule('ReduceLogSum', ({ upstream, y, mul, exp, neg }) => mul(upstream, exp(neg(y))))

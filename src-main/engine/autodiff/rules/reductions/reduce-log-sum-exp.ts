/** ReduceLogSumExp: Y = ln Σ exp X; ∂X = ∂Y · exp(X − Y). */
import { reductionRule } from './reduction'

export const reduceLogSumExpRule = reductionRule('ReduceLogSumExp', ({ upstream, x, y, mul, exp, sub }) => mul(upstream, exp(sub(x, y))))

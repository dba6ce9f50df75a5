/** ReduceMean: Y = 1/n · Σ X; ∂X = ∂Y / n. */
import { reductionRule } from './reduction'

export const reduceMeanRule = reductionRule('ReduceMean', ({ upstream, count, mul }) => mul(upstream, 1 / count))

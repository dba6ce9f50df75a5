/** Sigmoid: Y = 1 / (1 + exp −X); ∂X = ∂Y · Y (1 − Y). */
import { pointwise } from '../../pointwise'

export const sigmoidRule = pointwise('Sigmoid', ({ upstream, y, mul, sub }) => mul(upstream, mul(y, sub(1, y))))

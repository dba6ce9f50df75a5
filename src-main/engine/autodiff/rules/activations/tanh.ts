/** Tanh: ∂X = ∂Y · (1 − Y²). */
import { pointwise } from '../../pointwise'

export const tanhRule = pointwise('Tanh', ({ upstream, y, mul, sub }) => mul(upstream, sub(1, mul(y, y))))

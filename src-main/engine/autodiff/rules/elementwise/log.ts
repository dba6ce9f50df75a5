/** Log: Y = ln X; ∂X = ∂Y / X. */
import { pointwise } from '../../pointwise'

export const logRule = pointwise('Log', ({ upstream, x, div }) => div(upstream, x))

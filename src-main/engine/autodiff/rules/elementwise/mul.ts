/** Mul: Y = A · B, broadcast; ∂A = ∂Y · B, ∂B = ∂Y · A. */
import { binaryRule } from './binary'

export const mulRule = binaryRule('Mul', ({ upstream, mul, b }) => mul(upstream, b), ({ upstream, mul, a }) => mul(upstream, a))

/**
 * Sqrt: Y = √X; ∂X = ∂Y / 2Y. At 0 the slope is infinite: PyTorch gives ∞, or no number where ∂Y = 0, and one such element
 * would end a training; 0 is given here.
 */
import { pointwise } from '../../pointwise'

export const sqrtRule = pointwise('Sqrt', ({ upstream, y, mul, div, where, equal }) => div(upstream, where(equal(y, 0), Infinity, mul(y, 2))))

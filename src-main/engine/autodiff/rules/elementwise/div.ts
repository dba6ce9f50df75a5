/** Div: Y = A / B, broadcast; ∂A = ∂Y / B, ∂B = −∂Y · A / B² = −∂Y · Y / B. */
import { binaryRule } from './binary'

export const divRule = binaryRule('Div', ({ upstream, div, b }) => div(upstream, b), ({ upstream, neg, div, mul, b, y }) => neg(div(mul(upstream, y), b)))

/** Sub: Y = A − B, broadcast; ∂A = ∂Y, ∂B = −∂Y. */
import { binaryRule } from './binary'

export const subRule = binaryRule('Sub', ({ upstream }) => upstream, ({ upstream, neg }) => neg(upstream))

/** Add: Y = A + B, broadcast; ∂A = ∂Y, ∂B = ∂Y. */
import { binaryRule } from './binary'

export const addRule = binaryRule('Add', ({ upstream }) => upstream, ({ upstream }) => upstream)

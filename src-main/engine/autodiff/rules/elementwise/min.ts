/** Min: Y = min over the operands, broadcast; the smallest gets ∂Y, equal operands share it. */
import { extremumRule } from './extremum'

export const minRule = extremumRule('Min')

/** Max: Y = max over the operands, broadcast; the largest gets ∂Y, equal operands share it. */
import { extremumRule } from './extremum'

export const maxRule = extremumRule('Max')

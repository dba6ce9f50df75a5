/** Clip: ∂X = ∂Y where min ≤ X ≤ max, which is where Y = X, else 0. The bounds are constants to the gradient. */
import { maskWhere } from '../../broadcast'
import { pointwise } from '../../pointwise'

export const clipRule = pointwise('Clip', ({ context, upstream, x, y, equal }) => maskWhere(context.builder, equal(y, x), upstream))

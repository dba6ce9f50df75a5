/** HardSwish: Y = X · clip(X/6 + ½, 0, 1); ∂X = ∂Y · (0 below −3, X/3 + ½ between, 1 above 3). */
import { pointwise } from '../../pointwise'

export const hardSwishRule = pointwise('HardSwish', ({ upstream, x, mul, add, where, less, greater }) =>
  mul(where(greater(x, -3), where(less(x, 3), add(mul(x, 1 / 3), 0.5), 1), 0), upstream))

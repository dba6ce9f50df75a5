/** Where: Y = C ? A : B, broadcast; ∂A = ∂Y where C, ∂B = ∂Y where not C. */
import { algebra } from '../../algebra'
import { sumToShape } from '../../broadcast'
import type { GradientRule } from '../../gradient-rule'

export const whereRule: GradientRule = {
  opType: 'Where',
  gradient({ builder, upstream, needs, outputShape, inputShape, input }) {
    const { where } = algebra(builder)
    const part = (index: number, value: string): string => sumToShape(builder, value, outputShape(), inputShape(index))
    return [undefined, needs(1) ? part(1, where(input(0), upstream, 0)) : undefined, needs(2) ? part(2, where(input(0), 0, upstream)) : undefined]
  }
}

/** Tile: X repeated r times along each axis; ∂X is the sum of ∂Y over the repeats. */
import { constantInts, type GradientRule } from '../../gradient-rule'
import { algebra } from '../../algebra'

export const tileRule: GradientRule = {
  opType: 'Tile',
  gradient(context) {
    const shape = context.inputShape(0)
    const repeats = constantInts(context, 1) ?? []
    const { reshape, sum } = algebra(context.builder)
    if (shape.length === 0) return [context.upstream]
    const apart = reshape(context.upstream, shape.flatMap((size, axis) => [repeats[axis] ?? 1, size]))
    return [sum(apart, shape.map((_, axis) => 2 * axis), false)]
  }
}

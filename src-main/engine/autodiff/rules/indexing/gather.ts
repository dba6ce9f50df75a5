/**
 * Gather: slices of X along an axis, by index: Y[…, k, …] = X[…, i_k, …]. ∂X is the sum of ∂Y over the uses of each slice: with the axis in front, ∂Y is
 * scattered with addition into zeros.
 */
import { elementCount, intAttribute } from '../../../onnx/graph'
import { algebra } from '../../algebra'
import { filled } from '../../broadcast'
import { fromFront, type GradientRule } from '../../gradient-rule'

export const gatherRule: GradientRule = {
  opType: 'Gather',
  gradient({ builder, node, upstream, input, inputShape, outputShape }) {
    const { reshape, transpose } = algebra(builder)
    const shape = inputShape(0)
    const axis = fromFront(intAttribute(node, 'axis', 0), shape.length)
    const indexRank = inputShape(1).length
    const count = elementCount(inputShape(1))
    // Y [before, indices, behind] → [indices, before, behind]
    const axes = outputShape().map((_, a) => a)
    const picked = axes.slice(axis, axis + indexRank)
    const others = axes.filter((a) => !picked.includes(a))
    const rest = shape.filter((_, a) => a !== axis)
    const updates = reshape(transpose(upstream, [...picked, ...others]), [count, ...rest])
    const indices = reshape(input(1), [count, 1])
    const zeros = filled(builder, 0, [shape[axis] ?? 1, ...rest])
    const scattered = builder.node('ScatterND', [zeros, indices, updates], { reduction: 'add' })
    const back = shape.map((_, a) => (a === axis ? 0 : a < axis ? a + 1 : a))
    return [transpose(scattered, back)]
  }
}

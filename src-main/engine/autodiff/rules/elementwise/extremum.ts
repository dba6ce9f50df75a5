/** What Max and Min share. */
import { algebra } from '../../algebra'
import { onnxFloat, sumToShape } from '../../broadcast'
import type { GradientRule } from '../../gradient-rule'

/** Operands equal to the result share the gradient in equal parts, as torch.maximum and torch.minimum do. */
export const extremumRule = (opType: 'Max' | 'Min'): GradientRule => ({
  opType,
  gradient(context) {
    const { builder, node, upstream, needs, inputShape, outputShape } = context
    const { add, div, equal, mul } = algebra(builder)
    if (node.inputs.length === 1) return [upstream]
    const winners = node.inputs.map((input) => builder.node('Cast', [equal(input, node.outputs[0]!)], { to: onnxFloat }))
    const share = div(upstream, winners.reduce((count, winner) => add(count, winner)))
    return winners.map((winner, index) => (needs(index) ? sumToShape(builder, mul(share, winner), outputShape(), inputShape(index)) : undefined))
  }
})

/** What operators of two broadcast operands share. */
import { algebra, type Algebra } from '../../algebra'
import { sumToShape } from '../../broadcast'
import type { GradientRule, RuleContext } from '../../gradient-rule'

/** ∂Y, the operands A and B, and the result Y. */
export interface Binary extends Algebra {
  context: RuleContext
  upstream: string
  a: string
  b: string
  y: string
}

/** A rule from the gradients of the operands before they are summed over the axes along which the operand was broadcast. */
export function binaryRule(opType: string, left: (given: Binary) => string, right: (given: Binary) => string): GradientRule {
  return {
    opType,
    gradient(context) {
      const { builder, upstream, needs, inputShape, outputShape } = context
      const given = { ...algebra(builder), context, upstream, a: context.input(0), b: context.input(1), y: context.node.outputs[0]! }
      return [left, right].map((side, index) => (needs(index) ? sumToShape(builder, side(given), outputShape(), inputShape(index)) : undefined))
    }
  }
}

/**
 * Add, Sub, Mul, Div, Neg, Sum, Where: element by element, the operands broadcast to the shape of the result.
 *
 *     Y = A + B: ∂A = ∂Y, ∂B = ∂Y             Y = A − B: ∂A = ∂Y, ∂B = −∂Y
 *     Y = A · B: ∂A = ∂Y · B, ∂B = ∂Y · A     Y = A / B: ∂A = ∂Y / B, ∂B = −∂Y · A / B² = −∂Y · Y / B
 *     Y = Σ_i A_i: ∂A_i = ∂Y                  Y = C ? A : B: ∂A = ∂Y where C, ∂B = ∂Y where not C
 *
 * each summed over the axes along which the operand was broadcast (broadcast.ts).
 */
import { sumToShape } from '../broadcast'
import type { GradientRule, RuleContext } from '../gradient-rule'

/** A rule for an operator of two broadcast operands from the gradients before summation. */
function binaryRule(opType: string, left: (context: RuleContext) => string, right: (context: RuleContext) => string): GradientRule {
  return {
    opType,
    gradient: (context) =>
      [left, right].map((side, index) =>
        context.needs(index) ? sumToShape(context.builder, side(context), context.outputShape(), context.inputShape(index)) : undefined
      )
  }
}

const negated = ({ builder }: RuleContext, value: string): string => builder.node('Neg', [value])
const times = ({ builder, upstream }: RuleContext, value: string): string => builder.node('Mul', [upstream, value])

export const addRule = binaryRule('Add', (context) => context.upstream, (context) => context.upstream)
export const subRule = binaryRule('Sub', (context) => context.upstream, (context) => negated(context, context.upstream))
export const mulRule = binaryRule('Mul', (context) => times(context, context.input(1)), (context) => times(context, context.input(0)))
export const divRule = binaryRule(
  'Div',
  ({ builder, upstream, input }) => builder.node('Div', [upstream, input(1)]),
  (context) => negated(context, context.builder.node('Div', [times(context, context.node.outputs[0]!), context.input(1)]))
)
export const negRule: GradientRule = { opType: 'Neg', gradient: (context) => [negated(context, context.upstream)] }

export const sumRule: GradientRule = {
  opType: 'Sum',
  gradient: ({ builder, node, upstream, needs, outputShape, inputShape }) =>
    node.inputs.map((_, index) => (needs(index) ? sumToShape(builder, upstream, outputShape(), inputShape(index)) : undefined))
}

export const whereRule: GradientRule = {
  opType: 'Where',
  gradient({ builder, upstream, needs, outputShape, inputShape, input }) {
    const zero = builder.scalar(0)
    const part = (index: number, whenTrue: string, whenFalse: string): string =>
      sumToShape(builder, builder.node('Where', [input(0), whenTrue, whenFalse]), outputShape(), inputShape(index))
    return [undefined, needs(1) ? part(1, upstream, zero) : undefined, needs(2) ? part(2, zero, upstream) : undefined]
  }
}

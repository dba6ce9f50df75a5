/**
 * Smooth functions of one element, Y = f(X): ∂X = ∂Y · f′(X), written with Y where that is cheaper.
 *
 *     Sigmoid: Y(1 − Y)    Tanh: 1 − Y²    Exp: Y    Log: 1/X    Sqrt: 1/(2Y)    Reciprocal: −Y²    Abs: sign X (0 at 0)
 *     Erf: 2/√π · exp(−X²)    Softplus: sigmoid X    Pow (constant exponent p): p · X^(p−1)
 */
import { sumToShape } from '../broadcast'
import type { GradientRule, RuleContext } from '../gradient-rule'

/** A rule from the derivative f′, of which only a product with the upstream gradient is asked. */
const functionRule = (opType: string, gradient: (context: RuleContext, y: string) => string): GradientRule => ({
  opType,
  gradient: (context) => [gradient(context, context.node.outputs[0]!)]
})

export const sigmoidRule = functionRule('Sigmoid', ({ builder, upstream }, y) => {
  const slope = builder.node('Mul', [y, builder.node('Sub', [builder.scalar(1), y])])
  return builder.node('Mul', [upstream, slope])
})
export const tanhRule = functionRule('Tanh', ({ builder, upstream }, y) => {
  const slope = builder.node('Sub', [builder.scalar(1), builder.node('Mul', [y, y])])
  return builder.node('Mul', [upstream, slope])
})
export const expRule = functionRule('Exp', ({ builder, upstream }, y) => builder.node('Mul', [upstream, y]))
export const logRule = functionRule('Log', ({ builder, upstream, input }) => builder.node('Div', [upstream, input(0)]))
export const sqrtRule = functionRule('Sqrt', ({ builder, upstream }, y) => {
  return builder.node('Div', [upstream, builder.node('Mul', [y, builder.scalar(2)])])
})
export const absRule = functionRule('Abs', ({ builder, upstream, input }) => builder.node('Mul', [upstream, builder.node('Sign', [input(0)])]))
export const reciprocalRule = functionRule('Reciprocal', ({ builder, upstream }, y) => {
  return builder.node('Neg', [builder.node('Mul', [upstream, builder.node('Mul', [y, y])])])
})
export const erfRule = functionRule('Erf', ({ builder, upstream, input }) => {
  const bell = builder.node('Exp', [builder.node('Neg', [builder.node('Mul', [input(0), input(0)])])])
  return builder.node('Mul', [upstream, builder.node('Mul', [bell, builder.scalar(2 / Math.sqrt(Math.PI))])])
})
export const softplusRule = functionRule('Softplus', ({ builder, upstream, input }) => {
  return builder.node('Mul', [upstream, builder.node('Sigmoid', [input(0)])])
})
export const powRule = functionRule('Pow', (context) => {
  const { builder, upstream, input } = context
  const exponent = context.constant(input(1))
  if (exponent === undefined || exponent.data.length !== 1) return context.unsupported('its exponent is not one constant number')
  const power = Number(exponent.data[0])
  const slope = builder.node('Mul', [builder.node('Pow', [input(0), builder.scalar(power - 1)]), builder.scalar(power)])
  // A base of shape [] with an exponent of shape [1] gives [1]; the gradient has the shape of the base.
  return sumToShape(builder, builder.node('Mul', [upstream, slope]), context.outputShape(), context.inputShape(0))
})

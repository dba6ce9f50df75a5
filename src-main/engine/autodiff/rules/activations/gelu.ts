/**
 * Gelu: Y = X · Φ(X), Φ the normal distribution; ∂X = ∂Y · (Φ(X) + X · φ(X)) with φ(X) = exp(−X²/2) / √(2π).
 *
 * With `approximate = tanh`, Y = X/2 · (1 + T), T = tanh U, U = √(2/π) (X + cX³), c = 0.044715:
 *
 *     ∂X = ∂Y · ½ · (1 + T + X (1 − T²) · √(2/π) (1 + 3cX²))
 *
 * ONNX Runtime's Gelu, and BiasGelu of a sum, are the first form; its FastGelu, of a sum or not, is the second.
 */
import { stringAttribute } from '../../../onnx/graph'
import type { GraphBuilder } from '../../../onnx/graph-builder'
import { algebra } from '../../algebra'
import { sumToShape } from '../../broadcast'
import type { GradientRule } from '../../gradient-rule'

/** The slope dY/dX of the exact form. */
function exactSlope(builder: GraphBuilder, x: string): string {
  const { add, mul, erf, exp } = algebra(builder)
  const distribution = mul(add(erf(mul(x, Math.SQRT1_2)), 1), 0.5)
  const density = mul(exp(mul(mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI))
  return add(distribution, mul(x, density))
}

/** The slope dY/dX of the approximation. */
function approximateSlope(builder: GraphBuilder, x: string): string {
  const { add, mul, sub, tanh } = algebra(builder)
  const factor = Math.sqrt(2 / Math.PI)
  const cubic = 0.044715
  const square = mul(x, x)
  const t = tanh(mul(x, add(mul(square, factor * cubic), factor)))
  const inner = mul(mul(x, sub(1, mul(t, t))), add(mul(square, 3 * factor * cubic), factor))
  return mul(add(add(t, 1), inner), 0.5)
}

const gelu = (opType: string, domain: string, slopeOf: (builder: GraphBuilder, x: string) => string): GradientRule => ({
  opType,
  domain,
  gradient(context) {
    const { builder, upstream, input } = context
    const { add, mul } = algebra(builder)
    const slope = slopeOf(builder, input(1) === '' ? input(0) : add(input(0), input(1)))
    const gradient = mul(upstream, slope)
    return input(1) === '' ? [gradient] : [gradient, context.needs(1) ? sumToShape(builder, gradient, context.outputShape(), context.inputShape(1)) : undefined]
  }
})

export const geluRule: GradientRule = {
  opType: 'Gelu',
  gradient: (context) => gelu('Gelu', '', stringAttribute(context.node, 'approximate', 'none') === 'tanh' ? approximateSlope : exactSlope).gradient(context)
}
export const runtimeGeluRules = [
  gelu('Gelu', 'com.microsoft', exactSlope),
  gelu('BiasGelu', 'com.microsoft', exactSlope),
  gelu('FastGelu', 'com.microsoft', approximateSlope)
]

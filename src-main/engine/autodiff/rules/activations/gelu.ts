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
import { logErfSlopeAtZero } from '../elementwise/erf'

/** Twice the slope dY/dX of the exact form, with u = X/√2: 1 + erf u + u · 2/√π · exp(−u²). */
function exactDoubleSlope(builder: GraphBuilder, x: string): string {
  const { add, sub, mul, erf, exp } = algebra(builder)
  const u = mul(x, Math.SQRT1_2)
  return add(add(erf(u), mul(u, exp(sub(logErfSlopeAtZero, mul(u, u))))), 1)
}

/** Twice the slope dY/dX of the approximation. */
function approximateDoubleSlope(builder: GraphBuilder, x: string): string {
  const { add, mul, sub, tanh } = algebra(builder)
  const factor = Math.sqrt(2 / Math.PI)
  const cubic = 0.044715
  const square = mul(x, x)
  const t = tanh(mul(x, add(mul(square, factor * cubic), factor)))
  const inner = mul(mul(x, sub(1, mul(t, t))), add(mul(square, 3 * factor * cubic), factor))
  return add(add(t, 1), inner)
}

const gelu = (opType: string, domain: string, doubleSlope: (builder: GraphBuilder, x: string) => string): GradientRule => ({
  opType,
  domain,
  gradient(context) {
    const { builder, upstream, input } = context
    const { add, mul } = algebra(builder)
    const slope = doubleSlope(builder, input(1) === '' ? input(0) : add(input(0), input(1)))
    // The upstream gradient is halved, not the slope: behind a linear layer it is a product, which the runtime scales along the way.
    const gradient = mul(mul(upstream, 0.5), slope)
    return input(1) === '' ? [gradient] : [gradient, context.needs(1) ? sumToShape(builder, gradient, context.outputShape(), context.inputShape(1)) : undefined]
  }
})

export const geluRule: GradientRule = {
  opType: 'Gelu',
  gradient: (context) => gelu('Gelu', '', stringAttribute(context.node, 'approximate', 'none') === 'tanh' ? approximateDoubleSlope : exactDoubleSlope).gradient(context)
}
export const runtimeGeluRules = [
  gelu('Gelu', 'com.microsoft', exactDoubleSlope),
  gelu('BiasGelu', 'com.microsoft', exactDoubleSlope),
  gelu('FastGelu', 'com.microsoft', approximateDoubleSlope)
]

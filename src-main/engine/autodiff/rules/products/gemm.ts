/**
 * Gemm: Y = α · A′ · B′ + β · C, where A′ [M, K] is A or its transpose and B′ [K, N] is B or its transpose; C is
 * broadcast to [M, N].
 *
 *     ∂A′ = α · ∂Y · B′ᵀ      ∂B′ = α · A′ᵀ · ∂Y      ∂C = β · Σ ∂Y over the broadcast axes
 *
 * and a transposed operand has the transposed gradient. Every case is one Gemm.
 */
import { floatAttribute, intAttribute } from '../../../onnx/graph'
import { float } from '../../../onnx/graph-builder'
import { sumToShape } from '../../broadcast'
import type { GradientRule } from '../../gradient-rule'

export const gemmRule: GradientRule = {
  opType: 'Gemm',
  gradient(context) {
    const { builder, node, upstream } = context
    const a = context.input(0)
    const b = context.input(1)
    const transA = intAttribute(node, 'transA', 0)
    const transB = intAttribute(node, 'transB', 0)
    const alpha = float(floatAttribute(node, 'alpha', 1))
    const beta = floatAttribute(node, 'beta', 1)
    const product = (left: string, right: string, leftTransposed: number, rightTransposed: number): string =>
      builder.node('Gemm', [left, right], { alpha, transA: leftTransposed, transB: rightTransposed })
    const gradientA = (): string => (transA === 0 ? product(upstream, b, 0, 1 - transB) : product(b, upstream, transB, 1))
    const gradientB = (): string => (transB === 0 ? product(a, upstream, 1 - transA, 0) : product(upstream, a, 1, transA))
    const gradientC = (): string => {
      const summed = sumToShape(builder, upstream, context.outputShape(), context.inputShape(2))
      return beta === 1 ? summed : builder.node('Mul', [summed, builder.scalar(beta)])
    }
    return [
      context.needs(0) ? gradientA() : undefined,
      context.needs(1) ? gradientB() : undefined,
      context.needs(2) ? gradientC() : undefined
    ].slice(0, node.inputs.length)
  }
}

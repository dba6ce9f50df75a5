/**
 * MatMul: Y = A · B over the last two axes, leading axes broadcast; A [… , M, K], B [… , K, N], Y [… , M, N]. An operand of
 * one axis stands for a row (A) or a column (B) whose added axis is left out of Y.
 *
 *     ∂A = ∂Y · Bᵀ      ∂B = Aᵀ · ∂Y      each summed over the axes along which the operand was broadcast
 *
 * Where B is one matrix (a fully connected layer), ∂B is a single product over all rows of A.
 */
import { elementCount } from '../../../onnx/graph'
import { broadcastShape, reshape, sumToShape, transposeMatrix } from '../../broadcast'
import type { GradientRule } from '../../gradient-rule'
import { transposedProduct } from './transposed-product'

export const matMulRule: GradientRule = {
  opType: 'MatMul',
  gradient(context) {
    const { builder } = context
    const shapeA = context.inputShape(0)
    const shapeB = context.inputShape(1)
    const fullA = shapeA.length === 1 ? [1, ...shapeA] : shapeA
    const fullB = shapeB.length === 1 ? [...shapeB, 1] : shapeB
    const leading = broadcastShape(fullA.slice(0, -2), fullB.slice(0, -2))
    const [rows = 1, inner = 1] = fullA.slice(-2)
    const columns = fullB.at(-1) ?? 1
    const a = reshape(builder, context.input(0), shapeA, fullA)
    const b = reshape(builder, context.input(1), shapeB, fullB)
    const upstream = reshape(builder, context.upstream, context.outputShape(), [...leading, rows, columns])

    const gradientA = (): string => {
      const product = builder.node('MatMul', [upstream, transposeMatrix(builder, b, fullB.length)])
      const summed = sumToShape(builder, product, [...leading, rows, inner], fullA)
      return reshape(builder, summed, fullA, shapeA)
    }
    const gradientB = (): string => {
      if (fullB.length === 2) {
        const allRows = elementCount(leading) * rows
        const flatA = reshape(builder, a, fullA, [allRows, inner])
        const flatUpstream = reshape(builder, upstream, [...leading, rows, columns], [allRows, columns])
        return reshape(builder, transposedProduct(builder, { x: flatA, y: flatUpstream, rows: allRows, inputs: inner, outputs: columns, blockSize: context.blockSize }), fullB, shapeB)
      }
      const product = builder.node('MatMul', [transposeMatrix(builder, a, fullA.length), upstream])
      return sumToShape(builder, product, [...leading, inner, columns], fullB)
    }
    return [context.needs(0) ? gradientA() : undefined, context.needs(1) ? gradientB() : undefined]
  }
}

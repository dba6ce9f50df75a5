/**
 * Operators that are linear along each axis (resizing, padding by reflection): applied to a unit matrix they give their own matrix, of exactly what ONNX
 * Runtime computes, and the gradient is a product with its transpose. The matrices are constants that ONNX Runtime folds when the session is made.
 */
import { elementCount } from '../onnx/graph'
import type { GraphBuilder } from '../onnx/graph-builder'

/** A constant unit matrix, shape [n, n], or another shape with the same elements. */
export function unitMatrix(builder: GraphBuilder, n: number, shape: readonly number[] = [n, n]): string {
  const data = new Float32Array(n * n)
  for (let i = 0; i < n; i++) data[i * n + i] = 1
  return builder.constant('unit_matrix', { type: 'float32', dims: shape, data })
}

/** Multiplies `value` along `axis` with the transpose of `matrix` [n, m]; the axis goes from size m to size n. */
export function timesTransposed(builder: GraphBuilder, value: string, shape: readonly number[], axis: number, matrix: string): string {
  const inner = elementCount(shape.slice(axis + 1))
  const outer = elementCount(shape.slice(0, axis))
  const size = shape[axis] ?? 1
  // n × m times [outer, m, inner]: the axis need not be moved.
  const product = builder.node('MatMul', [matrix, builder.node('Reshape', [value, builder.ints([outer, size, inner])])])
  return builder.node('Reshape', [product, builder.ints([...shape.slice(0, axis), -1, ...shape.slice(axis + 1)])])
}

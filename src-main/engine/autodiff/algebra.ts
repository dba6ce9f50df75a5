/**
 * Short names for the operators that gradient formulas are made of, so that a rule reads as its formula. A number stands
 * for a float32 constant. Every operator here has one form from operator set 17 to the newest that ONNX Runtime takes.
 */
import type { GraphBuilder } from '../onnx/graph-builder'

/** Name of a value, or a number. */
export type Operand = string | number

/** The operators, appending to `builder`. */
export function algebra(builder: GraphBuilder) {
  const name = (operand: Operand): string => (typeof operand === 'number' ? builder.scalar(operand) : operand)
  const one = (opType: string) => (x: Operand): string => builder.node(opType, [name(x)])
  const two = (opType: string) => (a: Operand, b: Operand): string => builder.node(opType, [name(a), name(b)])
  return {
    add: two('Add'), sub: two('Sub'), mul: two('Mul'), div: two('Div'), pow: two('Pow'), max: two('Max'), min: two('Min'),
    greater: two('Greater'), less: two('Less'), equal: two('Equal'), and: two('And'),
    neg: one('Neg'), exp: one('Exp'), log: one('Log'), sqrt: one('Sqrt'), reciprocal: one('Reciprocal'), abs: one('Abs'), sign: one('Sign'),
    sigmoid: one('Sigmoid'), tanh: one('Tanh'), softplus: one('Softplus'), erf: one('Erf'), sin: one('Sin'), cos: one('Cos'),
    where: (condition: string, whenTrue: Operand, whenFalse: Operand): string => builder.node('Where', [condition, name(whenTrue), name(whenFalse)]),
    /** Sum over `axes`, which stay with size 1 unless `keep` is false. */
    sum: (x: string, axes: readonly number[], keep = true): string => (axes.length === 0 ? x : builder.node('ReduceSum', [x, builder.ints(axes)], { keepdims: keep ? 1 : 0 })),
    reshape: (x: string, shape: readonly number[]): string => builder.node('Reshape', [x, builder.ints(shape)]),
    expand: (x: string, shape: readonly number[]): string => builder.node('Expand', [x, builder.ints(shape)]),
    transpose: (x: string, perm: readonly number[]): string => builder.node('Transpose', [x], { perm })
  }
}

export type Algebra = ReturnType<typeof algebra>

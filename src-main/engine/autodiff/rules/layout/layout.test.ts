import { describe, it } from 'vitest'
import type { GraphBuilder } from '../../../onnx/graph-builder'
import { checkGradient, values } from '../../testing/finite-differences'

/** Multiplies by position-dependent weights, so that a wrong arrangement of equal gradients is seen. */
const cases: [string, number[], (b: GraphBuilder) => string][] = [
  ['Reshape', [2, 3, 4], (b) => b.node('Reshape', ['x', b.ints([4, -1])])],
  ['Flatten', [2, 3, 4], (b) => b.node('Flatten', ['x'], { axis: 2 })],
  ['Squeeze', [2, 1, 4], (b) => b.node('Squeeze', ['x', b.ints([1])])],
  ['Unsqueeze', [2, 4], (b) => b.node('Unsqueeze', ['x', b.ints([0, 2])])],
  ['Transpose', [2, 3, 4], (b) => b.node('Transpose', ['x'], { perm: [2, 0, 1] })],
  ['Transpose, reversed', [2, 3, 4], (b) => b.node('Transpose', ['x'])],
  ['Concat of a value with itself', [2, 3], (b) => b.node('Concat', ['x', b.node('Neg', ['x']), 'x'], { axis: -1 })],
  ['Slice', [4, 5], (b) => b.node('Slice', ['x', b.ints([1, 0]), b.ints([3, 4])])],
  ['Slice from the end', [4, 5], (b) => b.node('Slice', ['x', b.ints([-3]), b.ints([1000]), b.ints([-1])])],
  ['Slice with a step', [7, 5], (b) => b.node('Slice', ['x', b.ints([1, 0]), b.ints([7, 5]), b.ints([0, 1]), b.ints([3, 2])])],
  ['Slice with a step that ends inside', [8], (b) => b.node('Slice', ['x', b.ints([0]), b.ints([5]), b.ints([0]), b.ints([4])])],
  ['Slice backwards', [6, 2], (b) => b.node('Slice', ['x', b.ints([4]), b.ints([-100]), b.ints([0]), b.ints([-2])])],
  ['Slice of nothing less', [3, 2], (b) => b.node('Slice', ['x', b.ints([0]), b.ints([3]), b.ints([0])])],
  ['Pad', [2, 3], (b) => b.node('Pad', ['x', b.ints([1, 0, 2, 3])])],
  ['Pad with a value and a crop', [3, 4], (b) => b.node('Pad', ['x', b.ints([1, -1, 0, -2]), b.scalar(5)])],
  ['ReduceSum', [2, 3, 4], (b) => b.node('ReduceSum', ['x', b.ints([-2])], { keepdims: 0 })],
  ['ReduceSum over everything', [2, 3], (b) => b.node('ReduceSum', ['x'])],
  ['ReduceMean', [2, 3, 4], (b) => b.node('ReduceMean', ['x', b.ints([0, 2])], { keepdims: 0 })],
  ['ReduceMean, axes kept', [2, 3, 4], (b) => b.node('ReduceMean', ['x', b.ints([-1])])],
  ['Expand', [3, 1], (b) => b.node('Expand', ['x', b.ints([2, 3, 4])])],
  ['Expand within the shape', [3, 4], (b) => b.node('Expand', ['x', b.ints([1, 4])])],
  ['Identity', [3], (b) => b.node('Identity', ['x'])],
  ['Dropout', [3, 4], (b) => b.node('Dropout', ['x'])]
]

describe('gradients of operators that move elements', () => {
  it.each(cases)('%s', async (_, dims, build) => {
    await checkGradient({ inputs: { x: values(dims) }, build: (builder) => build(builder) })
  })

  it('Concat of several values', async () => {
    await checkGradient({ inputs: { a: values([2, 3], 1), b: values([2, 1], 2), c: values([2, 2], 3) }, build: (b) => b.node('Concat', ['a', 'b', 'c'], { axis: 1 }) })
  })

  it('Split, with a part that is not used', async () => {
    await checkGradient({
      inputs: { x: values([2, 6]) },
      build(b) {
        const parts = b.multi('Split', ['x', b.ints([1, 3, 2])], [b.fresh('p'), b.fresh('q'), b.fresh('r')], { axis: -1 })
        return b.node('Concat', [parts[2]!, parts[0]!, parts[0]!], { axis: 1 })
      }
    })
  })
})

import fc from 'fast-check'
import { describe, it } from 'vitest'
import type { GraphBuilder } from '../../../onnx/graph-builder'
import { checkGradient, values } from '../../testing/finite-differences'

const int64 = (builder: GraphBuilder, dims: readonly number[], data: readonly number[]): string =>
  builder.constant('indices', { type: 'int64', dims, data: BigInt64Array.from(data, BigInt) })
const count = (dims: readonly number[]): number => dims.reduce((product, dim) => product * dim, 1)

const shaped = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }).chain((shape) =>
  fc.record({ shape: fc.constant(shape), axis: fc.integer({ min: -shape.length, max: shape.length - 1 }), seed: fc.integer({ min: 0, max: 1000 }) })
)

describe('gradients of indexing', () => {
  it('Gather along any axis, of indices of any rank, negative and repeated ones too', async () => {
    const anyGather = shaped.chain((given) => fc.record({ given: fc.constant(given), indexShape: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }) }))
    await fc.assert(
      fc.asyncProperty(anyGather, async ({ given: { shape, axis, seed }, indexShape }) => {
        const size = shape.at(axis)!
        const indices = Array.from({ length: count(indexShape) }, (_, i) => ((seed + 7 * i) % (2 * size)) - size)
        await checkGradient({ inputs: { x: values(shape) }, build: (b) => b.node('Gather', ['x', int64(b, indexShape, indices)], { axis }) })
      }),
      { seed: 1, numRuns: 25 }
    )
  })

  it('GatherElements and ScatterElements, with repeated and negative indices', async () => {
    await fc.assert(
      fc.asyncProperty(shaped, async ({ shape, axis, seed }) => {
        const size = shape.at(axis)!
        const indices = Array.from({ length: count(shape) }, (_, i) => ((seed + 5 * i) % (2 * size)) - size)
        await checkGradient({ inputs: { x: values(shape) }, build: (b) => b.node('GatherElements', ['x', int64(b, shape, indices)], { axis }) })
        await checkGradient({ inputs: { x: values(shape), u: values(shape, 2) }, build: (b) => b.node('ScatterElements', ['x', int64(b, shape, indices), 'u'], { axis, reduction: 'add' }) })
      }),
      { seed: 2, numRuns: 15 }
    )
  })

  it('ScatterElements and ScatterND that replace', async () => {
    await checkGradient({ inputs: { x: values([3, 4]), u: values([3, 2], 2) }, build: (b) => b.node('ScatterElements', ['x', int64(b, [3, 2], [0, 3, 2, 1, -1, 0]), 'u'], { axis: 1 }) })
    await checkGradient({ inputs: { x: values([3, 4]), u: values([2, 4], 2) }, build: (b) => b.node('ScatterND', ['x', int64(b, [2, 1], [2, 0]), 'u']) })
    await checkGradient({ inputs: { x: values([3, 4]), u: values([2], 2) }, build: (b) => b.node('ScatterND', ['x', int64(b, [2, 2], [2, 0, 1, 3]), 'u'], { reduction: 'add' }) })
  })

  it('GatherND of slices and of elements', async () => {
    await checkGradient({ inputs: { x: values([3, 4, 2]) }, build: (b) => b.node('GatherND', ['x', int64(b, [2, 2], [2, 0, 2, 0])]) })
    await checkGradient({ inputs: { x: values([3, 4]) }, build: (b) => b.node('GatherND', ['x', int64(b, [3, 1, 2], [2, 3, 0, 0, 2, 3])]) })
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apart, checkGradient, ruleGradients, values } from '../../testing/finite-differences'

const anyReduction = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }).chain((shape) =>
  fc.record({ shape: fc.constant(shape), axes: fc.uniqueArray(fc.integer({ min: -shape.length, max: shape.length - 1 }), { maxLength: shape.length, selector: (axis) => (axis + shape.length) % shape.length }), keepdims: fc.integer({ min: 0, max: 1 }) })
)
/** At least 0.5 and away from 0, where logarithms and roots are smooth. */
const positive = (dims: readonly number[]) => {
  const { data } = values(dims)
  return { dims, data: data.map((value) => 1.5 + value) }
}

describe('gradients of reductions', () => {
  it.each(['ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceL1', 'ReduceL2', 'ReduceSumSquare', 'ReduceLogSum', 'ReduceLogSumExp'])('%s over any axes', async (opType) => {
    await fc.assert(
      fc.asyncProperty(anyReduction, async ({ shape, axes, keepdims }) => {
        const x = ['ReduceMax', 'ReduceMin'].includes(opType) ? apart(shape) : ['ReduceL1', 'ReduceL2', 'ReduceLogSum'].includes(opType) ? positive(shape) : values(shape)
        await checkGradient({ inputs: { x }, opset: 18, build: (b) => b.node(opType, axes.length === 0 ? ['x'] : ['x', b.ints(axes)], { keepdims }) })
      }),
      { seed: 7, numRuns: 12 }
    )
  })

  it.each(['ReduceMax', 'ReduceMin'])('%s shares the gradient among equal elements, as torch.amax does', async (opType) => {
    const { analytic } = await ruleGradients({ inputs: { x: { dims: [4], data: Float32Array.of(2, 2, 2, 2) } }, build: (b) => b.node(opType, ['x', b.ints([0])], { keepdims: 0 }) }, { dims: [], data: Float32Array.of(8) })
    expect(Array.from(analytic.x!)).toEqual([2, 2, 2, 2])
  })

  it('ReduceL2 of zeros is 0', async () => {
    const { analytic } = await ruleGradients({ inputs: { x: { dims: [3], data: new Float32Array(3) } }, build: (b) => b.node('ReduceL2', ['x', b.ints([0])], { keepdims: 0 }) }, { dims: [], data: Float32Array.of(1) })
    expect(Array.from(analytic.x!)).toEqual([0, 0, 0])
  })

  it.each([0, 1].flatMap((exclusive) => [0, 1].map((reverse) => [exclusive, reverse] as const)))('CumSum, exclusive %d, reverse %d', async (exclusive, reverse) => {
    const axis = (b: Parameters<Parameters<typeof checkGradient>[0]['build']>[0]) => b.constant('axis', { type: 'int64', dims: [], data: BigInt64Array.of(1n) })
    await checkGradient({ inputs: { x: values([2, 4, 3]) }, build: (b) => b.node('CumSum', ['x', axis(b)], { exclusive, reverse }) })
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apart, checkGradient, ruleGradients, values } from '../../testing/finite-differences'

const away = (dims: readonly number[]) => {
  const { data } = values(dims)
  return { dims, data: data.map((value) => value + (value < 0 ? -0.5 : 0.5)) }
}
const axis = fc.record({ kernel: fc.integer({ min: 1, max: 3 }), stride: fc.integer({ min: 1, max: 2 }), pad: fc.integer({ min: 0, max: 1 }), extra: fc.integer({ min: 0, max: 3 }) })

describe('gradients of pooling', () => {
  it.each([[[2, 3, 4]], [[2, 3, 3, 2]], [[1, 2, 2, 2, 2]]])('GlobalMaxPool of %j', async (shape) => {
    await checkGradient({ inputs: { x: apart(shape) }, build: (b) => b.node('GlobalMaxPool', ['x']) })
  })

  it('GlobalMaxPool gives ties to the first position', async () => {
    const { analytic } = await ruleGradients(
      { inputs: { x: { dims: [1, 1, 4], data: Float32Array.of(1, 3, 3, 2) } }, build: (b) => b.node('GlobalMaxPool', ['x']) },
      { dims: [1, 1, 1], data: Float32Array.of(5) }
    )
    expect(Array.from(analytic.x!)).toEqual([0, 5, 0, 0])
  })

  it('LpPool with overlapping and padded windows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.record({ axes: fc.array(axis, { minLength: 1, maxLength: 2 }), p: fc.integer({ min: 1, max: 3 }) }), async ({ axes, p }) => {
        const pads = axes.map((a) => Math.min(a.pad, a.kernel - 1))
        await checkGradient({
          inputs: { x: away([2, 2, ...axes.map((a) => a.kernel + a.extra)]) },
          build: (b) => b.node('LpPool', ['x'], { kernel_shape: axes.map((a) => a.kernel), strides: axes.map((a) => a.stride), pads: [...pads, ...pads], p })
        })
      }),
      { seed: 5, numRuns: 15 }
    )
  })

  it.each([1, 2, 3])('GlobalLpPool, p = %d', async (p) => {
    await checkGradient({ inputs: { x: away([2, 2, 3, 2]) }, build: (b) => b.node('GlobalLpPool', ['x'], { p }) })
  })

  it('is finite where everything is 0', async () => {
    const { analytic } = await ruleGradients({ inputs: { x: { dims: [1, 1, 4], data: new Float32Array(4) } }, build: (b) => b.node('GlobalLpPool', ['x'], { p: 2 }) })
    expect(Array.from(analytic.x!)).toEqual([0, 0, 0, 0])
  })
})

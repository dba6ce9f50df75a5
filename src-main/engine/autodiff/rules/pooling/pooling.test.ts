import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apart, checkGradient, ruleGradients, values } from '../../testing/finite-differences'

const axis = fc
  .record({ kernel: fc.integer({ min: 1, max: 3 }), stride: fc.integer({ min: 1, max: 3 }), begin: fc.integer({ min: 0, max: 2 }), end: fc.integer({ min: 0, max: 2 }), extra: fc.integer({ min: 0, max: 4 }) })
  .map((a) => ({ ...a, begin: Math.min(a.begin, a.kernel - 1), end: Math.min(a.end, a.kernel - 1), size: a.kernel + a.extra }))
const anyPool = fc.record({ batch: fc.integer({ min: 1, max: 2 }), channels: fc.integer({ min: 1, max: 2 }), axes: fc.array(axis, { minLength: 1, maxLength: 2 }), ceil: fc.integer({ min: 0, max: 1 }), includePad: fc.integer({ min: 0, max: 1 }) })

type Axis = typeof axis extends fc.Arbitrary<infer T> ? T : never
const attributesOf = (axes: readonly Axis[]) => ({
  kernel_shape: axes.map((a) => a.kernel),
  strides: axes.map((a) => a.stride),
  pads: [...axes.map((a) => a.begin), ...axes.map((a) => a.end)]
})

describe('gradient of MaxPool', () => {
  it('equals finite differences for overlapping and padded windows', async () => {
    await fc.assert(
      fc.asyncProperty(anyPool, async ({ batch, channels, axes, ceil }) => {
        await checkGradient({
          inputs: { x: apart([batch, channels, ...axes.map((a) => a.size)]) },
          build: (builder) => builder.node('MaxPool', ['x'], { ...attributesOf(axes), ceil_mode: ceil })
        })
      }),
      { seed: 5, numRuns: 20 }
    )
  })

  it('gives the gradient of a tie to the first element', async () => {
    const { analytic } = await ruleGradients(
      { inputs: { x: { dims: [1, 1, 2, 4], data: Float32Array.of(0, 0, 1, 3, 0, 0, 3, 2) } }, build: (builder) => builder.node('MaxPool', ['x'], { kernel_shape: [2, 2], strides: [2, 2] }) },
      { dims: [1, 1, 1, 2], data: Float32Array.of(5, 7) }
    )
    expect(Array.from(analytic.x!)).toEqual([5, 0, 0, 7, 0, 0, 0, 0])
  })
})

describe('gradient of AveragePool', () => {
  it('equals finite differences with and without counted padding', async () => {
    await fc.assert(
      fc.asyncProperty(anyPool, async ({ batch, channels, axes, ceil, includePad }) => {
        await checkGradient({
          inputs: { x: values([batch, channels, ...axes.map((a) => a.size)]) },
          build: (builder) => builder.node('AveragePool', ['x'], { ...attributesOf(axes), ceil_mode: ceil, count_include_pad: includePad })
        })
      }),
      { seed: 6, numRuns: 30 }
    )
  })

  it('of the whole plane equals finite differences', async () => {
    await checkGradient({ inputs: { x: values([2, 3, 4, 5]) }, build: (builder) => builder.node('GlobalAveragePool', ['x']) })
  })
})

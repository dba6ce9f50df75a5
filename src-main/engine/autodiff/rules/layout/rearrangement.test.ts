import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { float, type AttributeShorthand } from '../../../onnx/graph-builder'
import { onnxFloat } from '../../broadcast'
import { checkGradient, ruleGradients, values } from '../../testing/finite-differences'

const shapes = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 })

describe('gradients of repeating and rearranging', () => {
  it('Tile', async () => {
    const anyTile = shapes.chain((shape) => fc.record({ shape: fc.constant(shape), repeats: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: shape.length, maxLength: shape.length }) }))
    await fc.assert(fc.asyncProperty(anyTile, ({ shape, repeats }) => checkGradient({ inputs: { x: values(shape) }, build: (b) => b.node('Tile', ['x', b.ints(repeats)]) })), { seed: 3, numRuns: 15 })
  })

  it('Cast to the same type passes on, to whole numbers ends the gradient', async () => {
    await checkGradient({ inputs: { x: values([3]) }, build: (b) => b.node('Cast', ['x'], { to: onnxFloat }) })
    const { analytic } = await ruleGradients({ inputs: { x: values([3], 1, 5) }, build: (b) => b.node('Add', ['x', b.node('Cast', [b.node('Cast', ['x'], { to: 7 })], { to: onnxFloat })]) }, { dims: [3], data: Float32Array.of(1, 2, 3) })
    expect(Array.from(analytic.x!)).toEqual([1, 2, 3])
  })

  it.each([['DCR'], ['CRD']])('DepthToSpace %s', async (mode) => {
    await checkGradient({ inputs: { x: values([2, 8, 2, 3]) }, build: (b) => b.node('DepthToSpace', ['x'], { blocksize: 2, mode }) })
  })

  it('SpaceToDepth', async () => {
    await checkGradient({ inputs: { x: values([2, 3, 4, 6]) }, build: (b) => b.node('SpaceToDepth', ['x'], { blocksize: 2 }) })
  })

  it.each([[0, 0], [1, 0], [0, 1], [1, -1]])('Trilu, upper %d, k %d', async (upper, k) => {
    const diagonal = (b: Parameters<Parameters<typeof checkGradient>[0]['build']>[0]) => b.constant('k', { type: 'int64', dims: [], data: BigInt64Array.of(BigInt(k)) })
    await checkGradient({ inputs: { x: values([2, 3, 4]) }, build: (b) => b.node('Trilu', ['x', diagonal(b)], { upper }) })
  })

  it.each(['reflect', 'edge', 'wrap'])('Pad by %s', async (mode) => {
    await checkGradient({ inputs: { x: values([2, 3, 4]) }, build: (b) => b.node('Pad', ['x', b.ints([0, 1, 2, 0, 2, 1])], { mode }) })
  })
})

const modes: [string, Record<string, AttributeShorthand>][] = [
  ['nearest, half pixel', { mode: 'nearest' }],
  ['nearest, asymmetric, floor', { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }],
  ['nearest, align corners, ceil', { mode: 'nearest', coordinate_transformation_mode: 'align_corners', nearest_mode: 'ceil' }],
  ['linear, half pixel', { mode: 'linear' }],
  ['linear, align corners', { mode: 'linear', coordinate_transformation_mode: 'align_corners' }],
  ['linear, PyTorch half pixel', { mode: 'linear', coordinate_transformation_mode: 'pytorch_half_pixel' }],
  ['linear, asymmetric', { mode: 'linear', coordinate_transformation_mode: 'asymmetric' }],
  ['cubic, half pixel', { mode: 'cubic', cubic_coeff_a: float(-0.75) }],
  ['cubic, align corners', { mode: 'cubic', coordinate_transformation_mode: 'align_corners' }],
  ['cubic, outside excluded', { mode: 'cubic', exclude_outside: 1 }]
]

describe('gradient of Resize', () => {
  it.each(modes)('%s, larger and smaller, by scales and by sizes', async (_, attributes) => {
    const scaled = (scales: number[]) => ({
      inputs: { x: values([1, 2, 4, 5]) },
      build: (b: Parameters<Parameters<typeof checkGradient>[0]['build']>[0]) => b.node('Resize', ['x', '', b.constant('scales', { type: 'float32', dims: [4], data: Float32Array.from(scales) })], attributes)
    })
    await checkGradient(scaled([1, 1, 2, 3]))
    await checkGradient(scaled([1, 1, 1.3, 0.6]))
    await checkGradient({ inputs: { x: values([1, 2, 4, 5]) }, build: (b) => b.node('Resize', ['x', '', '', b.ints([1, 2, 7, 3])], attributes) })
  })

  it('linear with antialiasing, smaller', async () => {
    await checkGradient({ inputs: { x: values([1, 1, 8, 6]) }, build: (b) => b.node('Resize', ['x', '', '', b.ints([1, 1, 3, 3])], { mode: 'linear', antialias: 1 }) })
  })

  it('of one and three spatial axes', async () => {
    const nearest = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
    await checkGradient({ inputs: { x: values([1, 2, 5]) }, build: (b) => b.node('Resize', ['x', '', b.constant('s', { type: 'float32', dims: [3], data: Float32Array.of(1, 1, 2) })], nearest) })
    await checkGradient({ inputs: { x: values([1, 1, 2, 3, 2]) }, build: (b) => b.node('Resize', ['x', '', b.constant('s', { type: 'float32', dims: [5], data: Float32Array.of(1, 1, 2, 2, 2) })], nearest) })
  })
})

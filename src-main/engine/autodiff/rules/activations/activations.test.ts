import { describe, expect, it } from 'vitest'
import { float, type AttributeShorthand } from '../../../onnx/graph-builder'
import { apart, checkGradient, ruleGradients, values } from '../../testing/finite-differences'

const smooth: [string, Record<string, AttributeShorthand>, string][] = [
  ['Sigmoid', {}, ''], ['Tanh', {}, ''], ['Softplus', {}, ''], ['Mish', {}, ''], ['Gelu', {}, ''], ['Gelu', { approximate: 'tanh' }, ''],
  ['Gelu', {}, 'com.microsoft'], ['FastGelu', {}, 'com.microsoft'], ['QuickGelu', { alpha: float(1.7) }, 'com.microsoft'], ['QuickGelu', {}, 'com.microsoft']
]
const piecewise: [string, Record<string, AttributeShorthand>][] = [
  ['Relu', {}], ['LeakyRelu', {}], ['LeakyRelu', { alpha: float(0.3) }], ['Elu', {}], ['Elu', { alpha: float(0.5) }], ['Selu', {}], ['Selu', { alpha: float(1.5), gamma: float(1.2) }],
  ['Celu', {}], ['Celu', { alpha: float(2) }], ['ThresholdedRelu', { alpha: float(0.9375) }], ['HardSigmoid', { alpha: float(0.32), beta: float(0.5) }], ['HardSigmoid', {}], ['Softsign', {}]
]

describe('gradients of activations', () => {
  it.each(smooth)('%s %j %s', async (opType, attributes, domain) => {
    await checkGradient({ inputs: { x: values([3, 5], 1, 3) }, build: (builder) => builder.node(opType, ['x'], attributes, { domain }) })
  })

  it('Swish', async () => {
    for (const alpha of [1, 1.5]) await checkGradient({ inputs: { x: values([3, 5], 1, 3) }, opset: 24, build: (builder) => builder.node('Swish', ['x'], { alpha: float(alpha) }) })
  })

  it.each(piecewise)('%s %j', async (opType, attributes) => {
    await checkGradient({ inputs: { x: apart([3, 5]) }, build: (builder) => builder.node(opType, ['x'], attributes) })
  })

  it.each([['BiasGelu', [5]], ['FastGelu', [5]]] as const)('%s of a sum', async (opType, bias) => {
    await checkGradient({ inputs: { x: values([3, 5], 1, 2), b: values(bias, 2) }, build: (builder) => builder.node(opType, ['x', 'b'], {}, { domain: 'com.microsoft' }) })
  })

  it.each([[[4]], [[3, 1]], [[1]]])('PRelu with slopes of shape %j', async (slopes) => {
    await checkGradient({ inputs: { x: apart([2, 3, 4]), slope: values(slopes, 2) }, build: (builder) => builder.node('PRelu', ['x', 'slope']) })
  })

  it('HardSwish', async () => {
    const data = Float32Array.of(-5, -3.5, -2.5, -1, -0.1, 0.2, 2.8, 3.3, 6)
    await checkGradient({ inputs: { x: { dims: [9], data } }, build: (builder) => builder.node('HardSwish', ['x']) })
  })

  // Bounds are multiples of 5h, half-way between the values of `apart`.
  it.each([[-0.9375, 0.9375], [-0.9375, undefined], [undefined, 0.9375]])('Clip to %s … %s', async (min, max) => {
    await checkGradient({
      inputs: { x: apart([3, 5]) },
      build: (builder) => builder.node('Clip', ['x', min === undefined ? '' : builder.scalar(min), ...(max === undefined ? [] : [builder.scalar(max)])])
    })
  })

  it('Clip to bounds that are trained', async () => {
    const scalar = (value: number) => ({ dims: [], data: Float32Array.of(value) })
    await checkGradient({ inputs: { x: apart([3, 5]), low: scalar(-0.9375), high: scalar(0.9375) }, build: (builder) => builder.node('Clip', ['x', 'low', 'high']) })
  })

  it('are 0 at the corner of Relu and finite everywhere at 0', async () => {
    for (const opType of ['Relu', 'LeakyRelu', 'Elu', 'Selu', 'Celu', 'Softsign', 'Mish', 'Gelu']) {
      const { analytic } = await ruleGradients({ inputs: { x: { dims: [1], data: Float32Array.of(0) } }, build: (b) => b.node(opType, ['x']) }, { dims: [1], data: Float32Array.of(1) })
      if (opType === 'Relu') expect(analytic.x![0]).toBe(0)
      expect(Number.isFinite(analytic.x![0]), opType).toBe(true)
    }
  })
})

import { describe, it } from 'vitest'
import { float, type AttributeShorthand } from '../../onnx/graph-builder'
import { apart, checkGradient, values } from '../testing/finite-differences'

const broadcasts: [number[], number[]][] = [
  [[2, 3], [2, 3]],
  [[2, 3], [3]],
  [[2, 3], []],
  [[3], [2, 1]],
  [[2, 1, 4], [3, 1]],
  [[1, 1], [2, 3, 4]],
  [[2, 3, 4], [1, 3, 1]]
]

describe('gradients of arithmetic under broadcasting', () => {
  it.each(['Add', 'Sub', 'Mul', 'Div'].flatMap((opType) => broadcasts.map(([a, b]) => [opType, a, b] as const)))('%s of %j and %j', async (opType, a, b) => {
    const right = values(b, 2)
    // Away from zero, for Div.
    if (opType === 'Div') right.data.forEach((value, i) => (right.data[i] = value < 0 ? value - 1 : value + 1))
    await checkGradient({ inputs: { a: values(a, 1), b: right }, build: (builder) => builder.node(opType, ['a', 'b']) })
  })

  it('Sum of three broadcast values', async () => {
    await checkGradient({ inputs: { a: values([2, 3], 1), b: values([3], 2), c: values([2, 1], 3) }, build: (b) => b.node('Sum', ['a', 'b', 'c']) })
  })

  it('Where', async () => {
    await checkGradient({
      inputs: { a: values([2, 3], 1), b: values([3], 2) },
      build: (b) => b.node('Where', [b.constant('mask', { type: 'bool', dims: [2, 1], data: Uint8Array.of(1, 0) }), 'a', 'b'])
    })
  })

  it('adds up the uses of a value', async () => {
    await checkGradient({ inputs: { a: values([3], 1) }, build: (builder) => builder.node('Mul', [builder.node('Add', ['a', 'a']), builder.node('Neg', ['a'])]) })
  })
})

const piecewise: [string, Record<string, AttributeShorthand>][] = [['Relu', {}], ['LeakyRelu', {}], ['LeakyRelu', { alpha: float(0.3) }], ['Elu', {}], ['Elu', { alpha: float(0.5) }], ['HardSigmoid', { alpha: float(0.32), beta: float(0.5) }]]

describe('gradients of piecewise linear operators', () => {
  it.each(piecewise)('%s %j', async (opType, attributes) => {
    await checkGradient({ inputs: { x: apart([3, 5]) }, build: (builder) => builder.node(opType, ['x'], attributes) })
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
})

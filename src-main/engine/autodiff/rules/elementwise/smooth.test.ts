import { describe, expect, it } from 'vitest'
import { float } from '../../../onnx/graph-builder'
import { apart, checkGradient, ruleGradients, values } from '../../testing/finite-differences'

/** At least 0.5, where Log and Sqrt are smooth. */
const positive = (dims: readonly number[], seed = 1) => {
  const { data } = values(dims, seed)
  return { dims, data: data.map((value) => 1.5 + value) }
}

describe('gradients of smooth operators', () => {
  it.each(['Sigmoid', 'Tanh', 'Exp', 'Erf', 'Softplus'])('%s', async (opType) => {
    await checkGradient({ inputs: { x: values([2, 5]) }, build: (b) => b.node(opType, ['x']) })
  })
  it.each(['Log', 'Sqrt', 'Reciprocal'])('%s', async (opType) => {
    await checkGradient({ inputs: { x: positive([2, 5]) }, build: (b) => b.node(opType, ['x']) })
  })
  it.each([2, 3, -1, 0.5])('Pow to %d', async (power) => {
    await checkGradient({ inputs: { x: positive([2, 5]) }, build: (b) => b.node('Pow', ['x', b.scalar(power)]) })
  })
  it('Abs', async () => {
    await checkGradient({ inputs: { x: apart([2, 5]) }, build: (b) => b.node('Abs', ['x']) })
  })
  it.each(['Softmax', 'LogSoftmax'].flatMap((opType) => [0, 1, -1].map((axis) => [opType, axis] as const)))('%s along axis %d', async (opType, axis) => {
    await checkGradient({ inputs: { x: values([2, 3, 4]) }, build: (b) => b.node(opType, ['x'], { axis }) })
  })
  it.each([[[3, 2, 2, 3]], [[4, 2]]])('BatchNormalization of %j', async (dims) => {
    const variance = positive([2], 5)
    await checkGradient({
      inputs: { x: values(dims, 1), scale: values([2], 2), bias: values([2], 3), mean: values([2], 4), variance },
      check: ['x', 'scale', 'bias'],
      build: (b) => b.node('BatchNormalization', ['x', 'scale', 'bias', 'mean', 'variance'], { epsilon: float(0.01) })
    })
  })
})

describe('straight-through estimators', () => {
  it.each(['Round', 'Floor', 'Ceil'])('%s has the gradient of the identity', async (opType) => {
    const { analytic, c } = await ruleGradients({ inputs: { x: values([3, 4], 1, 5) }, build: (b) => b.node(opType, ['x']) })
    expect(analytic.x).toEqual(c.data)
  })
})

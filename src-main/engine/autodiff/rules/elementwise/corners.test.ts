/** Where a derivative does not exist or is infinite: what PyTorch gives, or the finite choice that a rule states. */
import { expect, it } from 'vitest'
import { apart, checkGradient, ruleGradients, values, type GradientCase } from '../../testing/finite-differences'

const ones = (count: number) => ({ dims: [count], data: new Float32Array(count).fill(1) })
const gradientOf = async (testCase: GradientCase, outputs: number) => (await ruleGradients(testCase, ones(outputs))).analytic

it('Abs has slope 0 at 0, Sqrt and Pow a finite one', async () => {
  const x = { dims: [3], data: Float32Array.of(-2, 0, 4) }
  expect(Array.from((await gradientOf({ inputs: { x }, build: (b) => b.node('Abs', ['x']) }, 3)).x!)).toEqual([-1, 0, 1])
  const positive = { dims: [2], data: Float32Array.of(0, 4) }
  expect(Array.from((await gradientOf({ inputs: { x: positive }, build: (b) => b.node('Sqrt', ['x']) }, 2)).x!)).toEqual([0, 0.25])
  expect(Array.from((await gradientOf({ inputs: { x: positive }, build: (b) => b.node('Pow', ['x', b.scalar(0.5)]) }, 2)).x!)).toEqual([0, 0.25])
})

it.each(['Max', 'Min'])('%s shares the gradient among equal operands, as PyTorch does', async (opType) => {
  const a = { dims: [2], data: Float32Array.of(1, 2) }
  const b = { dims: [2], data: Float32Array.of(1, opType === 'Max' ? 1 : 3) }
  const found = await gradientOf({ inputs: { a, b }, build: (builder) => builder.node(opType, ['a', 'b']) }, 2)
  expect([Array.from(found.a!), Array.from(found.b!)]).toEqual([[0.5, 1], [0.5, 0]])
})

it.each(['Max', 'Min'])('%s of three broadcast operands', async (opType) => {
  const all = apart([2, 3, 3])
  const part = (from: number, dims: number[]) => ({ dims, data: all.data.slice(from, from + dims.reduce((p, d) => p * d, 1)) })
  await checkGradient({ inputs: { a: part(0, [2, 3]), b: part(6, [3]), c: part(9, [2, 1]) }, build: (b) => b.node(opType, ['a', 'b', 'c']) })
})

it.each(['Sin', 'Cos'])('%s', async (opType) => {
  await checkGradient({ inputs: { x: values([2, 5], 1, 3) }, build: (b) => b.node(opType, ['x']) })
})

it('Mean of broadcast operands', async () => {
  await checkGradient({ inputs: { a: values([2, 3], 1), b: values([3], 2), c: values([2, 1], 3) }, build: (b) => b.node('Mean', ['a', 'b', 'c']) })
})

it('Pow with a trained exponent, and with several', async () => {
  const base = values([2, 3], 1)
  base.data.forEach((value, i) => (base.data[i] = value + 2))
  await checkGradient({ inputs: { x: base, p: values([3], 2, 2) }, build: (b) => b.node('Pow', ['x', 'p']) })
  await checkGradient({ inputs: { x: base }, build: (b) => b.node('Pow', ['x', b.constant('p', { type: 'float32', dims: [3], data: Float32Array.of(2, -1, 0.5) })]) })
})

import { describe, it } from 'vitest'
import { checkGradient, values } from '../../testing/finite-differences'

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

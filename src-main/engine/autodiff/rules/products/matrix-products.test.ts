import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockedDomain, blockedLayout } from '../../../onnx/blocked-layout'
import type { GraphBuilder } from '../../../onnx/graph-builder'
import { checkGradient, ruleGradients, values } from '../../testing/finite-differences'

const blockSize = await blockedLayout()
const b = blockSize ?? 8

const bit = fc.integer({ min: 0, max: 1 })
const dim = fc.integer({ min: 1, max: 4 })

describe('gradient of Gemm', () => {
  it('equals finite differences for all transpositions, factors and shapes of C', async () => {
    const anyGemm = fc.record({ m: dim, k: dim, n: dim, transA: bit, transB: bit, alpha: fc.constantFrom(1, 0.5, 2), beta: fc.constantFrom(1, 0.25), c: fc.constantFrom('none', 'scalar', 'row', 'column', 'vector', 'full') })
    await fc.assert(
      fc.asyncProperty(anyGemm, async ({ m, k, n, transA, transB, alpha, beta, c }) => {
        const shapes: Record<string, number[] | undefined> = { none: undefined, scalar: [], row: [1, n], column: [m, 1], vector: [n], full: [m, n] }
        const cShape = shapes[c]
        const inputs = {
          a: values(transA === 1 ? [k, m] : [m, k], 1),
          b: values(transB === 1 ? [n, k] : [k, n], 2),
          ...(cShape === undefined ? {} : { c: values(cShape, 3) })
        }
        await checkGradient({
          inputs,
          build: (builder) => builder.node('Gemm', Object.keys(inputs), { transA, transB, alpha: { kind: 'float', value: alpha }, beta: { kind: 'float', value: beta } })
        })
      }),
      { seed: 1, numRuns: 25 }
    )
  })
})

describe('gradient of MatMul', () => {
  const shapes: [number[], number[]][] = [
    [[3, 4], [4, 2]],
    [[4], [4, 2]],
    [[3, 4], [4]],
    [[4], [4]],
    [[2, 3, 4], [4, 2]],
    [[2, 3, 4], [2, 4, 2]],
    [[3, 4], [2, 4, 2]],
    [[2, 1, 3, 4], [5, 4, 2]],
    [[1, 3, 4], [5, 4, 2]],
    [[2, 3, 4], [4]],
    [[4], [2, 4, 3]]
  ]
  it.each(shapes)('equals finite differences for %j · %j', async (a, b) => {
    await checkGradient({ inputs: { a: values(a, 1), b: values(b, 2) }, build: (builder) => builder.node('MatMul', ['a', 'b']) })
  })
  // [rows, inputs], outputs and whether the narrower of the two fills blocks
  it.skipIf(blockSize === null).each([[[512, b], 2 * b, true], [[2, 256, 3 * b], b, true], [[4, 128, b], b + 3, true], [[512, b], 3, false], [[496, b], b, false], [[516, b], b, false]] as const)(
    'equals finite differences with many rows, %j · %i, whose product is a blocked convolution: %j', async (rows, outputs, isBlocked) => {
      const testCase = { inputs: { a: values(rows, 1), b: values([rows.at(-1)!, outputs], 2) }, build: (builder: GraphBuilder) => builder.node('MatMul', ['a', 'b']), blockSize: b }
      await checkGradient(testCase)
      const { nodes } = await ruleGradients(testCase)
      expect(nodes.some(({ domain, opType }) => domain === blockedDomain && opType === 'Conv')).toBe(isBlocked)
    }
  )
})

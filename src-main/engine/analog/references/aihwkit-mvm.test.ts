/** aihwkit's deterministic products through the engine. See docs/reference-vectors.md. */
import { describe, expect, it } from 'vitest'
import { matrixProduct } from '../mvm'
import { largestDifference } from '../wire-resistance/testing/random-array'
import { aihwkitAvailable, aihwkitCases, hardwareOf, limitedInputs, type AihwkitCase } from './aihwkit-cases'
import { matrixOf, vectorsOf } from './matrices'

/** Of the largest output: both sides compute in single precision. */
const tolerance = 1e-5
/** Of the largest output: a step of the coarsest converters is about 3e-2, the outputs of the finest differ by some 1e-2. */
const leastEffect = 3e-3

const cases = aihwkitAvailable ? aihwkitCases() : []
const skipped = aihwkitAvailable ? '' : ' (skipped: the vectors do not lie beside the checkout)'

/** A layer over several tiles is a product of each row of tiles, with input scales of its own, added digitally. */
async function throughEngine(given: AihwkitCase): Promise<number[][]> {
  const inputs = limitedInputs(given)
  const sum = inputs.map(() => given.weights.map((_, o) => given.bias?.[o] ?? 0))
  let first = 0
  for (const count of given.info.cpp.in_sizes ?? [inputs[0]!.length]) {
    const part = (vectors: readonly number[][]): number[][] => vectors.map((vector) => vector.slice(first, first + count))
    const weights = part(given.weights)
    const { chips } = await matrixProduct({ weights: matrixOf(weights), inputs: matrixOf(part(inputs)), hardware: hardwareOf(given, weights), seed: 1, chipInstances: [0] })
    vectorsOf(chips[0]!.values, weights.length).forEach((y, n) => y.forEach((value, o) => (sum[n]![o]! += value)))
    first += count
  }
  return sum
}

describe.skipIf(!aihwkitAvailable)(`aihwkit’s products through the engine${skipped}`, () => {
  it('covers all 10 cases', () => expect(cases).toHaveLength(10))

  it.each(cases)('$name', async (given) => {
    const found = await throughEngine(given)
    for (const expected of Object.values(given.outputs)) expect(largestDifference(found.flat(), expected.flat())).toBeLessThan(tolerance)
    expect(largestDifference(given.ideal.flat(), given.outputs.cpp.flat())).toBeGreaterThan(leastEffect)
  })
})

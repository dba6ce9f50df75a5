/**
 * CrossSim's stored products through the engine: each case is translated to our description of hardware and computed as
 * `acim mvm` computes it. See docs/reference-vectors.md for every difference.
 */
import { describe, expect, it } from 'vitest'
import { ProblemError } from '@shared/problems'
import { matrixProduct } from '../mvm'
import { largestDifference } from '../wire-resistance/testing/random-array'
import { crossSimAvailable, crossSimCases, type CrossSimCase } from './crosssim-cases'
import { adcLimits, crossSimOutputs } from './crosssim-conventions'
import { hardwareOf } from './crosssim-hardware'
import { matrixOf, vectorsOf } from './matrices'

/** Of the largest output: both sides compute in single precision, and no case lies nearer than 8e-4 of a step to half a step. */
const tolerance = 1e-5
/** CrossSim's balanced cores compute in single precision, the conventions in double but for the conductances. */
const conventionsTolerance = 2e-6
/** Of the largest output: the effects of the weakest case, wires of 1 Ω beside cells of 10 kΩ in a small array. */
const leastEffect = 1e-3

const cases = crossSimAvailable ? crossSimCases() : []
const skipped = crossSimAvailable ? '' : ' (skipped: the vectors do not lie beside the checkout)'

const offsetGain = ({ settings: { style, slices, cellBits } }: CrossSimCase): number =>
  style === 'offset' && slices === null && cellBits > 0 ? (2 ** cellBits - 2) / (2 ** cellBits - 1) : 1
const isGated = ({ settings: { wires } }: CrossSimCase): boolean => wires?.fromInput === false
const differsInPartition = ({ partitionInputs }: CrossSimCase): boolean => partitionInputs.length > 1

async function throughEngine(given: CrossSimCase): Promise<number[][]> {
  const { chips } = await matrixProduct({ weights: matrixOf(given.weights), inputs: matrixOf(given.inputs), hardware: hardwareOf(given), seed: 1, chipInstances: [0] })
  return vectorsOf(chips[0]!.values, given.weights.length)
}

describe.skipIf(!crossSimAvailable)(`our reading of CrossSim’s conventions${skipped}`, () => {
  /** Dense nodal analysis takes minutes for the large matrix; those cases are in ../wire-resistance/crosssim.test.ts. */
  const computable = cases.filter(({ settings: { wires }, weights }) => wires === null || (wires.fromInput && !wires.interleaved && weights[0]!.length <= 16))

  it.each(computable)('$title', (given) => {
    const { settings, weights, inputs, partitionInputs } = given
    const found = crossSimOutputs(settings, weights, inputs, { partitionInputs })
    expect(largestDifference(found.flat(), given.outputs.flat())).toBeLessThan(conventionsTolerance)
    given.adcLimits?.forEach((limits, slice) => limits.forEach((limit, end) => expect(adcLimits(settings, partitionInputs[0]!, slice)[end]).toBeCloseTo(limit, 9)))
  })
})

describe.skipIf(!crossSimAvailable)(`CrossSim’s vectors through the engine${skipped}`, () => {
  it('covers all 88 cases', () => expect([cases.length, cases.filter(isGated).length, cases.filter(differsInPartition).length]).toEqual([88, 2, 1]))

  it.each(cases.filter((given) => !isGated(given) && !differsInPartition(given)))('$title', async (given) => {
    const found = await throughEngine(given)
    const expected = given.outputs.flat().map((y) => y / offsetGain(given))
    expect(largestDifference(found.flat(), expected)).toBeLessThan(tolerance)
    // Effects that did not act would be found.
    if (given.name !== 'ideal') expect(largestDifference(given.ideal.flat(), given.outputs.flat())).toBeGreaterThan(leastEffect)
  })

  it.each(cases.filter(isGated))('$title is refused: inputs that gate the cells change the network of wires', async (given) => {
    const refused: unknown = await throughEngine(given).catch((thrown: unknown) => thrown)
    expect(refused).toBeInstanceOf(ProblemError)
    expect((refused as ProblemError).problem).toMatchObject({ code: 'HARDWARE_INVALID', where: 'hardware.wires.gatedInputs' })
  })

  describe.each(cases.filter(differsInPartition))('$title: 70 rows on arrays of 32', (given) => {
    const { settings, weights, inputs } = given

    it('in our own three parts of 24, 24 and 22 rows', async () => {
      const expected = crossSimOutputs(settings, weights, inputs, { partitionInputs: [24, 24, 22] })
      expect(largestDifference((await throughEngine(given)).flat(), expected.flat())).toBeLessThan(tolerance)
    })

    it('in CrossSim’s parts of 23, 23 and 24 rows, each as a product of its own', async () => {
      const largest = Math.max(...weights.flat().map(Math.abs))
      let first = 0
      const sum = given.outputs.map((y) => y.map(() => 0))
      for (const rows of given.partitionInputs) {
        const part = (vectors: readonly number[][]): number[][] => vectors.map((vector) => vector.slice(first, first + rows))
        // A further output holds the largest weight of the whole matrix: the parts then have the scale of the whole.
        const scaled = [...part(weights), Array.from({ length: rows }, (_, i) => (i === 0 ? largest : 0))]
        const found = await throughEngine({ ...given, weights: scaled, inputs: part(inputs), partitionInputs: [rows], adcLimits: [[-rows, rows]] })
        sum.forEach((y, n) => y.forEach((_, o) => (y[o]! += found[n]![o]!)))
        first += rows
      }
      expect(largestDifference(sum.flat(), given.outputs.flat())).toBeLessThan(tolerance)
    })
  })
})

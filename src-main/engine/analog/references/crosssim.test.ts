import { describe, expect, it } from 'vitest'
import { crossSimAvailable, crossSimCases, type CrossSimCase } from './crosssim-cases'
import { adcLimits, crossSimOutputs } from './crosssim-conventions'
import { largestDifference } from '../wire-resistance/testing/random-array'

const cases = crossSimAvailable ? crossSimCases() : []
const solvable = ({ settings: { wires }, weights }: CrossSimCase): boolean => wires === null || (wires.fromInput && !wires.interleaved && weights[0]!.length <= 16)

describe.skipIf(!crossSimAvailable)('our reading of the conventions', () => {
  it.each(cases.filter(solvable))('$title', (given) => {
    const { settings, weights, inputs, partitionInputs } = given
    const found = crossSimOutputs(settings, weights, inputs, { partitionInputs })
    const d = largestDifference(found.flat(), given.outputs.flat())
    expect(d).toBeLessThan(1e-5)
    given.adcLimits?.forEach((limits, k) => limits.forEach((limit, end) => expect(adcLimits(settings, partitionInputs[0]!, k)[end]).toBeCloseTo(limit, 9)))
  })
})

/**
 * Random hardware against the conventions in double precision: combinations of cells, slices, levels, reads, codes, ranges,
 * tiles and scales that no stored vector has. Columns and tiles with scales of their own are products of their own.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matrixProduct } from '../mvm'
import { RandomStream } from '../../random/streams'
import { largestDifference } from '../wire-resistance/testing/random-array'
import type { CrossSimSettings } from './crosssim-cases'
import { adcLimits, crossSimOutputs } from './crosssim-conventions'
import { hardwareOf } from './crosssim-hardware'
import { matrixOf } from './matrices'

/** Of the largest output, or of one full cell where outputs cancel: the engine computes in single precision. */
const tolerance = 1e-5
/** Conversions nearer than this to a tie, in steps, may go either way in single precision. */
const tie = 2e-3

const granularities = ['layer', 'column', 'tile', 'tile-column'] as const
type Granularity = (typeof granularities)[number]

/** Slices that CrossSim and we cut alike: none of them empty. */
const sliced = (style: 'pair' | 'offset') =>
  fc.record({ weightBits: fc.integer({ min: 4, max: 8 }), count: fc.integer({ min: 2, max: 4 }) }).filter(({ weightBits, count }) => {
    const magnitudeBits = style === 'pair' ? weightBits - 1 : weightBits
    const bits = weightBits % count === 0 ? weightBits / count : Math.ceil(magnitudeBits / count)
    return Math.ceil(magnitudeBits / bits) === count
  })

/** A read with more bits than the code: CrossSim's full digit is then never applied, ours is that of the code. */
const pulseBits = (dac: { bits: number; signed: boolean; pulseBits: number }): number => Math.min(dac.pulseBits, dac.signed ? dac.bits - 1 : dac.bits)

const settings: fc.Arbitrary<CrossSimSettings> = fc.constantFrom('pair' as const, 'offset' as const).chain((style) =>
  fc
    .record({
      style: fc.constant(style),
      slices: fc.option(sliced(style)),
      centred: fc.boolean(),
      subtractsCurrents: fc.boolean(),
      unitColumn: fc.boolean(),
      maximumOhms: fc.constantFrom(5e4, 1e6, Infinity),
      cellBits: fc.constantFrom(0, 3, 5, 7),
      rowsMax: fc.constantFrom(0, 5, 8),
      inputMaximum: fc.constantFrom(1, 0.7, 3),
      // Signed two-sided codes with levels evenly from end to end have no digits.
      dac: fc.option(fc.record({ bits: fc.integer({ min: 3, max: 8 }), signed: fc.boolean(), pulseBits: fc.integer({ min: 0, max: 3 }), even: fc.boolean() })),
      adc: fc.option(fc.record({ bits: fc.integer({ min: 3, max: 10 }), even: fc.boolean(), range: fc.constantFrom('full', 'fixed', 'own-lower-end', 'per-slice'), upper: fc.double({ min: 0.5, max: 6, noNaN: true }) }))
    })
    .map(({ inputMaximum, dac, adc, ...cells }): CrossSimSettings => {
      const signed = dac?.signed ?? true
      const bipolar = signed || (style === 'pair' && cells.subtractsCurrents)
      // CrossSim's unsigned converters of sign and magnitude have a level less than ours (docs/reference-vectors.md).
      const even = adc !== null && (adc.even || !bipolar || adc.range === 'own-lower-end')
      const ends = (upper: number, lower: number): [number, number] => [bipolar ? lower : 0, upper]
      const calibrated = (): [number, number][] | null => {
        if (adc === null) return null
        if (adc.range === 'own-lower-end') return [[bipolar ? -adc.upper / 2 : 0, adc.upper]]
        if (adc.range === 'per-slice' && cells.slices !== null) return Array.from({ length: cells.slices.count }, (_, k) => ends(adc.upper + k, -adc.upper - k))
        // Of sliced offset cells CrossSim has another maximum than the current of all rows.
        return adc.range === 'full' && (cells.slices === null || style === 'pair') ? null : [ends(adc.upper, -adc.upper)]
      }
      return {
        ...cells, minimumOhms: 1e4, inputRange: [signed ? -inputMaximum : 0, inputMaximum], wires: null,
        cellBits: cells.slices === null ? cells.cellBits : 0,
        dac: dac === null ? null : { bits: dac.bits, signed, signMagnitude: signed && !(dac.even && dac.pulseBits === 0), pulseBits: pulseBits(dac), digitisesEachPulse: dac.pulseBits > 0 },
        adc: adc === null ? null : { bits: adc.bits, signMagnitude: !even, calibrated: calibrated() }
      }
    })
)

/** `perVector`: each vector sets the range of its inputs. */
const cases = fc.record({ settings, perVector: fc.boolean(), granularity: fc.constantFrom(...granularities), seed: fc.integer({ min: 1, max: 1e6 }) })

const inputCount = 13
const outputCount = 4

/** Single-precision numbers in ±limit, some of them 0. */
function randomRows(rows: number, low: number, high: number, stream: RandomStream, zeros: boolean): number[][] {
  return Array.from({ length: rows }, () => Array.from({ length: inputCount }, () => (zeros && stream.unit() < 0.1 ? 0 : Math.fround(low + (high - low) * stream.unit()))))
}

/** Equal parts, as tiles are cut. */
function partsOf(rowsMax: number): number[] {
  if (rowsMax === 0) return [inputCount]
  const size = Math.ceil(inputCount / Math.ceil(inputCount / rowsMax))
  return Array.from({ length: Math.ceil(inputCount / size) }, (_, part) => Math.min(size, inputCount - part * size))
}

/** The conventions with a scale for each of the groups of weights that share one. */
function expectedOutputs(given: CrossSimSettings, granularity: Granularity, weights: number[][], inputs: number[][], nearTie: (steps: number) => void): number[][] {
  const parts = partsOf(given.rowsMax)
  const rowGroups = granularity === 'tile' || granularity === 'tile-column' ? parts.map((part) => [part]) : [parts]
  const columnGroups = granularity === 'column' || granularity === 'tile-column' ? weights.map((_, o) => [o]) : [weights.map((_, o) => o)]
  const result = inputs.map(() => weights.map(() => 0))
  let first = 0
  for (const partitionInputs of rowGroups) {
    const count = partitionInputs.reduce((sum, part) => sum + part, 0)
    const cut = (rows: number[][]): number[][] => rows.map((row) => row.slice(first, first + count))
    for (const columns of columnGroups) {
      const found = crossSimOutputs(given, cut(columns.map((o) => weights[o]!)), cut(inputs), { partitionInputs, trueOffsetGain: true, nearTie })
      found.forEach((y, n) => y.forEach((value, k) => (result[n]![columns[k]!]! += value)))
    }
    first += count
  }
  return result
}

describe('random hardware against the conventions', () => {
  it('gives the same outputs', async () => {
    let compared = 0
    await fc.assert(
      fc.asyncProperty(cases, async ({ settings: given, perVector, granularity, seed }) => {
        const dynamic = perVector && given.dac !== null
        const stream = new RandomStream({ seed, purpose: 'synthetic' })
        // Two cells around mid-range of an even number of levels hold zero by a tie.
        const weights = randomRows(outputCount, -1, 1, stream, !(given.centred && given.cellBits > 0))
        const [low, high] = given.inputRange
        // Some inputs are beyond the range where a converter limits them.
        const beyond = given.dac === null ? 1 : 1.1
        // Zero lies half-way between two of the signed levels that are evenly spaced from end to end.
        const inputs = randomRows(3, low * beyond, high * beyond, stream, given.dac?.signed !== true || given.dac.signMagnitude)
        let nearest = 0.5
        const nearTie = (steps: number): void => void (nearest = Math.min(nearest, steps))
        const expected = inputs.flatMap((x) => {
          const largest = dynamic ? Math.max(...x.map(Math.abs)) : high
          return expectedOutputs({ ...given, inputRange: [low === 0 ? 0 : -largest, largest] }, granularity, weights, [x], nearTie)
        })
        fc.pre(nearest > tie)
        const partitionInputs = partsOf(given.rowsMax)
        const limits = given.adc === null ? null : Array.from({ length: given.adc.calibrated?.length ?? 1 }, (_, k) => adcLimits(given, partitionInputs[0]!, k))
        const hardware = hardwareOf({ title: 'random', settings: given, weights, partitionInputs, adcLimits: limits })
        hardware.representation.scaleGranularity = granularity
        if (dynamic) hardware.dac.range = { kind: 'per-vector' }
        const { chips } = await matrixProduct({ weights: matrixOf(weights), inputs: matrixOf(inputs), hardware, seed: 1, chipInstances: [0] })
        // One full cell beside the outputs: where these cancel they are not measured against nothing.
        expect(largestDifference([...chips[0]!.values, high], [...expected.flat(), high])).toBeLessThan(tolerance)
        compared++
      }),
      { numRuns: 200, seed: 20_261_124 }
    )
    expect(compared).toBeGreaterThan(150)
  })
})

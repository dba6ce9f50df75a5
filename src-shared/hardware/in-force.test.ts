import { describe, expect, it } from 'vitest'
import { hardwareSchema, idealHardware } from './hardware'
import { hardwareInForce, storedValuesDiffer } from './in-force'

const inForce = (input: unknown) => hardwareInForce(hardwareSchema.parse(input))
const generic = { kind: 'generic', sigma: 0 }

describe('what acts', () => {
  it('is nothing in the ideal description', () => {
    const force = hardwareInForce(idealHardware())
    expect(force).toMatchObject({ conductance: null, clips: false, weightBits: 0, sliceCount: 1, programmingError: false, stuckFaults: false, seconds: 0, wires: null, readNoise: false, dac: null, adc: null })
    expect(storedValuesDiffer(force)).toBe(false)
  })

  it.each<[string, unknown, string]>([
    ['the weight-referred device', {}, 'half-range'],
    ['cells, which cannot hold more than 1', { device: generic }, 'max-abs'],
    ['a percentile whose clipping is off, with cells', { device: generic, representation: { scaleStatistic: 'percentile' }, effects: { weightClipping: false } }, 'max-abs'],
    ['a percentile whose clipping is off, without cells', { representation: { scaleStatistic: 'percentile' }, effects: { weightClipping: false } }, 'percentile'],
    ['what was chosen', { device: generic, representation: { scaleStatistic: 'percentile' } }, 'percentile']
  ])('scales of %s', (_, input, statistic) => {
    expect(inForce(input).scaleStatistic).toBe(statistic)
  })

  it('clips only where the percentile leaves something out', () => {
    expect(inForce({ representation: { scaleStatistic: 'percentile' } }).clips).toBe(true)
    expect(inForce({ representation: { scaleStatistic: 'percentile', scalePercentile: 100 } }).clips).toBe(false)
    expect(inForce({ representation: { scalePercentile: 99 } }).clips).toBe(false)
  })

  it.each<[weightBits: number, bitsPerCell: number, kind: string, slices: number, bitsPerSlice: number]>([
    [8, 2, 'differential', 4, 2], [8, 2, 'offset', 4, 2], [8, 4, 'differential', 2, 4], [9, 2, 'offset', 5, 2], [8, 7, 'differential', 1, 7], [8, 7, 'offset', 2, 7], [8, 0, 'differential', 1, 7], [2, 1, 'differential', 1, 1],
    [2, 1, 'offset', 2, 1], [0, 0, 'offset', 1, 1]
  ])('%i bits in cells of %i, %s: %i slices of %i', (weightBits, bitsPerCell, kind, slices, bitsPerSlice) => {
    expect(inForce({ device: generic, cell: { kind }, slices: { weightBits, bitsPerCell } })).toMatchObject({ sliceCount: slices, bitsPerSlice })
  })

  it('leaves nothing of an effect whose switch is off', () => {
    const everything = {
      device: { kind: 'pcm-array-1m' }, programming: { levels: 16, stuckAtMaximum: 0.1 }, slices: { weightBits: 8, bitsPerCell: 2 }, retention: { seconds: 100, compensation: 'tile' }, array: { rows: 64, columns: 64 },
      wires: { rowSegmentOhms: 1 }, representation: { scaleExponentBits: 4 }, dac: { inputBits: 8 }, adc: { outputBits: 8, gainDeviation: 0.1, offsetDeviation: 0.1, noiseDeviation: 0.1 }
    }
    const on = inForce(everything)
    expect(on).toMatchObject({
      weightBits: 8, sliceCount: 4, programmingError: true, stuckFaults: true, seconds: 100, compensation: 'tile', readNoise: true, scaleExponentBits: 4, programming: { levels: 16 }, adc: { outputBits: 8, gainDeviation: 0.1 }
    })
    const without = (...keys: string[]) => inForce({ ...everything, effects: Object.fromEntries(keys.map((key) => [key, false])) })
    expect(without('weightQuantization')).toMatchObject({ weightBits: 0, sliceCount: 1 })
    expect(without('conductanceLevels').programming.levels).toBe(0)
    expect(without('programmingError')).toMatchObject({ programmingError: false, stuckFaults: true })
    expect(without('stuckFaults')).toMatchObject({ stuckFaults: false, programming: { stuckAtMaximum: 0, levels: 16 } })
    expect(without('drift')).toMatchObject({ seconds: 0, compensation: 'none' })
    expect(without('driftCompensation')).toMatchObject({ seconds: 100, compensation: 'none' })
    expect(without('wireResistance').wires).toBeNull()
    expect(without('readNoise').readNoise).toBe(false)
    expect(without('scaleRounding').scaleExponentBits).toBe(0)
    expect(without('inputQuantization').dac).toBeNull()
    expect(without('converterErrors').adc).toMatchObject({ gainDeviation: 0, offsetDeviation: 0, noiseDeviation: 0.1, outputBits: 8 })
    expect(without('converterNoise').adc).toMatchObject({ noiseDeviation: 0, gainDeviation: 0.1 })
    expect(without('outputQuantization').adc).toMatchObject({ outputBits: 0, gainDeviation: 0.1 })
    expect(without('outputQuantization', 'converterErrors', 'converterNoise').adc).toBeNull()
  })

  it('knows that values change nothing: a device that is exact, that does not age, a time of 0', () => {
    expect(inForce({ device: generic, retention: { seconds: 1e6, compensation: 'global' } })).toMatchObject({ programmingError: false, seconds: 0, compensation: 'none', readNoise: false })
    expect(inForce({ device: { kind: 'pcm-array-1m' }, retention: { compensation: 'global' } })).toMatchObject({ seconds: 0, compensation: 'none', readNoise: true })
    expect(inForce({ device: { kind: 'weight-referred', sigma: 0, mu: 0.01 } }).programmingError).toBe(true)
    expect(storedValuesDiffer(inForce({ device: generic }))).toBe(false)
    expect(storedValuesDiffer(inForce({ device: generic, slices: { weightBits: 4 } }))).toBe(true)
  })
})

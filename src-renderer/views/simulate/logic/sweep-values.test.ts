import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hardwareSchema } from '@shared/hardware'
import { sweepParameterIds } from '@shared/simulation'
import { asLinear, defaultSweep, defaultSweeps, linearValues, parseList, sweepProblem, sweepReason } from './sweep-values'

describe('linear sweeps', () => {
  it('include the end where it is met, without binary noise', () => {
    expect(linearValues({ from: 0, to: 0.2, step: 0.02 })).toEqual([0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16, 0.18, 0.2])
    expect(linearValues({ from: 0, to: 1, step: 0.3 })).toEqual([0, 0.3, 0.6, 0.9])
    expect(linearValues({ from: 2, to: 2, step: 1 })).toEqual([2])
  })
  it('are empty where the step leads nowhere', () => {
    expect(linearValues({ from: 0, to: 1, step: 0 })).toEqual([])
    expect(linearValues({ from: 1, to: 0, step: 0.1 })).toEqual([])
  })
  it('are recognised in their values', () => {
    fc.assert(
      fc.property(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 60 }), (from, step, count) => {
        const values = linearValues({ from: from / 100, to: (from + step * count) / 100, step: step / 100 })
        const found = asLinear(values)
        expect(found === null ? null : linearValues(found)).toEqual(values)
      })
    )
    expect(asLinear([1, 2, 4])).toBeNull()
    expect(asLinear([3])).toBeNull()
    expect(asLinear(['layer', 'column'])).toBeNull()
  })
})

describe('lists', () => {
  it('take commas, semicolons and blanks', () => {
    expect(parseList('4, 6;8 10')).toEqual([4, 6, 8, 10])
    expect(parseList('4, x')).toBeNull()
    expect(parseList('  ')).toBeNull()
  })
})

describe('whether values can be swept', () => {
  const hardware = hardwareSchema.parse({})
  const cells = hardwareSchema.parse({ device: { kind: 'hermes' }, slices: { weightBits: 8 }, array: { rows: 256, columns: 256 } })
  it('accepts the default of every parameter where it applies', () => {
    for (const id of sweepParameterIds) {
      const suited = sweepReason(hardware, id) === null ? hardware : cells
      expect(sweepReason(suited, id), id).toBeNull()
      expect(sweepProblem(suited, id, defaultSweeps[id]), id).toBeNull()
      expect(defaultSweep(suited, id)).toEqual(defaultSweeps[id])
    }
  })
  it('says why a parameter does not apply', () => {
    expect(sweepReason(cells, 'sigma')).toContain('weight-referred')
    for (const id of ['bits-per-cell', 'levels', 'time', 'wire-resistance'] as const) expect(sweepReason(hardware, id), id).toContain('no cells')
    expect(sweepReason(hardwareSchema.parse({ device: { kind: 'hermes' } }), 'bits-per-cell')).toContain('continuous')
    expect(sweepReason(hardwareSchema.parse({ device: { kind: 'hermes' } }), 'wire-resistance')).toContain('arrays of at most 1024')
    expect(sweepReason(hardwareSchema.parse({ device: { kind: 'sonos' }, array: { rows: 8, columns: 8 } }), 'wire-resistance')).toContain('currents')
    expect(sweepReason(hardwareSchema.parse({ device: { kind: 'rram-milo' } }), 'time')).toContain('does not change')
    expect(sweepReason(hardwareSchema.parse({ effects: { outputQuantization: false } }), 'adc-bits')).toBe('Output quantisation (ADC) is switched off')
  })
  it('leaves default values out that this hardware refuses', () => {
    const wired = hardwareSchema.parse({ ...cells, wires: { rowSegmentOhms: 1 } })
    expect(sweepProblem(wired, 'array-rows', [2048])).toContain('at most 1024 rows')
    expect(defaultSweep(wired, 'array-rows')).toEqual([64, 128, 256, 512, 1024])
    const ranges = hardwareSchema.parse({ ...cells, slices: { weightBits: 8, bitsPerCell: 2 }, adc: { outputBits: 8, range: { kind: 'fixed', perSlice: [1, 2, 3, 4] } } })
    expect(defaultSweep(ranges, 'bits-per-cell')).toEqual([2])
  })
  it('does not blame a value for what is wrong anyway', () => {
    expect(sweepProblem(hardwareSchema.parse({ cell: { kind: 'offset' } }), 'adc-bits', [8])).toBeNull()
  })
  it('names the value that does not fit', () => {
    expect(sweepProblem(hardware, 'sigma', [0.1, -1])).toContain('-1')
    expect(sweepProblem(hardware, 'adc-bits', [8, 1])).toContain('cannot be 1')
    expect(sweepProblem(hardware, 'sigma', [])).toContain('no value')
    expect(sweepProblem(hardware, 'sigma', linearValues({ from: 0, to: 2, step: 0.001 }))).toContain('more than 200')
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { activeEffects } from '../effects'
import { documentFields } from '../devices/documentation'
import { valueAt } from '../hardware-settings'
import { effectSwitches } from './effect-switches'
import { hardwareSchema, idealHardware, layerHardware } from './hardware'
import { hardwareProblems } from './hardware-problems'
import { hardwareInForce } from './in-force'
import { arbitraryHardware, layerNames } from './testing/arbitrary'

const { dac, adc, cell, slices, wires, array, retention, representation, programming, digitalLayers } = hardwareSchema.shape
const sections = { dac, adc, cell, slices, wires, array, retention, representation, programming, digitalLayers }
const defaults = hardwareSchema.parse({})

describe('the hardware description', () => {
  it('explains every field: label, meaning, default, bounds of numbers', () => {
    expect(Object.keys(hardwareSchema.shape).sort()).toEqual([...Object.keys(sections), 'schemaVersion', 'name', 'device', 'calibrationImages', 'effects', 'layers'].sort())
    for (const [name, section] of Object.entries(sections)) {
      const fields = documentFields(section.unwrap())
      expect(fields.length, name).toBeGreaterThan(0)
      for (const field of fields) {
        const at = `${name}.${field.path}`
        expect(field.label.length, at).toBeGreaterThan(2)
        expect(field.meaning, at).toMatch(/\.$/)
        expect(field.default, at).not.toBeUndefined()
        if (field.type === 'number' || field.type === 'integer') expect([typeof field.minimum, typeof field.maximum], at).toEqual(['number', 'number'])
      }
    }
    expect(documentFields(hardwareSchema.pick({ calibrationImages: true }))).toHaveLength(1)
  })

  it('has defaults that are valid, stable and the paper’s setting', () => {
    expect(hardwareSchema.parse(defaults)).toEqual(defaults)
    expect(hardwareSchema.parse(JSON.parse(JSON.stringify(defaults)))).toEqual(defaults)
    expect(hardwareProblems(defaults)).toEqual([])
    expect(activeEffects(defaults).map((effect) => effect.switch)).toEqual(['programmingError'])
    expect(activeEffects(idealHardware())).toEqual([])
  })

  it('survives storing: any description read back is the same', () => {
    fc.assert(fc.property(arbitraryHardware(), (hardware) => {
      expect(hardwareSchema.parse(JSON.parse(JSON.stringify(hardware)))).toEqual(hardware)
    }), { numRuns: 200 })
  })

  it('is always resolved: problems name fields that exist, say what to do, and nothing throws', () => {
    let refused = 0
    fc.assert(fc.property(arbitraryHardware(), (hardware) => {
      hardwareInForce(hardware)
      activeEffects(hardware)
      const problems = hardwareProblems(hardware)
      refused += problems.some(({ severity }) => severity === 'error') ? 1 : 0
      for (const { where, message, tip } of problems) {
        expect(where.startsWith('hardware.'), where).toBe(true)
        expect(valueAt(hardware, where.slice('hardware.'.length)), where).not.toBeUndefined()
        expect(message.length).toBeGreaterThan(10)
        expect(tip.length).toBeGreaterThan(10)
      }
      expect(new Set(problems.map(({ where, message }) => where + message)).size).toBe(problems.length)
    }), { numRuns: 500 })
    // The generator reaches both sides, or the test would say little.
    expect(refused).toBeGreaterThan(50)
    expect(refused).toBeLessThan(500)
  })

  it('has no active effect when every switch is off', () => {
    const off = Object.fromEntries(effectSwitches.map((key) => [key, false]))
    fc.assert(fc.property(arbitraryHardware(), (hardware) => {
      const layers = Object.fromEntries(Object.entries(hardware.layers).map(([name, override]) => [name, override.effects === undefined ? override : { ...override, effects: off }]))
      expect(activeEffects(hardwareSchema.parse({ ...hardware, effects: off, layers }))).toEqual([])
    }), { numRuns: 200 })
  })

  it('gives a layer its own sections, and none to a digital one', () => {
    const hardware = hardwareSchema.parse({
      array: { rows: 64 }, digitalLayers: { first: true }, layers: { conv2: { array: { rows: 32 } }, fc: { digital: true, array: { rows: 16 } } }
    })
    expect(layerHardware(hardware, layerNames, 0)).toBe('digital')
    expect(layerHardware(hardware, layerNames, 1)).toMatchObject({ array: { rows: 32, columns: 0 }, adc: hardware.adc })
    expect(layerHardware(hardware, layerNames, 2)).toBe('digital')
    const last = layerHardware(hardwareSchema.parse({ digitalLayers: { last: true } }), layerNames, 2)
    expect(last).toBe('digital')
  })
})

describe('what does not fit together', () => {
  const errors = (input: unknown): string[] => hardwareProblems(hardwareSchema.parse(input)).filter(({ severity }) => severity === 'error').map(({ where }) => where)
  const generic = { kind: 'generic' }
  const resistive = { device: generic, wires: { rowSegmentOhms: 1 }, array: { rows: 64, columns: 64 } }

  it.each<[string, unknown, string[]]>([
    ['offset cells without conductances', { cell: { kind: 'offset' } }, ['hardware.cell.kind']],
    ['currents apart without conductances', { cell: { digitization: 'separate' } }, ['hardware.cell.digitization']],
    ['slices without conductances', { slices: { weightBits: 8, bitsPerCell: 2 } }, ['hardware.slices.bitsPerCell']],
    ['weight bits in one cell need none', { slices: { weightBits: 8 } }, []],
    ['levels without conductances', { programming: { levels: 16 } }, ['hardware.programming.levels']],
    ['levels that are switched off', { programming: { levels: 16 }, effects: { conductanceLevels: false } }, []],
    ['write–verify without conductances', { programming: { writeVerify: { toleranceFraction: 0.1 } } }, ['hardware.programming.writeVerify.toleranceFraction']],
    ['stuck cells without cells', { programming: { stuckAtRandom: 0.1 } }, ['hardware.programming.stuckAtMinimum']],
    ['time without retention', { retention: { seconds: 1 } }, ['hardware.retention.seconds']],
    ['wires without conductances', { wires: { senseOhms: 1 } }, ['hardware.wires.rowSegmentOhms']],
    ['half-range scales with cells', { device: generic, representation: { scaleStatistic: 'half-range' } }, ['hardware.representation.scaleStatistic']],
    ['slices of continuous weights', { device: generic, slices: { bitsPerCell: 2 } }, ['hardware.slices.weightBits']],
    ['offset cells digitised apart', { device: generic, cell: { kind: 'offset', digitization: 'separate' } }, ['hardware.cell.digitization']],
    ['wires of unlimited arrays', { ...resistive, array: {} }, ['hardware.array.rows', 'hardware.array.columns']],
    ['wires of arrays that are too large', { ...resistive, array: { rows: 64, columns: 2000 } }, ['hardware.array.columns']],
    ['wires', resistive, []],
    ['wires with gated rows', { ...resistive, wires: { rowSegmentOhms: 1, gatedInputs: true } }, ['hardware.wires.gatedInputs']],
    ['gated rows without resistance', { device: generic, wires: { gatedInputs: true } }, []],
    ['shared wires of offset cells', { ...resistive, wires: { rowSegmentOhms: 1, arrangement: 'shared-columns' }, cell: { kind: 'offset' } }, ['hardware.wires.arrangement']],
    ['wires of a device that is described by currents', { ...resistive, device: { kind: 'sonos' } }, ['hardware.wires.rowSegmentOhms']],
    ['retention of SONOS beyond its fit', { device: { kind: 'sonos', maximumNanoamperes: 2000 }, retention: { seconds: 1 } }, ['hardware.device.maximumNanoamperes']],
    ['bit-serial inputs whose zero has a pulse', { dac: { inputBits: 8, codes: 'mid-rise', streaming: 'bit-serial' } }, ['hardware.dac.codes']],
    ['the same with ideal inputs', { dac: { codes: 'mid-rise', streaming: 'bit-serial' } }, []],
    ['a lower end with codes that are symmetric', { adc: { outputBits: 8, range: { kind: 'fixed', minimum: -2 } } }, ['hardware.adc.range.minimum']],
    ['ends of slices that are not there', { adc: { outputBits: 8, range: { kind: 'fixed', perSlice: [1, 2] } } }, ['hardware.adc.range.perSlice']],
    ['ends of each slice', { device: generic, slices: { weightBits: 5, bitsPerCell: 2 }, adc: { outputBits: 8, range: { kind: 'fixed', perSlice: [1, 2] } } }, []],
    ['a layer of its own', { device: generic, array: { rows: 64, columns: 64 }, layers: { fc: { wires: { rowSegmentOhms: 1 }, array: {} } } }, ['hardware.layers.fc.array.rows', 'hardware.layers.fc.array.columns']],
    ['a digital layer', { device: generic, layers: { fc: { digital: true, wires: { rowSegmentOhms: 1 } } } }, []]
  ])('%s', (_, input, expected) => {
    expect(errors(input)).toEqual(expected)
  })

  it('says of a field of the whole description in which layer it does not fit, and nothing twice', () => {
    const wired = { device: { kind: 'generic' }, wires: { rowSegmentOhms: 1 }, array: { rows: 64, columns: 64 } }
    const told = (input: unknown) => hardwareProblems(hardwareSchema.parse(input)).map(({ where, message }) => [where, message.split(' ').slice(0, 3).join(' ')])
    expect(told({ ...wired, layers: { fc: { device: { kind: 'sonos' } } } })).toEqual([['hardware.wires.rowSegmentOhms', 'In layer fc:']])
    expect(told({ ...wired, array: {}, layers: { fc: { adc: {} } } })).toEqual([['hardware.array.rows', 'Wire resistance needs'], ['hardware.array.columns', 'Wire resistance needs']])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { costEstimateSchema, estimateCost } from './estimate'
import { figureIds, figures, type FigureId } from './figures'
import { anyAnalogLayer, inventoryOf, plainLayer } from './fixtures'
import { figuresFileSchema, costSettingsSchema, figuresInForce, type ChangedFigures } from './settings'
import type { DigitalCostLayer } from './inventory'

const set = (values: Partial<Record<FigureId, number | null>>): ChangedFigures =>
  costSettingsSchema.parse({ figures: Object.fromEntries(Object.entries(values).map(([id, value]) => [id, { value }])) }).figures
/** Every figure known. */
const everything = set({ readVoltage: 0.2, meanConductance: 10, cellArea: 0.05, dacStepEnergy: 2, dacArea: 5, digitalRate: 1, idealBits: 8 })
const digitalLayer: DigitalCostLayer = { kind: 'digital', node: 'd', operator: 'Gemm', macs: 1000, reason: '' }
/** Sums and products of a few dozen doubles. */
const rounding = 1e-12

function expectClose(found: number, expected: number): void {
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(rounding * Math.abs(expected))
}

describe('energy, time and area by hand', () => {
  /** 10 positions of 4 × 3, hermes-like cells of 5 µS, 8-bit inputs in 7 one-bit reads, 6-bit ADC. */
  const layer = { ...plainLayer, positions: 10, cellsPerValue: 2 as const, meanCell: { value: 5, unit: 'µS' as const }, inputBits: 8, bitSerial: true, reads: 7, bitsPerRead: 1, outputBits: 6, bias: 'digital' as const }
  const estimate = estimateCost(inventoryOf(layer), figuresInForce(set({ readVoltage: 0.2, cellArea: 0.05, inputActivity: 0.25 })))

  it('energy is the sum over components of count times figure', () => {
    const { energy } = estimate
    expectClose(energy.adc, 10 * 7 * 3 * 10.1e-15 * 2 ** 6)
    expectClose(energy.drivers, 10 * 7 * 4 * 2 * 0.39e-12)
    expectClose(energy.cells, 10 * 7 * 24 * 0.25 * 5e-6 * 0.2 ** 2 * 100e-9)
    // 7 reads of 6 bits, one bit apart: the sum has 6 + 6 bits.
    expectClose(energy.accumulation, 30 * 6 * 3.1e-15 * 12)
    expectClose(energy.scaling, 30 * 3.0e-15 * 12 * 32)
    expectClose(energy.bias, 30 * 3.1e-15 * 12)
    expectClose(energy.memory, (40 + 30) * 156e-15 * 8)
    expect(energy.digital).toBe(0)
    expectClose(estimate.joules, Object.values(energy).reduce((sum, each) => sum + each, 0))
    expect(estimate).toMatchObject({ energyUnknown: [], timeComplete: true, areaUnknown: [], missing: [], macs: 120 })
  })
  it('time is reads one after another, each with its conversions', () => {
    expectClose(estimate.secondsSerial, 10 * 7 * (100e-9 + 0.833e-9))
    const turns = estimateCost(inventoryOf(layer), figuresInForce(set({ columnsPerAdc: 8 })))
    // Three columns only, so three take turns.
    expectClose(turns.secondsSerial, 10 * 7 * (100e-9 + 3 * 0.833e-9))
  })
  it('area is arrays and converters', () => {
    expectClose(estimate.area.cells, 24 * 0.05e-12)
    expectClose(estimate.area.adcs, 3 * 1200e-12)
    expectClose(estimate.area.drivers, 8 * 0.166e-12)
  })
  it('a device that states its read is read for so long, unless a value is entered', () => {
    const own = { ...layer, deviceReadSeconds: 512e-9 }
    expectClose(estimateCost(inventoryOf(own), figuresInForce({})).secondsSerial, 70 * (512e-9 + 0.833e-9))
    expectClose(estimateCost(inventoryOf(own), figuresInForce(set({ readTime: 50 }))).secondsSerial, 70 * (50e-9 + 0.833e-9))
  })
  it('currents of a device without conductances take I·V·t', () => {
    const current = { ...layer, meanCell: { value: 200, unit: 'nA' as const } }
    expectClose(estimateCost(inventoryOf(current), figuresInForce(set({ readVoltage: 0.2 }))).energy.cells, 10 * 7 * 24 * 200e-9 * 0.2 * 100e-9)
  })
  it('layers one after another, or the slowest of them', () => {
    const both = estimateCost(inventoryOf(layer, { ...layer, node: 'slow', positions: 30 }, digitalLayer), figuresInForce(everything))
    expectClose(both.secondsSerial, 40 * 7 * (100e-9 + 0.833e-9) + 1000 / 1e9)
    expectClose(both.secondsSlowest, 30 * 7 * (100e-9 + 0.833e-9))
    expect(both.slowestLayer).toBe('slow')
    expectClose(both.energy.digital, 1000 * 4.6e-12)
  })
})

describe('what is missing', () => {
  it('is named with what it leaves out, and the rest is a lower bound', () => {
    const estimate = estimateCost(inventoryOf(plainLayer, { ...plainLayer, node: 'second' }, digitalLayer), figuresInForce({}))
    expect(estimate).toMatchObject({ energyUnknown: ['adc', 'drivers', 'cells', 'scaling', 'memory'], timeComplete: false, areaUnknown: ['cells', 'drivers'] })
    const byFigure = new Map(estimate.missing.map((each) => [each.figure, each]))
    expect(byFigure.get('readVoltage')).toEqual({ figure: 'readVoltage', without: ['energy: Cells'], layers: 2 })
    expect(byFigure.get('idealBits')?.without).toContain('energy: ADC')
    expect(byFigure.get('digitalRate')).toEqual({ figure: 'digitalRate', without: ['time'], layers: 1 })
    expect(estimate.layers[0]?.energy.adc).toBeNull()
    const complete = estimateCost(inventoryOf(plainLayer, { ...plainLayer, node: 'second' }, digitalLayer), figuresInForce(everything))
    expect(complete.missing).toEqual([])
    expect(complete.joules).toBeGreaterThan(estimate.joules)
  })
  it('names nothing that the layers do not need', () => {
    const layer = { ...plainLayer, inputBits: 4, bitSerial: true, reads: 3, bitsPerRead: 1, outputBits: 6 }
    const named = estimateCost(inventoryOf(layer), figuresInForce({})).missing.map(({ figure }) => figure)
    expect(named).toEqual(['readVoltage', 'meanConductance', 'cellArea'])
  })
})

describe('any network', () => {
  const parameters = { seed: 1, numRuns: 200 }
  it('has an estimate whatever figures are missing, and never asks for a figure that it does not list', () => {
    const removable = figureIds.filter((id) => figures[id].status !== 'assumption')
    fc.assert(fc.property(fc.array(anyAnalogLayer, { maxLength: 3 }), fc.subarray(removable), (layers, absent) => {
      const estimate = estimateCost(inventoryOf(...layers, digitalLayer), figuresInForce({ ...everything, ...set(Object.fromEntries(absent.map((id) => [id, null]))) }))
      expect(costEstimateSchema.parse(JSON.parse(JSON.stringify(estimate)))).toEqual(estimate)
      for (const { figure } of estimate.missing) expect(absent).toContain(figure)
    }), parameters)
  })
  it('takes twice the energy and time with twice the positions, and the same area', () => {
    fc.assert(fc.property(anyAnalogLayer, (layer) => {
      // The search for a dynamic range follows the elements of the input.
      const doubled = { ...layer, positions: 2 * layer.positions, inputElements: 2 * layer.inputElements }
      const [once, twice] = [estimateCost(inventoryOf(layer), figuresInForce(everything)), estimateCost(inventoryOf(doubled), figuresInForce(everything))]
      expectClose(twice.joules, 2 * once.joules)
      expectClose(twice.secondsSerial, 2 * once.secondsSerial)
      expect(twice.squareMetres).toBe(once.squareMetres)
    }), parameters)
  })
  it('takes no less energy and area with one more slice', () => {
    fc.assert(fc.property(anyAnalogLayer, (layer) => {
      const [fewer, more] = [layer, { ...layer, slices: layer.slices + 1, sliceBits: 2 }].map((each) => estimateCost(inventoryOf(each), figuresInForce(everything)))
      expect(more?.joules).toBeGreaterThan(fewer?.joules ?? Infinity)
      expect(more?.squareMetres).toBeGreaterThan(fewer?.squareMetres ?? Infinity)
    }), parameters)
  })
})

describe('figures', () => {
  it('have a source where they are published, no value where they are missing, and lie in their range', () => {
    for (const id of figureIds) {
      const { status, source, value, minimum, maximum, derivation, meaning } = figures[id]
      expect({ id, hasSource: source !== null }).toEqual({ id, hasSource: status === 'published' })
      expect({ id, missing: value === null }).toEqual({ id, missing: status === 'missing' })
      if (value !== null) expect(value >= minimum && value <= maximum).toBe(true)
      expect(meaning.length * derivation.length).toBeGreaterThan(0)
    }
  })
  it('follow from their sources', () => {
    // The digits that are printed; each derivation says the same in words.
    expect(figures.adcStepEnergy.value).toBeCloseTo((3.1e-3 / 1.2e9 / 2 ** 8) * 1e15, 1)
    expect(figures.adcTime.value).toBeCloseTo(1e9 / 1.2e9, 3)
    expect(figures.driverEnergy.value).toBeCloseTo((4e-3 / 1024) * 100e-9 * 1e12, 2)
    expect(figures.driverArea.value).toBeCloseTo(170 / 1024, 3)
    expect(figures.addEnergy.value).toBeCloseTo(100 / 32, 1)
    expect(figures.multiplyEnergy.value).toBeCloseTo(3100 / 32 ** 2, 1)
    expect(figures.memoryEnergy.value).toBeCloseTo(10_000 / 64, 0)
  })
  it('survive a file, keep the source that their owner gives, and refuse what is out of range', () => {
    const file = figuresFileSchema.parse({ figures: { readVoltage: { value: 0.3, source: 'measured, wafer 7' }, adcStepEnergy: { value: null } } })
    expect(figuresFileSchema.parse(JSON.parse(JSON.stringify(file)))).toEqual(file)
    const inForce = figuresInForce(file.figures)
    expect([inForce.si('readVoltage'), inForce.source('readVoltage'), inForce.changed('readVoltage')]).toEqual([0.3, 'measured, wafer 7', true])
    expect([inForce.si('adcStepEnergy'), inForce.changed('adcStepEnergy')]).toEqual([null, true])
    expect([inForce.value('adcTime'), inForce.changed('adcTime')]).toEqual([0.833, false])
    for (const wrong of [{ readVoltage: { value: -1 } }, { columnsPerAdc: { value: 0 } }, { columnsPerAdc: { value: 1.5 } }, { columnsPerAdc: { value: null } }, { nothing: { value: 1 } }]) {
      expect(figuresFileSchema.safeParse({ figures: wrong }).success).toBe(false)
    }
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyAnalogLayer, plainLayer } from './fixtures'
import { outputsOf, type AnalogCostLayer } from './inventory'
import { codesPerOutput, factorsPerOutput, layerCounts, quantityIds } from './quantities'

const alone = { columnsPerAdc: 1, arraysPerDriver: 1 }
const count = (layer: Partial<AnalogCostLayer>, sharing = alone) => layerCounts({ ...plainLayer, ...layer }, sharing)

describe('counts by hand', () => {
  it('one matrix of 4 × 3 on one array: 4 rows driven, 12 cells, 3 conversions, nothing to add', () => {
    expect(count({})).toEqual({
      serialReads: 1, arrayReads: 1, driverConversions: 4, cellReads: 12, adcConversions: 3, pairSubtractions: 0, shiftAdds: 0, partialSumAdds: 0, overlapAdds: 0, referenceAdds: 0, referenceMultiplications: 0,
      scaleMultiplications: 3, compensationMultiplications: 0, rangeComparisons: 0, rangeMultiplications: 0, biasAdds: 0, bufferedValues: 7, arrays: 1, cells: 12, adcs: 3, drivers: 4, digitalMacs: 0
    })
  })
  it('a convolution of 27 × 6 at 64 positions: 3 × 2 tiles of 9 × 3 in arrays of 16 × 4, 2 slices of pairs digitised apart, 3 reads', () => {
    const layer: Partial<AnalogCostLayer> = {
      positions: 64, rows: 27, columns: 6, rowTiles: 3, columnTiles: 2, arrayRows: 16, arrayColumns: 4, slices: 2, sliceBits: 3, cellsPerValue: 2, conversionsPerColumn: 2, reads: 3, bitsPerRead: 1, inputBits: 4, bitSerial: true, outputBits: 6
    }
    expect(count(layer)).toMatchObject({
      serialReads: 64 * 3, // positions · reads
      arrayReads: 64 * 3 * 24, // 3·2 tiles · 2 slices · 2 cells of a pair = 24 arrays
      driverConversions: 64 * 3 * 27 * 8, // 27 rows in each of 2 column tiles · 2 slices · 2 sides
      cellReads: 64 * 3 * 27 * 6 * 4, // 162 values · 2 slices · 2 sides
      adcConversions: 64 * 3 * 3 * 2 * 2 * 6, // 3 row tiles · 2 slices · 2 sides · 6 columns
      // N = 64·6 = 384 outputs of 3·2·3·2 = 36 codes each
      pairSubtractions: 384 * 18, shiftAdds: 384 * 3 * 5, partialSumAdds: 384 * 2,
      scaleMultiplications: 384, arrays: 24,
      cells: 24 * 16 * 4,
      adcs: 6 * 2 * 2 * 4, // each tile and slice: 4 columns, two currents
      drivers: 24 * 16
    })
    // Four columns take turns at one converter; the two arrays of a pair share drivers.
    expect(count(layer, { columnsPerAdc: 4, arraysPerDriver: 2 })).toMatchObject({ adcs: 6 * 2 * 2, adcConversions: 64 * 3 * 3 * 2 * 2 * 6, drivers: 12 * 16, driverConversions: 64 * 3 * 27 * 4 })
  })
  it('offset cells with a reference column in each array of 2 row and 2 column tiles', () => {
    expect(count({ positions: 10, rows: 8, columns: 6, rowTiles: 2, columnTiles: 2, arrayRows: 4, arrayColumns: 3, reference: 'column' })).toMatchObject({
      cellReads: 10 * 8 * (6 + 2), // 6 columns and the reference columns of 2 column tiles
      adcConversions: 10 * 2 * (6 + 2), cells: 4 * 4 * 4, adcs: 4 * (3 + 1),
      referenceAdds: 10 * 2 * 1 + 60, // one sum over 2 row tiles for each column tile; one subtraction an output
      referenceMultiplications: 10 * 2
    })
    // The digital reference adds 8 inputs and subtracts from 60 outputs.
    expect(count({ positions: 10, rows: 8, columns: 6, reference: 'digital' })).toMatchObject({ referenceAdds: 10 * 7 + 60, referenceMultiplications: 10, adcConversions: 60 })
  })
  it('an analog bias is one more row, driven once a position; a digital one is an addition', () => {
    expect(count({ bias: 'analog', cellsPerValue: 2, reads: 3 })).toMatchObject({ driverConversions: 2 * (3 * 4 + 1), cellReads: 3 * 24 + 6, cells: 24 + 6, drivers: 2 * 5, biasAdds: 0, adcConversions: 9 })
    expect(count({ bias: 'digital' })).toMatchObject({ driverConversions: 4, cellReads: 12, biasAdds: 3 })
  })
  it('a range for each vector is searched, applied to 4 inputs and undone at 3 outputs', () => {
    expect(count({ dynamicRange: true, inputBits: 8 })).toMatchObject({ rangeComparisons: 4, rangeMultiplications: 7 })
  })
  it('factors of tiles, slices and sides multiply before the sum', () => {
    const parts = { rowTiles: 3, slices: 2, cellsPerValue: 2, conversionsPerColumn: 2 } as const
    const factors = (layer: Partial<AnalogCostLayer>): number => factorsPerOutput({ ...plainLayer, ...parts, ...layer })
    expect(factors({})).toBe(1)
    expect(factors({ granularity: 'column' })).toBe(1)
    expect(factors({ granularity: 'tile' })).toBe(3)
    expect(factors({ granularity: 'tile', exponentBits: 4 })).toBe(1)
    expect(factors({ granularity: 'tile', stepPer: { tile: true, slice: true, side: true } })).toBe(12)
    expect(factors({ compensation: 'global' })).toBe(1)
    expect(factors({ compensation: 'tile' })).toBe(6)
  })
  it('compensation by tile costs what tiles do not have in any case', () => {
    const parts = { rowTiles: 3, columns: 5, compensation: 'tile' } as const
    expect(count(parts).compensationMultiplications).toBe(5 * 2)
    expect(count({ ...parts, stepPer: { tile: true, slice: false, side: false } }).compensationMultiplications).toBe(0)
    expect(count({ ...parts, compensation: 'global' }).compensationMultiplications).toBe(0)
  })
  it('a digital layer has multiply–accumulates and nothing else', () => {
    const counts = layerCounts({ kind: 'digital', node: 'd', operator: 'Gemm', macs: 120, reason: '' }, alone)
    for (const id of quantityIds) expect(counts[id]).toBe(id === 'digitalMacs' ? 120 : 0)
  })
})

describe('counts of any layer', () => {
  const sharing = fc.record({ columnsPerAdc: fc.integer({ min: 1, max: 64 }), arraysPerDriver: fc.integer({ min: 1, max: 8 }) })
  const parameters = { seed: 1, numRuns: 300 }
  const perImage = ['serialReads', 'arrayReads', 'driverConversions', 'cellReads', 'adcConversions', 'pairSubtractions', 'shiftAdds', 'partialSumAdds', 'referenceAdds', 'scaleMultiplications', 'biasAdds', 'bufferedValues'] as const

  it('additions put all codes of an output together: codes − 1 for each output', () => {
    fc.assert(fc.property(anyAnalogLayer, (layer) => {
      const { pairSubtractions, shiftAdds, partialSumAdds } = layerCounts(layer, alone)
      expect(pairSubtractions + shiftAdds + partialSumAdds).toBe(outputsOf(layer) * (codesPerOutput(layer) - 1))
    }), parameters)
  })
  it('twice the positions, twice of everything that happens, nothing more of what is there', () => {
    fc.assert(fc.property(anyAnalogLayer, sharing, (layer, shared) => {
      const [once, twice] = [layerCounts(layer, shared), layerCounts({ ...layer, positions: 2 * layer.positions }, shared)]
      for (const id of perImage) expect(twice[id]).toBe(2 * once[id])
      for (const id of ['arrays', 'cells', 'adcs', 'drivers'] as const) expect(twice[id]).toBe(once[id])
    }), parameters)
  })
  it('one more slice never needs fewer conversions, additions, cells or converters', () => {
    fc.assert(fc.property(anyAnalogLayer, sharing, (layer, shared) => {
      const [fewer, more] = [layerCounts(layer, shared), layerCounts({ ...layer, slices: layer.slices + 1 }, shared)]
      expect(more.adcConversions).toBeGreaterThan(fewer.adcConversions)
      for (const id of ['driverConversions', 'cellReads', 'shiftAdds', 'arrays', 'cells', 'adcs', 'drivers'] as const) expect(more[id]).toBeGreaterThanOrEqual(fewer[id])
    }), parameters)
  })
  it('sharing converters saves area but no conversion', () => {
    fc.assert(fc.property(anyAnalogLayer, sharing, (layer, shared) => {
      const [own, turns] = [layerCounts(layer, alone), layerCounts(layer, { ...alone, columnsPerAdc: shared.columnsPerAdc })]
      expect(turns.adcConversions).toBe(own.adcConversions)
      expect(turns.adcs).toBeLessThanOrEqual(own.adcs)
    }), parameters)
  })
})

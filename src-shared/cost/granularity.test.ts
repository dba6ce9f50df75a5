import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scaleGranularities } from '../hardware'
import { compareCosts } from './comparison'
import { estimateCost } from './estimate'
import { anyAnalogLayer, inventoryOf, plainLayer } from './fixtures'
import { granularityTable, type GranularityRow } from './granularity'
import { figuresInForce } from './settings'

const inForce = figuresInForce({})
const table = (...layers: Parameters<typeof inventoryOf>): Map<string, GranularityRow> => new Map(granularityTable(inventoryOf(...layers), inForce).map((row) => [row.granularity, row]))

/** 4 × 3 in one tile with a bias, and 200 × 10 in 2 row and 2 column tiles at 5 positions without. */
const first = { ...plainLayer, bias: 'analog' as const, outputBits: 8, granularity: 'layer-bi-scale' as const }
const second = { ...plainLayer, node: 'second', positions: 5, rows: 200, columns: 10, rowTiles: 2, columnTiles: 2, outputBits: 8, granularity: 'layer-bi-scale' as const }
const rows = table(first, second)

describe('stored scales', () => {
  it.each([
    ['network', 1], ['layer', 2],
    ['layer-bi-scale', 3], // 2 layers, 1 bias
    ['column', 14], // 3 + 10 columns, 1 bias
    ['tile', 6], // 1 + 4 tiles, 1 bias
    ['tile-column', 24] // 3 + 2·10 columns of tiles, 1 bias
  ])('%s: %i', (granularity, count) => expect(rows.get(granularity)).toMatchObject({ storedScales: count, storedBits: count * 32 }))

  it('need their exponent’s bits only where they are powers of two', () => {
    const powers = table({ ...first, exponentBits: 4 }, { ...second, exponentBits: 4 })
    expect(powers.get('column')).toMatchObject({ storedBits: 14 * 4 })
    expect(powers.get('tile')).toMatchObject({ addedMultiplications: 0, multiplicationsAlone: 0 })
  })
})

describe('what is added to an image', () => {
  it('nothing by layer, bi-scale and column where outputs are re-quantised', () => {
    for (const granularity of ['network', 'layer', 'layer-bi-scale', 'column']) {
      expect(rows.get(granularity)).toMatchObject({ multiplications: 3 + 50, addedMultiplications: 0, addedJoules: 0, addedConversions: 0, addedCellReads: 0, addedAdditions: 0, addedCells: 0, addedConverters: 0 })
    }
  })
  it('a multiplication for each further partial sum by tile', () => {
    for (const granularity of ['tile', 'tile-column']) expect(rows.get(granularity)).toMatchObject({ multiplications: 3 + 100, addedMultiplications: 50, addedConversions: 0, addedCells: 0 })
    // 50 multiplications of 9 bits (8-bit codes of two tiles) by 32 bits.
    expect(rows.get('tile')?.addedJoules).toBeCloseTo(50 * 3.0e-15 * 9 * 32, 20)
  })
  it('one multiplication an output where nothing multiplies in any case', () => {
    expect(scaleGranularities.map((granularity) => rows.get(granularity)?.multiplicationsAlone)).toEqual([0, 53, 53, 53, 103, 103])
  })
  it('a bias with a scale of its own needs an addition an output where its row has no level of its own', () => {
    expect(scaleGranularities.map((granularity) => rows.get(granularity)?.biasAdditionsWithoutLevel)).toEqual([0, 0, 3, 3, 3, 3])
  })
  it('tiles add nothing where converters have steps for each tile', () => {
    expect(table(first, { ...second, stepPer: { tile: true, slice: false, side: false } }).get('tile')).toMatchObject({ addedMultiplications: 0 })
  })
  it('marks the granularity of the description, none where layers differ', () => {
    expect([...rows.values()].filter(({ current }) => current).map(({ granularity }) => granularity)).toEqual(['layer-bi-scale'])
    expect([...table(first, { ...second, granularity: 'tile' }).values()].some(({ current }) => current)).toBe(false)
  })
  it('never a conversion, a cell or a converter, for any network', () => {
    fc.assert(fc.property(fc.array(anyAnalogLayer, { minLength: 1, maxLength: 3 }), (layers) => {
      for (const row of granularityTable(inventoryOf(...layers), inForce)) {
        expect(row).toMatchObject({ addedConversions: 0, addedCellReads: 0, addedAdditions: 0, addedCells: 0, addedConverters: 0 })
        if (row.granularity !== 'tile' && row.granularity !== 'tile-column') expect(row.addedMultiplications).toBe(0)
      }
    }), { seed: 1, numRuns: 200 })
  })
})

describe('before and after fine-tuning', () => {
  const figures = figuresInForce({ readVoltage: { value: 0.2, source: '' } })
  it('counts are equal; only the energy of cells follows the weights', () => {
    const [before, after] = [4, 5].map((value) => estimateCost(inventoryOf({ ...first, meanCell: { value, unit: 'µS' } }), figures))
    const comparison = compareCosts(before!, after!)
    expect(comparison.countsEqual).toBe(true)
    expect(comparison.energy.cells.after / comparison.energy.cells.before).toBeCloseTo(5 / 4, 12)
    expect(comparison.energy.adc.after).toBe(comparison.energy.adc.before)
    expect(comparison.squareMetres.after).toBe(comparison.squareMetres.before)
  })
  it('a network of other shape is told apart', () => {
    const [before, after] = [first, { ...first, columns: 4 }].map((layer) => estimateCost(inventoryOf(layer), figures))
    expect(compareCosts(before!, after!).countsEqual).toBe(false)
  })
})

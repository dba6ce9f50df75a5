/** Layers for tests. */
import fc from 'fast-check'
import { scaleGranularities } from '../hardware'
import type { AnalogCostLayer, CostInventory, CostLayer } from './inventory'

/** One matrix of 4 inputs by 3 outputs on one array, read once, ideal converters, no bias. */
export const plainLayer: AnalogCostLayer = {
  kind: 'analog', node: 'layer', operator: 'Gemm', sharesArraysOf: null, positions: 1, inputElements: 4, overlaps: 0, groups: 1, rows: 4, columns: 3, rowTiles: 1, columnTiles: 1, arrayRows: 4, arrayColumns: 3,
  slices: 1, sliceBits: 0, cellsPerValue: 1, conversionsPerColumn: 1, reference: 'none', inputBits: null, bitSerial: false, reads: 1, bitsPerRead: null, inputSigned: true, inputSignFrom: 'assumed', dynamicRange: false,
  outputBits: null, stepPer: { tile: false, slice: false, side: false }, granularity: 'network', exponentBits: 0, bias: 'none', compensation: 'none', meanCell: null, deviceReadSeconds: null
}

export const inventoryOf = (...layers: CostLayer[]): CostInventory => ({ network: 'test.onnx', layers, uncountedOperators: [] })

const size = (max: number) => fc.integer({ min: 1, max })

/** Any analog layer that fits together. */
export const anyAnalogLayer: fc.Arbitrary<AnalogCostLayer> = fc
  .record({
    positions: size(50), groups: size(3), rows: size(300), columns: size(40), rowTiles: size(5), columnTiles: size(3), slices: size(4), pair: fc.boolean(), separate: fc.boolean(),
    reference: fc.constantFrom('digital' as const, 'column' as const), inputBits: fc.option(fc.integer({ min: 2, max: 10 })), bitSerial: fc.boolean(), outputBits: fc.option(fc.integer({ min: 2, max: 12 })),
    stepPer: fc.record({ tile: fc.boolean(), slice: fc.boolean(), side: fc.boolean() }), granularity: fc.constantFrom(...scaleGranularities), exponentBits: fc.constantFrom(0, 4), bias: fc.constantFrom('none' as const, 'analog' as const, 'digital' as const),
    compensation: fc.constantFrom('none' as const, 'global' as const, 'tile' as const), dynamicRange: fc.boolean(), meanCell: fc.constantFrom(null, { value: 5, unit: 'µS' as const }, { value: 300, unit: 'nA' as const })
  })
  .map(({ pair, separate, reference, inputBits, bitSerial, slices, dynamicRange, ...rest }): AnalogCostLayer => ({
    ...plainLayer, ...rest, slices, sliceBits: slices > 1 ? 2 : 0,
    inputElements: rest.positions * rest.rows,
    rowTiles: Math.min(rest.rowTiles, rest.rows), columnTiles: Math.min(rest.columnTiles, rest.columns), arrayRows: 300, arrayColumns: 40,
    cellsPerValue: pair ? 2 : 1, conversionsPerColumn: pair && separate ? 2 : 1, reference: pair ? 'none' : reference,
    inputBits, bitSerial: bitSerial && inputBits !== null, reads: bitSerial && inputBits !== null ? inputBits - 1 : 1, bitsPerRead: inputBits === null ? null : bitSerial ? 1 : inputBits,
    dynamicRange: dynamicRange && inputBits !== null
  }))

/** Calibrations made by formula, for tests of charts, reports and screens. */
import type { ConverterCalibration, Digitized } from '../calibration'

const bins = 16
/** A bell between -1 and 1 with its middle at 0. */
const bell = Array.from({ length: bins }, (_, bin) => Math.round(1000 * Math.exp(-(((bin + 0.5 - bins / 2) / 2.5) ** 2))))

export const digitizedTo = (highest: number, lowest = -highest, clipped = { below: 0, above: 0 }): Digitized => ({ lowest, highest, histogram: { lowest: -1, highest: 1, counts: bell }, clipped })

/** 4 bits, unsigned, the largest of inputs from 0 to 15: a step of 1. */
export const dacOf = (layer: string): ConverterCalibration => ({
  id: `dac:${layer}`, kind: 'dac', layer, array: null, bits: 4, step: 1, choice: { kind: 'max' }, perColumnScale: false, cellCurrent: null, tiles: null,
  lowest: 0, highest: 15, histogram: { lowest: 0, highest: 15, counts: [900, 0, 90, 10] }, clipped: { below: 0, above: 0 }
})

/** 3 bits in two's complement, full scale 0.75: steps of 0.25 from -1 to 0.75, and what lies above is clipped. */
export const adcOf = (layer: string): ConverterCalibration => ({
  ...digitizedTo(0.75, -1, { below: 0, above: 10 }), id: `adc:${layer}`, kind: 'adc', layer, array: null, bits: 3, step: 0.25, choice: { kind: 'fixed' }, perColumnScale: false, cellCurrent: 0.05, tiles: null
})

/** Two row tiles with full scales 0.75 and 1.5. */
export const tiledAdcOf = (layer: string): ConverterCalibration => ({
  ...digitizedTo(1.5, -2, { below: 0, above: 10 }), id: `adc:${layer}:0:positive`, kind: 'adc', layer, array: { slice: 0, side: 'positive' }, bits: 3, step: 0.5,
  choice: { kind: 'percentile', percentile: 99.9 }, perColumnScale: true, cellCurrent: 0.05,
  tiles: { rowTiles: 2, columnTiles: 1, each: [digitizedTo(0.75, -1, { below: 0, above: 10 }), digitizedTo(1.5, -2)] }
})

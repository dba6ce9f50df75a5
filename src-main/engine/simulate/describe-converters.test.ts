/** What is kept of a calibration against partial sums that the test itself computes in double precision. */
import { describe, expect, it } from 'vitest'
import type { ConverterCalibration, Digitized, Seen } from '@shared/calibration'
import { hardwareSchema } from '@shared/hardware'
import { matrixProduct, type Matrix } from '../analog/mvm'
import { RandomStream } from '../random/streams'

const outputs = 3
const inputs = 10
const vectors = 200
/** 10 rows on arrays of 4 are 4 + 4 + 2, 3 columns on arrays of 2 are 2 + 1 (docs/decisions/0006). */
const array = { rows: 4, columns: 2 }
const rowTiles = [[0, 4], [4, 8], [8, 10]] as const
const columnTiles = [[0, 2], [2, 3]] as const

const stream = new RandomStream({ seed: 3, purpose: 'synthetic' })
const matrix = (rows: number, columns: number): Matrix => ({ rows, columns, values: Float32Array.from({ length: rows * columns }, () => stream.below(2001) / 1000 - 1) })
const weights = matrix(outputs, inputs)
const data = matrix(vectors, inputs)

/** Partial sums of one tile; `scaleOf` divides those of a column. */
function partialSums(rowTile: readonly [number, number], columnTile: readonly [number, number], scaleOf: (column: number) => number = () => 1): number[] {
  const sums: number[] = []
  for (let vector = 0; vector < vectors; vector++) {
    for (let column = columnTile[0]; column < columnTile[1]; column++) {
      let sum = 0
      for (let row = rowTile[0]; row < rowTile[1]; row++) sum += data.values[vector * inputs + row]! * weights.values[column * inputs + row]!
      sums.push(sum / scaleOf(column))
    }
  }
  return sums
}
const tileSums = (scaleOf?: (column: number) => number): number[][] => rowTiles.flatMap((rows) => columnTiles.map((columns) => partialSums(rows, columns, scaleOf)))

/** Rounding of single precision in sums of 4 products of numbers up to 1, over the span of the values. */
const rounding = 1e-6

/** Counts up to each edge of a bin are those of the values, but at edges so near to a value that rounding decides. */
function expectCounts({ lowest, highest, counts }: Seen, values: readonly number[]): void {
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length)
  expect(lowest).toBeCloseTo(Math.min(0, ...values), 5)
  expect(highest).toBeCloseTo(Math.max(0, ...values), 5)
  let cumulative = 0
  let compared = 0
  counts.forEach((count, bin) => {
    cumulative += count
    const edge = lowest + ((bin + 1) / counts.length) * (highest - lowest)
    if (bin === counts.length - 1 || values.some((value) => Math.abs(value - edge) < rounding * (highest - lowest))) return
    expect(cumulative, `up to ${edge}`).toBe(values.filter((value) => value < edge).length)
    compared++
  })
  expect(compared).toBeGreaterThan(counts.length / 2)
}

/** The end of a range that calibration finds is the edge of a bin of magnitudes; any other may lie within one. */
function expectClipped({ lowest, highest, clipped }: Digitized, values: readonly number[]): void {
  const largest = Math.max(...values.map(Math.abs))
  const near = (end: number): number => values.filter((value) => Math.abs(value - end) < largest / 4096).length
  expect(Math.abs(clipped.above - values.filter((value) => value > highest).length)).toBeLessThanOrEqual(near(highest))
  expect(Math.abs(clipped.below - values.filter((value) => value < lowest).length)).toBeLessThanOrEqual(near(lowest))
}

async function adcOf(hardware: object): Promise<ConverterCalibration> {
  const { converters } = await matrixProduct({
    weights, inputs: data, hardware: hardwareSchema.parse({ device: { kind: 'weight-referred', sigma: 0 }, array, ...hardware }), seed: 1, chipInstances: [0]
  })
  return converters.find(({ kind }) => kind === 'adc')!
}

describe('what is kept of a calibration', () => {
  it('has the counts of all partial sums of a layer, and the largest as its range', async () => {
    const all = tileSums().flat()
    const adc = await adcOf({ adc: { outputBits: 6 } })
    expectCounts(adc.histogram, all)
    const largest = Math.max(...all.map(Math.abs))
    expect(adc).toMatchObject({ bits: 6, choice: { kind: 'max' }, tiles: null, array: null, perColumnScale: false, clipped: { below: 0, above: 0 } })
    expect(adc.highest).toBeCloseTo(largest, 5)
    expect(adc.step).toBeCloseTo(largest / 31, 5)
    expect(adc.lowest).toBeCloseTo((-32 / 31) * largest, 5)
  })

  it('has those of each tile where each has its range, and what its percentile clips', async () => {
    const adc = await adcOf({ adc: { outputBits: 4, range: { kind: 'calibrated', statistic: 'percentile', percentile: 90, scope: 'tile' } } })
    expect(adc.choice).toEqual({ kind: 'percentile', percentile: 90 })
    expect(adc.tiles).toMatchObject({ rowTiles: 3, columnTiles: 2 })
    const sums = tileSums()
    expectCounts(adc.histogram, sums.flat())
    adc.tiles!.each.forEach((tile, index) => {
      const values = sums[index]!
      expectCounts(tile.histogram, values)
      expectClipped(tile, values)
      // About one in ten is beyond, by definition of the percentile.
      expect((tile.clipped.above + tile.clipped.below) / values.length).toBeGreaterThan(0.03)
    })
    expect(adc.clipped.above).toBeCloseTo(adc.tiles!.each.reduce((sum, { clipped }) => sum + clipped.above, 0), 9)
  })

  it('follows the rows of each tile where the range is all their current', async () => {
    const adc = await adcOf({ adc: { outputBits: 8, range: { kind: 'full-scale' } } })
    const cells = adc.tiles!.each.map(({ highest }) => highest / adc.cellCurrent!)
    expect(cells.map((count) => Math.round(count * 1e4) / 1e4)).toEqual([4, 4, 4, 4, 2, 2])
    expectCounts(adc.tiles!.each[4]!.histogram, tileSums()[4]!)
  })

  it('counts in units of the scale of each column where columns have their own, against a fixed range', async () => {
    const scales = Array.from({ length: outputs }, (_, column) => Math.max(...weights.values.subarray(column * inputs, (column + 1) * inputs).map(Math.abs)))
    const adc = await adcOf({ representation: { scaleGranularity: 'column', scaleStatistic: 'max-abs' }, adc: { outputBits: 5, range: { kind: 'fixed', maximum: 0.7 } } })
    const all = tileSums((column) => scales[column]!).flat()
    expect(adc).toMatchObject({ perColumnScale: true, choice: { kind: 'fixed' } })
    expectCounts(adc.histogram, all)
    expect(adc.highest).toBeCloseTo(0.7 * adc.cellCurrent!, 5)
    expectClipped(adc, all)
    expect(adc.clipped.above).toBeGreaterThan(10)
  })
})

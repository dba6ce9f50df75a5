import { describe, expect, it } from 'vitest'
import { adcOf, dacOf, tiledAdcOf } from './calibration-fixtures'
import { calibrationTable, chartDescription, chartPalettes, converterHistogram, converterHistogramTable, converterName, converterSentences, effectiveBits, fewestStepsUsed, occasionsName, stepsUsed, tileName } from './index'
import { renderedSvg } from './rendered'

const palette = chartPalettes.print
const layer = '<b>conv</b>'
const lines = (option: ReturnType<typeof converterHistogram>): { xAxis: number }[] => ((option.series as { markLine: { data: { xAxis: number }[] } }[])[0]?.markLine.data ?? [])

/** How many bars are within the range and how many beyond it. */
const bars = (option: ReturnType<typeof converterHistogram>): number[] => (option.series as { data: unknown[] }[]).map(({ data }) => data.length)

describe('figures of a converter', () => {
  it('counts the codes that values reach: from -1 to 0.75 in steps of 0.25 are 8, of which all', () => {
    expect(stepsUsed(adcOf(layer))).toBe(8)
    expect(effectiveBits(8)).toBe(3)
    expect(stepsUsed(dacOf(layer))).toBe(16)
    // Values from -1 to 1 in a range from -2 to 1.5 by 0.5 reach 5 codes; in the other tile all 8.
    expect(fewestStepsUsed(tiledAdcOf(layer))).toBe(5)
  })

  it('has none of an ideal converter, and of a range that follows each vector', () => {
    expect(stepsUsed({ ...adcOf(layer), bits: 0, step: null })).toBeNull()
    expect(stepsUsed({ ...dacOf(layer), choice: { kind: 'per-vector' } })).toBeNull()
    const row = calibrationTable([{ ...dacOf(layer), choice: { kind: 'per-vector' } }]).rows[0]
    expect(row?.slice(3, 6)).toEqual([null, null, 'largest of each input vector'])
  })

  it('is a row of the table', () => {
    const { columns, rows } = calibrationTable([dacOf(layer), adcOf(layer), tiledAdcOf(layer)])
    for (const row of rows) expect(row).toHaveLength(columns.length)
    const total = adcOf(layer).histogram.counts.reduce((sum, count) => sum + count, 0)
    expect(rows[1]).toEqual([layer, 'ADC', 3, -1, 0.75, 'fixed', 1, 10 / total, 8, 3])
    expect(rows[2]?.slice(1, 6)).toEqual(['ADC, slice 1, positive cells', 3, -2, 1.5, 'percentile 99.9\u00a0%, each of 2 tiles'])
  })

  it('has names for its tiles and for when its range held', () => {
    expect(converterName(dacOf(layer))).toBe('DAC')
    expect(tileName(tiledAdcOf(layer).tiles!, 1)).toBe('row tile 2, column tile 1')
    expect(tileName({ rowTiles: 2, columnTiles: 2, each: Array.from({ length: 8 }, () => adcOf(layer)) }, 5)).toBe('group 2, row tile 1, column tile 2')
    expect(occasionsName([{ kind: 'point', point: 0, value: 4 }, { kind: 'point', point: 1, value: 8 }], 'adc-bits')).toBe('ADC bits 4; ADC bits 8')
    expect(occasionsName(Array.from({ length: 5 }, (_, point) => ({ kind: 'point' as const, point, value: point / 10 })), 'sigma')).toBe('σ = 0 … σ = 0.4 (5 points)')
    expect(occasionsName([{ kind: 'after' }], null)).toBe('after fine-tuning')
  })
})

describe('histogram of a converter', () => {
  it('draws both ends, all bins, and says what is clipped', () => {
    const option = converterHistogram(adcOf(layer), { palette })
    expect(lines(option).map(({ xAxis }) => xAxis)).toEqual([-1, 0.75])
    expect(chartDescription(option)).toContain('ADC of <b>conv</b>. Values seen from −1 to 1. Range from −1 to 0.75, the current of 15 full cells (fixed). 3 bits: 8 codes in steps of 0.25, of which the values reach 8 (3.0 bits). Clipped: 0.00\u00a0% below')
    const picture = renderedSvg(option)
    // Of 16 bins the first and the last are empty; the one from 0.75 to 0.875 is beyond.
    expect(bars(option)).toEqual([13, 1])
    expect(picture).not.toMatch(/NaN|<b>conv/)
  })

  it('cuts the bin in which an end lies', () => {
    expect(bars(converterHistogram({ ...adcOf(layer), highest: 0.8 }, { palette }))).toEqual([14, 1])
  })

  it('draws the ends of every tile, or one tile with its own', () => {
    const adc = tiledAdcOf(layer)
    expect(lines(converterHistogram(adc, { palette })).map(({ xAxis }) => xAxis)).toEqual([-2, -1, 0.75, 1.5])
    expect(lines(converterHistogram(adc, { palette, tile: 0 })).map(({ xAxis }) => xAxis)).toEqual([-1, 0.75])
    expect(converterSentences(adc, null).join(' ')).toContain('Each of 2 tiles has a range of its own, with upper ends from 0.75 to 1.5 (percentile 99.9\u00a0%).')
    expect(converterSentences(adc, 1).join(' ')).toContain('8 codes in steps of 0.5, of which the values reach 5')
  })

  it('draws no range that changes from vector to vector', () => {
    expect(lines(converterHistogram({ ...dacOf(layer), choice: { kind: 'per-vector' } }, { palette }))).toEqual([])
  })

  it('is drawn for nothing but zeros, with both axes', () => {
    const silent = { ...dacOf(layer), histogram: { lowest: 0, highest: 0, counts: [12, 0, 0, 0] } }
    for (const logarithmic of [true, false]) expect(renderedSvg(converterHistogram(silent, { palette, logarithmic }))).not.toMatch(/NaN/)
  })

  it('has its bins as a table', () => {
    expect(converterHistogramTable(dacOf(layer)).rows).toEqual([[0, 3.75, 900], [3.75, 7.5, 0], [7.5, 11.25, 90], [11.25, 15, 10]])
  })
})

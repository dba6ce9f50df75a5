import type { EChartsOption } from 'echarts'
import { describe, expect, it } from 'vitest'
import { chartDescription, chartPalettes, distributionOverInstances, distributionTable, fidelityAgainstSweep, fidelityGroups, fidelityMeasure, fidelityTable, fidelityTrialsTable, fidelityWords, trainingCurves, trainingTable, validationWords } from './index'
import { errorMetricsOf, fidelityPointAt } from './fixtures'
import { renderedSvg } from './rendered'

const palette = chartPalettes.print
const points = [fidelityPointAt(0, null, ['exact', 'exact']), fidelityPointAt(0.05, 30, ['overflow']), fidelityPointAt(0.1, 22)]
const seriesOf = (option: EChartsOption) => option.series as { type: string; data: unknown[] }[]
describe('fidelity in words', () => {
  it('is the mean with its interval, and how many chip instances have none', () => {
    expect(points.map(({ fidelity }) => fidelityWords(fidelity))).toEqual(['exact', '30.0\u00a0±\u00a00.4\u00a0dB, 1\u00a0overflow', '22.0\u00a0±\u00a00.4\u00a0dB'])
  })
})

describe('fidelity against a sweep', () => {
  const other = [fidelityPointAt(0.05, 33), fidelityPointAt(0.1, 25)]

  it.each(['none', 'min-max', 'q05-q95'] as const)('draws several runs with the spread %s', (spread) => {
    const option = fidelityAgainstSweep([{ name: 'fixed point', points }, { name: 'floating point', points: other }], { palette, parameter: 'sigma', spread })
    const drawn = renderedSvg(option)
    expect(drawn).not.toMatch(/NaN|undefined/)
    expect(drawn).toContain('floating point')
    expect(chartDescription(option)).toContain('fixed point: 0: exact')
  })

  it('keeps the place of a point without a finite ratio on the axis', () => {
    const option = fidelityAgainstSweep([{ name: 'run', points }], { palette, parameter: 'sigma' })
    expect(option.xAxis).toMatchObject({ min: 0, max: 0.1 })
    expect(seriesOf(option)[0]?.data).toEqual([[0.05, 30], [0.1, 22]])
  })

  it('renders where no point has a ratio', () => {
    expect(renderedSvg(fidelityAgainstSweep([{ name: 'run', points: points.slice(0, 1) }], { palette, parameter: 'sigma' }))).not.toMatch(/NaN|undefined/)
  })
})

describe('fidelity of chip instances', () => {
  const groups = fidelityGroups(points, 'sigma')

  it('has a box and points for each group with a finite ratio', () => {
    const option = distributionOverInstances(groups, { palette, measure: fidelityMeasure })
    const [boxes, instances] = seriesOf(option)
    expect([boxes?.data.length, instances?.data.length]).toEqual([2, 20])
    expect(renderedSvg(option)).not.toMatch(/NaN|undefined|%/)
    expect(chartDescription(option)).toMatch(/^Distribution of fidelity over chip instances\. .*median 30\.0\u00a0dB/)
  })

  it('numbers the chips as they are, those without a finite ratio between', () => {
    const [first] = fidelityGroups([fidelityPointAt(0.1, 20)], 'sigma')
    const mixed = { ...first!, instances: ['exact', ...first!.statistics!.values] }
    const [, instances] = seriesOf(distributionOverInstances([mixed], { palette, measure: fidelityMeasure }))
    expect(instances?.data.slice(0, 2)).toMatchObject([{ instance: 1 }, { instance: 2 }])
  })

  it('stand in the table with a word in place of what is no number', () => {
    const { columns, rows } = distributionTable(groups, fidelityMeasure)
    expect(columns.map(({ key }) => key)).toEqual(['group', 'chipInstance', 'fidelity'])
    expect(rows).toHaveLength(2 + 11 + 10)
    expect([rows[0], rows[12]]).toEqual([['0', 0, 'exact'], ['0.05', 10, 'overflow']])
  })
})

describe('tables of fidelity', () => {
  it('have as many cells as columns', () => {
    const trials = [{ point: 1, chipInstance: 0, signal: 100, noise: 1, seconds: 0.5 }, { point: 0, chipInstance: 1, signal: 100, noise: 0, seconds: 0.5 }]
    const raw = fidelityTrialsTable(trials, points, 'sigma')
    expect(raw.rows).toEqual([[1, 0.05, 0.05, 0, 0, 20, 100, 1, 0.5], [0, 0, 0, 0, 1, 'exact', 100, 0, 0.5]])
    for (const { columns, rows } of [raw, fidelityTable([{ name: 'a', points }, { name: 'b', points }], 'sigma')]) {
      expect(new Set(columns.map(({ key }) => key)).size).toBe(columns.length)
      for (const row of rows) expect(row).toHaveLength(columns.length)
    }
  })
})

describe('fine-tuning of a network without classes', () => {
  const history = errorMetricsOf(8)

  it('has curves in decibels, without a place for what is exact', () => {
    const option = trainingCurves(history, { palette })
    expect(renderedSvg(option)).not.toMatch(/NaN|undefined|%/)
    const [, , digital, noisy] = seriesOf(option)
    expect([digital?.data.length, noisy?.data.length]).toEqual([3, 4])
    // 0.01 / 2 after the second line: 10·log₁₀ 200.
    expect((noisy?.data[0] as number[])[1]).toBeCloseTo(23.0103, 4)
    expect(chartDescription(option)).toMatch(/was kept: 29\.0\u00a0dB with noise, 40\.0\u00a0dB digital/)
  })

  it('has a table in decibels', () => {
    const { columns, rows } = trainingTable(history)
    expect(columns.map(({ key }) => key)).toEqual(expect.arrayContaining(['validationDigitalDecibels', 'validationNoisyDecibels']))
    expect(rows[1]?.[columns.findIndex(({ key }) => key === 'validationDigitalDecibels')]).toBeNull()
    expect(validationWords({ digitalError: 0.01, noisyError: null, best: true }, 'digital')).toBe('20.0\u00a0dB')
  })
})

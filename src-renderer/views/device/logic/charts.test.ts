import { describe, expect, it } from 'vitest'
import type { EChartsOption, SeriesOption } from 'echarts'
import { chartPalettes, type Table } from '@shared/charts'
import type { DeviceCurves } from '@shared/device-curves'
import type { MeasuredFit } from '@shared/measurements'
import { init } from '../../../components/charts/echarts'
import { deviationOption, deviationTable } from './deviation-chart'
import { driftOption, driftTable } from './drift-chart'
import { fitOption, fitTable, residualOption } from './fit-charts'
import { levelOption, levelTable } from './level-chart'
import { readNoiseOption, readNoiseTable } from './read-noise-chart'

const quantity = { symbol: 'G', unit: 'µS' }
const palette = chartPalettes.light
const targets = [5, 10, 15, 20, 25]
const curves: DeviceCurves = {
  range: { minimum: 5, maximum: 25 }, cellsPerLevel: 512, allLevels: true,
  levels: targets.map((target) => ({ target, mean: target + 0.1, deviation: 0.5, samples: [target - 0.4, target + 0.6] })),
  programming: targets.map((target) => ({ target, deviation: 0.5 })),
  drift: { seconds: [1, 3600, 86_400, 315_360_000], cellsPerTarget: 1024, targets: [10, 25].map((target) => ({ target, mean: [1, 0.9, 0.8, 0.6].map((part) => part * target), deviation: [0.1, 0.2, 0.3, 0.4] })) },
  read: { seconds: 3600, points: [{ target: 0, conductance: 0, deviation: 0 }, { target: 25, conductance: 20, deviation: 0.4 }] }
}
const drift = curves.drift!
const read = curves.read!
const series = (option: EChartsOption): SeriesOption[] => option.series as SeriesOption[]
const rendered = (option: EChartsOption): string => {
  const chart = init(null, undefined, { renderer: 'svg', ssr: true, width: 500, height: 240 })
  chart.setOption({ ...option, animation: false })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}
const column = (table: Table, key: string) => table.rows.map((row) => row[table.columns.findIndex((each) => each.key === key)])

describe('programmed levels', () => {
  it('show mean, band, cells and target, as values or as errors', () => {
    const value = levelOption(curves, 'value', quantity, palette)
    expect(series(value).map(({ type }) => type)).toEqual(['line', 'custom', 'scatter', 'line'])
    expect(series(value)[0]?.data).toEqual(targets.map((target) => [target, target + 0.1]))
    const error = levelOption(curves, 'error', quantity, palette)
    expect((series(error)[0]?.data as number[][]).map(([, y]) => Number(y?.toFixed(6)))).toEqual([0.1, 0.1, 0.1, 0.1, 0.1])
    expect(series(error)[3]?.data).toEqual([[5, 0], [25, 0]])
    expect(series(value)[2]?.data).toHaveLength(10)
    for (const option of [value, error]) expect(rendered(option)).toContain('target G (µS)')
  })
  it('have the same numbers in the table', () => {
    expect(column(levelTable(curves, quantity), 'deviation_of_range')).toEqual(targets.map(() => 0.025))
  })
})

it('σ begins at 0 and shows model and drawn cells', () => {
  const option = deviationOption(curves, quantity, palette)
  expect(option.yAxis).toMatchObject({ min: 0 })
  expect(series(option)[1]?.data).toEqual(targets.map((target) => [target, 0.5]))
  expect(column(deviationTable(curves, quantity), 'deviation')).toEqual([0.5, 0.5, 0.5, 0.5, 0.5])
  expect(rendered(option)).toContain('σ (µS)')
})

describe('drift', () => {
  it('lies on a logarithmic axis of times, with one line and one band for each target', () => {
    const option = driftOption(drift, { seconds: 0, untilSeconds: null }, quantity, palette)
    expect(option.xAxis).toMatchObject({ type: 'log', min: 1, max: 315_360_000 })
    expect(series(option).map(({ type }) => type)).toEqual(['line', 'custom', 'line', 'custom'])
    expect(series(option).some((each) => 'markLine' in each)).toBe(false)
    expect(rendered(option)).toContain('10 years')
    expect(column(driftTable(drift, quantity), 'mean_2')).toEqual([25, 22.5, 20, 15])
  })
  it('marks the time of the description and what was not measured', () => {
    const svg = rendered(driftOption(drift, { seconds: 86_400, untilSeconds: 432_000 }, quantity, palette))
    expect(svg).toContain('1 day')
    expect(svg).toContain('held: not measured')
    expect(rendered(driftOption(drift, { seconds: 86_400, untilSeconds: 1e12 }, quantity, palette))).not.toContain('held')
  })
})

it('read noise is drawn against the conductance at that time', () => {
  const option = readNoiseOption(read, quantity, palette)
  expect(series(option)[0]?.data).toEqual([[0, 0], [20, 0.4]])
  // Nothing has no share of nothing.
  expect(column(readNoiseTable(read, quantity), 'relative')).toEqual([null, 0.02])
  expect(rendered(option)).toContain('σ_read (µS)')
})

describe('fits', () => {
  const points = [3, 1, 2].map((target) => ({ targetMicrosiemens: target, meanMicrosiemens: target, deviationMicrosiemens: target / 10, seconds: 0 }))
  const fit: MeasuredFit = { form: 'constant', formula: 'y = 0.2', coefficients: [0.2], residuals: [0.1, -0.1, 0], rootMeanSquare: 0.08, rSquared: 0, curve: [[1, 0.2], [3, 0.2]] }
  it('draw points with the curve, and residuals in the order of the targets', () => {
    expect(series(fitOption(points, 'deviation', fit, palette)).map(({ type }) => type)).toEqual(['scatter', 'line'])
    expect(series(fitOption(points, 'mean', null, palette))).toHaveLength(1)
    expect(series(residualOption(points, 'deviation', fit, palette))[0]?.data).toEqual([[1, -0.1], [2, 0], [3, 0.1]])
    expect(rendered(fitOption(points, 'deviation', fit, palette))).toContain('constant')
  })
  it('have measured, fitted and residual in the table', () => {
    expect(fitTable(points, 'deviation', fit).rows.map((row) => row.map((cell) => Number(Number(cell).toFixed(6))))).toEqual([[3, 0.3, 0.2, 0.1], [1, 0.1, 0.2, -0.1], [2, 0.2, 0.2, 0]])
    expect(fitTable(points, 'mean', null).columns).toHaveLength(2)
  })
})

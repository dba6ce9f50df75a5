import type { EChartsOption } from 'echarts'
import { describe, expect, it } from 'vitest'
import {
  accuracyAgainstSweep, accuracyRange, chartDescription, chartPalettes, classAccuracy, classAccuracies, confusionMatrix, distributionOverInstances, percent,
  percentDigits, pointLabel, sweepSymbol, trainingCurves, compactNumber, duration, evenInterval, fixedNumber, groupedInteger
} from './index'
import { sweepParameterIds } from '../simulation'
import { jitter } from './distribution-over-instances'
import { metricsOf, pointAt, statisticsAround } from './fixtures'
import { renderedSvg } from './rendered'

const palette = chartPalettes.print

const seriesOf = (option: EChartsOption) => option.series as { type: string; name?: string; data: unknown[]; markLine?: { data: unknown[] }; lineStyle?: { width: number } }[]

describe('number formats', () => {
  it('writes percentages with the digits that the axis needs', () => {
    expect([0.2, 0.02, 0.01, 0.005, 0.0005].map(percentDigits)).toEqual([0, 0, 0, 1, 2])
    expect(percent(0.98137)).toBe('98.1\u00a0%')
    expect(percent(null)).toBe('–')
    expect(compactNumber(0.1 + 0.2)).toBe('0.3')
    expect(groupedInteger(400906)).toBe('400\u202f906')
    // One minus everywhere, also in exponents, and none before zero.
    expect([compactNumber(-1.5), compactNumber(-2e-9), groupedInteger(-4200), percent(-0.015), fixedNumber(-0.004, 2)]).toEqual(['−1.5', '−2e−9', '−4\u202f200', '−1.5\u00a0%', '0.00'])
    expect([3.14, 42, 75, 7260].map(duration)).toEqual(['3.1 s', '42 s', '1 min 15 s', '2 h 1 min'])
  })

  it('starts the accuracy axis at 0 below one half and closes in on the data above', () => {
    expect(accuracyRange(0.1, 0.98)).toEqual({ min: 0, max: 1, interval: 0.2 })
    expect(accuracyRange(0.913, 0.978)).toEqual({ min: 0.9, max: 0.98, interval: 0.02 })
    expect(accuracyRange(Infinity, -Infinity)).toEqual({ min: 0, max: 1, interval: 0.2 })
  })

  it('gives one value an axis of some width that contains it', () => {
    for (const value of [0.5, 0.873, 0.999, 1]) {
      const { min, max } = accuracyRange(value, value)
      expect(min).toBeLessThan(max)
      expect(min).toBeLessThanOrEqual(value)
      expect(max).toBeGreaterThanOrEqual(value)
    }
  })
})

describe('accuracy against a sweep', () => {
  const points = [0.1, 0, 0.05].map((sigma) => pointAt(sigma, 0.98 - 2 * sigma))

  it('orders the points, draws mean, band and digital reference', () => {
    const option = accuracyAgainstSweep([{ name: 'original', points, digitalTop1: 0.985 }], { palette, parameter: 'sigma' })
    const [line, band] = seriesOf(option)
    expect(line?.data).toEqual([[0, 0.98], [0.05, 0.88], [0.1, 0.78]])
    expect(line?.markLine?.data).toEqual([{ yAxis: 0.985 }])
    expect(band?.type).toBe('custom')
    expect(band?.data[0]).toEqual([0, 0.98 - 0.02 / Math.sqrt(10), 0.98 + 0.02 / Math.sqrt(10)])
    expect(option.xAxis).toMatchObject({ type: 'value' })
    expect(renderedSvg(option)).toContain('digital 98.5')
  })

  it('draws one reference for series of the same digital accuracy and one each otherwise', () => {
    const references = (second: number) =>
      seriesOf(accuracyAgainstSweep([{ name: 'a', points, digitalTop1: 0.9 }, { name: 'b', points, digitalTop1: second }], { palette, parameter: 'sigma' }))
        .filter((s) => s.markLine !== undefined).length
    expect(references(0.9)).toBe(1)
    expect(references(0.8)).toBe(2)
  })

  it('puts names side by side without a line, and "ideal" bits at the far end', () => {
    const names = accuracyAgainstSweep([{ name: 'r', points: [pointAt('network', 0.2), pointAt('layer', 0.7)], digitalTop1: null }], { palette, parameter: 'scale' })
    expect(names.xAxis).toMatchObject({ type: 'category', data: ['network', 'layer'] })
    expect(seriesOf(names)[0]?.lineStyle?.width).toBe(0)
    const bits = accuracyAgainstSweep([{ name: 'r', points: [pointAt(0, 0.9), pointAt(4, 0.6), pointAt(8, 0.9)], digitalTop1: null }], { palette, parameter: 'adc-bits' })
    expect(bits.xAxis).toMatchObject({ data: ['4', '8', 'ideal'] })
    expect(seriesOf(bits)[0]?.data.map((d) => (d as number[])[0])).toEqual([0, 1, 2])
  })

  it.each([1, 200])('renders %i points with and without a spread', (count) => {
    const many = Array.from({ length: count }, (_, i) => pointAt(i / 1000, 0.9 - i / 500))
    for (const spread of ['none', 'min-max', 'q05-q95'] as const) {
      const option = accuracyAgainstSweep([{ name: 'run', points: many, digitalTop1: 0.95 }], { palette, parameter: 'sigma', spread })
      expect(renderedSvg(option)).not.toMatch(/NaN|undefined/)
    }
    expect(renderedSvg(accuracyAgainstSweep([{ name: 'run', points: [pointAt(null, 0.9, 0, 1)], digitalTop1: 0.95 }], { palette, parameter: null }))).toContain('σ = 0.1')
  })

  it('puts ticks on the points of an even sweep, where multiples of one distance meet them', () => {
    const even = (first: number, step: number, count: number): number[] => Array.from({ length: count }, (_, i) => Number((first + i * step).toFixed(6)))
    expect(evenInterval(even(-0.08, 0.02, 9))).toBe(0.02)
    expect(evenInterval(even(0, 0.01, 21))).toBe(0.02)
    // 13 intervals have no divisor; 0.03 is no multiple of 0.05; uneven; too few.
    expect([even(0, 0.01, 14), even(0.03, 0.05, 4), [0, 0.1, 0.3], [0, 0.1], []].map(evenInterval)).toEqual(Array(5).fill(undefined))
  })

  it('writes negative ticks with the minus of the rest, and names as they are', () => {
    const offsets = [-0.2, -0.1].map((value) => ({ ...pointAt(value, 0.9), mu: value }))
    expect(renderedSvg(accuracyAgainstSweep([{ name: 'r', points: offsets, digitalTop1: null }], { palette, parameter: 'mu' }))).toMatch(/>−0\.1</)
    expect(renderedSvg(accuracyAgainstSweep([{ name: 'r', points: [pointAt('layer-bi-scale', 0.9)], digitalTop1: null }], { palette, parameter: 'scale' }))).toContain('>layer-bi-scale<')
  })

  it('puts times on a logarithmic axis with a place for 0 and ticks at times that people count in', () => {
    const aged = [0, 1, 3600, 86_400, 31_536_000].map((time, index) => ({ ...pointAt(time, 0.9 - index / 20), sigma: null, mu: null }))
    const option = accuracyAgainstSweep([{ name: 'r', points: aged, digitalTop1: 0.95 }], { palette, parameter: 'time' })
    expect(option.xAxis).toMatchObject({ type: 'log', min: 0.1, max: 31_536_000, name: 'Time since programming' })
    expect(seriesOf(option)[0]?.data.map((d) => (d as number[])[0])).toEqual([0.1, 1, 3600, 86_400, 31_536_000])
    const picture = renderedSvg(option)
    for (const tick of ['0', '1 s', '1 min', '1 h', '1 day', '30 days', '1 year']) expect(picture, tick).toContain(`>${tick}<`)
    expect(picture).not.toMatch(/NaN|undefined/)
    expect(chartDescription(option)).toMatch(/^Top-1 accuracy against time since programming.*0 seconds: .*1 year: /)
  })

  it.each([[[0]], [[5]], [[20, 45]], [[0, 1e-6]], [[86_400, 86_401]]])('renders times %j', (times) => {
    const aged = times.map((time) => pointAt(time, 0.9))
    expect(renderedSvg(accuracyAgainstSweep([{ name: 'r', points: aged, digitalTop1: null }], { palette, parameter: 'time' }))).not.toMatch(/NaN|undefined|Infinity/)
  })

  it('has an axis for every parameter that can be swept', () => {
    for (const parameter of sweepParameterIds) {
      const values: (number | string)[] = parameter === 'scale' ? ['layer', 'column'] : [0, 4, 16]
      const option = accuracyAgainstSweep([{ name: 'r', points: values.map((value) => ({ ...pointAt(value, 0.9), sigma: null, mu: null })), digitalTop1: null }], { palette, parameter })
      expect(renderedSvg(option), parameter).not.toMatch(/NaN|undefined|null/)
      expect(new Set(values.map((value) => pointLabel(pointAt(value, 0.9), parameter))).size, parameter).toBe(values.length)
      expect(sweepSymbol(parameter).length, parameter).toBeLessThan(14)
    }
  })

  it('describes itself for screen readers', () => {
    const option = accuracyAgainstSweep([{ name: 'original', points, digitalTop1: 0.985 }], { palette, parameter: 'sigma' })
    expect(chartDescription(option)).toMatch(/^Top-1 accuracy against device uncertainty sigma.*digital 98\.5/)
  })

  it('escapes hostile names in tooltips and in the picture', () => {
    const hostile = '<img src=x onerror=alert(1)>"'
    const option = accuracyAgainstSweep([{ name: hostile, points, digitalTop1: 0.9 }, { name: 'b', points, digitalTop1: 0.8 }], { palette, parameter: 'sigma' })
    const { formatter } = option.tooltip as { formatter: (hit: unknown) => string }
    const html = formatter([{ seriesId: 'mean-0', dataIndex: 0 }])
    expect(html).toContain('&lt;img')
    expect(html).not.toContain('<img')
    expect(renderedSvg(option)).not.toContain('<img')
  })
})

describe('distribution over chip instances', () => {
  it('draws a box and every instance, at the same place each time', () => {
    const groups = [{ name: 'σ = 0.1', statistics: statisticsAround(0.8, 0.1, 12) }]
    const build = () => distributionOverInstances(groups, { palette, digitalTop1: 0.95 })
    const [boxes, instances] = seriesOf(build())
    expect(boxes?.data).toEqual([[groups[0]?.statistics.min, 0.75, 0.8, 0.8500000000000001, 0.9]])
    expect(instances?.data).toHaveLength(12)
    expect(JSON.stringify(seriesOf(build())[1]?.data)).toBe(JSON.stringify(instances?.data))
    expect(renderedSvg(build())).not.toMatch(/NaN|undefined/)
  })

  it('leaves out the points when there are too many to see', () => {
    const groups = [{ name: 'a', statistics: statisticsAround(0.8, 0.1, 4000) }]
    expect(seriesOf(distributionOverInstances(groups, { palette }))[1]?.data).toEqual([])
  })

  it('spreads the jitter evenly over [−1, 1]', () => {
    const values = Array.from({ length: 64 }, (_, i) => jitter(i))
    expect(new Set(values).size).toBe(64)
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1)
  })
})

describe('classes', () => {
  const confusion = [[8, 2], [0, 0]]

  it('normalises rows and leaves rows without images empty', () => {
    const option = confusionMatrix(confusion, ['cat', 'dog'], { palette })
    expect(seriesOf(option)[0]?.data.map((d) => (d as { value: number[] }).value)).toEqual([[0, 0, 0.8], [1, 0, 0.2]])
    const { formatter } = option.tooltip as { formatter: (hit: unknown) => string }
    expect(formatter({ value: [1, 0, 0.2] })).toBe('true <b>cat</b>, predicted <b>dog</b><br>20.0\u00a0% (2 of 10)')
    expect(chartDescription(option)).toContain('cat taken for dog 20.0')
    expect(renderedSvg(option)).not.toMatch(/NaN|undefined/)
    expect(classAccuracies(confusion)).toEqual([0.8, null])
  })

  it('has no numbers in the cells of a hundred classes', () => {
    const many = Array.from({ length: 100 }, (_, i) => Array.from({ length: 100 }, (_, j) => (i === j ? 5 : 0)))
    expect(seriesOf(confusionMatrix(many, [], { palette }))[0]).toMatchObject({ label: { show: false } })
    expect(renderedSvg(classAccuracy([{ name: 'digital', confusion: many }], [], { palette }))).not.toContain('NaN')
  })
})

describe('training curves', () => {
  it.each([0, 1, 200])('renders %i lines of metrics', (count) => {
    expect(renderedSvg(trainingCurves(metricsOf(count), { palette }))).not.toMatch(/NaN|undefined/)
  })

  it('has both epoch axes at the same place, whatever the labels beside them', () => {
    const grids = trainingCurves(metricsOf(8), { palette }).grid as { left: number; right: number; outerBoundsMode: string }[]
    expect(new Set(grids.map(({ left, right, outerBoundsMode }) => `${left} ${right} ${outerBoundsMode}`))).toEqual(new Set(['64 66 none']))
  })

  it('marks the checkpoint that was kept', () => {
    const kept = seriesOf(trainingCurves(metricsOf(8), { palette })).find((s) => s.markLine !== undefined)
    expect(kept?.markLine?.data).toEqual([{ xAxis: 4 }])
  })
})

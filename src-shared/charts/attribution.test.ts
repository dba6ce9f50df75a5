import type { EChartsOption } from 'echarts'
import { describe, expect, it } from 'vitest'
import type { AttributionFindings } from '../attribution'
import { attributionSentences } from '../attribution-words'
import { differenceOf, findingsOf, ratioOf } from './attribution-fixtures'
import { rangeAround, shortRowName } from './attribution-rows'
import {
  attributionContributions, attributionEffectsTable, attributionHeight, attributionLayersTable, attributionStepsTable, attributionTrialsTable, attributionWaterfall, chartDescription,
  chartPalettes, effectContributionNames, effectContributions, formatCell, layerContributionNames, layerContributions, layerSignalToNoise, signalToNoiseTable, signalWords
} from './index'
import { renderedSvg } from './rendered'

const palette = chartPalettes.print
const findings = findingsOf()
const nothing: AttributionFindings = { digital: null, all: null, loss: null, effects: [], cumulative: [], layers: [], layerNotes: [], snr: [] }
/** As it is while the run goes on: the last effect and step are not finished. */
const partial: AttributionFindings = {
  ...findings,
  effects: findings.effects.map((effect, index) => (index < 2 ? effect : { ...effect, alone: null, lossAlone: null, without: null, gainWithout: null })),
  cumulative: findings.cumulative.map((step, index) => (index < 2 ? step : { ...step, point: null, loss: null, lossSoFar: null }))
}

const seriesOf = (option: EChartsOption) => option.series as { id: string; data: unknown[] }[]
const effectsChart = (from: AttributionFindings): EChartsOption => attributionContributions(effectContributions(from.effects), { palette, names: effectContributionNames, what: 'Effects' })
const layersChart = (from: AttributionFindings): EChartsOption => attributionContributions(layerContributions(from.layers), { palette, names: layerContributionNames, what: 'Layers' })

describe('waterfall', () => {
  it('goes from digital to all effects, each step beginning where the one before ended', () => {
    const option = attributionWaterfall(findings, { palette })
    const ends = seriesOf(option).find(({ id }) => id === 'steps')?.data as [number, number][]
    expect(ends.map(([end]) => Number(end.toFixed(6)))).toEqual([0.98, 0.9, 0.89, 0.85, 0.85])
    const picture = renderedSvg(option)
    for (const text of ['+ Programming error', 'All effects', '98.00', '−8.00', '85.00']) expect(picture, text).toContain(text)
    expect(chartDescription(option).replaceAll('\u00a0', ' ')).toMatch(/Digital: 98\.00.*\+ Programming error: −8\.00 ± 0\.40 percentage points, to 90\.00.*In all −13\.00/)
  })

  it('leaves out what is not finished', () => {
    const ends = seriesOf(attributionWaterfall(partial, { palette })).find(({ id }) => id === 'steps')?.data
    // Digital, two steps, and the whole.
    expect(ends).toHaveLength(4)
  })
})

describe('contributions', () => {
  it('draws what each costs alone, and what is gained without it', () => {
    const option = effectsChart(findings)
    expect(seriesOf(option).map(({ data }) => data)).toEqual([[[0.08, 0], [0.01, 1], [0.03, 2]], [[0.09, 0], [-0.002, 1], [0.05, 2]]])
    expect(option.xAxis).toMatchObject({ min: -0.05, max: 0.1, interval: 0.05 })
    const { formatter } = option.tooltip as { formatter: (hit: unknown) => string }
    expect(formatter({ value: [0.08, 0] })).toBe('<b>Programming error</b><br>Alone on: lost +8.00 ± 0.40 percentage points<br>Left out: gained +9.00 ± 0.40 percentage points'.replaceAll(' ± ', '\u00a0±\u00a0'))
  })

  it('has no second series where nothing was left out', () => {
    expect(seriesOf(layersChart(findings)).map(({ id }) => id)).toEqual(['alone'])
    expect(layersChart(findings).legend).toMatchObject({ show: false })
  })

  it('has a range of round numbers around 0', () => {
    expect(rangeAround([0.013, -0.004], 0.001)).toEqual({ min: -0.005, max: 0.015, interval: 0.005 })
    expect(rangeAround([], 0.001)).toEqual({ min: 0, max: 0.001, interval: 0.0005 })
    expect(rangeAround([31.2, 12], 10)).toEqual({ min: 0, max: 40, interval: 10 })
  })
})

describe('signal-to-noise ratio', () => {
  it('draws numbers and writes words for what is no number', () => {
    const option = layerSignalToNoise(findings.snr, { palette })
    expect(seriesOf(option).find(({ id }) => id === 'ratio-0')?.data).toEqual([['-', 0], [19, 1]])
    const picture = renderedSvg(option)
    expect(picture).toContain('exact')
    expect(picture).toContain('19.0')
    expect([ratioOf(12.34), { ...ratioOf(null), outcome: 'silent' as const }, { ...ratioOf(null), outcome: 'overflow' as const }].map((ratio) => signalWords(ratio))).toEqual(['12.3\u00a0±\u00a00.3\u00a0dB', 'no signal', 'overflow'])
  })
})

it.each([['whole', findings], ['partial', partial], ['nothing', nothing], ['many layers', findingsOf(Array.from({ length: 120 }, (_, i) => `/layer${i}/conv/Conv`))]] as const)('draws %s without a fault', (_, from) => {
  for (const option of [attributionWaterfall(from, { palette }), effectsChart(from), layersChart(from), layerSignalToNoise(from.snr, { palette, zoom: true })]) {
    expect(renderedSvg(option, attributionHeight(from.layers.length))).not.toMatch(/NaN|undefined|Infinity/)
  }
})

it('escapes names of layers, and shortens them to their end', () => {
  const hostile = '<img src=x onerror=alert(1)>'
  const from = findingsOf([hostile, hostile])
  for (const option of [layersChart(from), layerSignalToNoise(from.snr, { palette })]) {
    expect(renderedSvg(option)).not.toContain('<img')
    const { formatter } = option.tooltip as { formatter: (hit: unknown) => string }
    expect(formatter({ dataIndex: 1, value: [0, 1] })).toContain('&lt;img')
  }
  expect(shortRowName('fc')).toBe('fc')
  expect(shortRowName('/encoder/stage3/block1/conv2/Conv')).toHaveLength(30)
  expect(shortRowName('/encoder/stage3/block1/conv2/Conv').endsWith('block1/conv2/Conv')).toBe(true)
})

describe('tables', () => {
  it('have as many cells as columns, and the numbers of the charts', () => {
    const tables = [
      attributionStepsTable(findings), attributionEffectsTable(findings.effects), attributionLayersTable(findings.layers), signalToNoiseTable(findings.snr), attributionStepsTable(nothing),
      attributionTrialsTable([
        { measure: 'accuracy', point: 'none@*', chipInstance: 0, top1: 0.5, top5: 1, loss: 1, seconds: 1 },
        { measure: 'signal', point: 'none@*', chipInstance: 0, layers: [{ layer: 'a', signal: 1, noise: 0 }, { layer: 'b', signal: null, noise: null }], seconds: 1 }
      ])
    ]
    for (const { columns, rows } of tables) {
      expect(new Set(columns.map(({ key }) => key)).size).toBe(columns.length)
      for (const row of rows) expect(row).toHaveLength(columns.length)
    }
    const [steps, , , ratios, , trials] = tables
    expect(steps?.rows.map((row) => formatCell(row[3] ?? null, steps.columns[3]!))).toEqual(['–', '−8.00', '−1.00', '−4.00', '–'])
    expect(ratios?.rows.map((row) => row[1])).toEqual(['exact', 19])
    expect(trials?.rows).toHaveLength(3)
  })
})

describe('sentences', () => {
  it('say what costs most, and that effects do not add up', () => {
    const text = attributionSentences(findings).join(' ').replaceAll('\u00a0', ' ')
    expect(text).toContain('98.0 %; with all effects it is 85.0 ± 0.6 %: 13.0 ± 0.4 percentage points are lost.')
    expect(text).toContain('By itself, “Programming error” costs most: 8.0 ± 0.4')
    expect(text).toContain('add up to 12.0 points; together they cost 1.0 points more')
    expect(text).toContain('Of the layers, “fc” alone on analog hardware costs most: 1.0')
    expect(text).toContain('The output of “fc” is furthest')
  })

  it('name only what chance between chips does not explain, and what helps', () => {
    const [first, second, third] = findings.effects
    if (first === undefined || second === undefined || third === undefined) throw new Error('The fixture has three effects')
    const unsure = { ...first, lossAlone: differenceOf(0.3, 0.4), gainWithout: differenceOf(0.3, 0.4) }
    const text = attributionSentences({ ...findings, effects: [unsure, { ...second, gainWithout: differenceOf(-0.2) }, third] }).join(' ').replaceAll('\u00a0', ' ')
    expect(text).toContain('By itself, “Output quantisation (ADC)” costs most')
    expect(text).toContain('“Input quantisation (DAC)” helps: without it 20.0 ± 0.4 percentage points more are lost.')
    expect(attributionSentences({ ...findings, effects: [unsure] }).join(' ')).toContain('No single effect costs more than chance')
  })

  it('do not claim a loss where there is none', () => {
    const none = { ...findings, loss: differenceOf(0, 0), effects: [], cumulative: [], layers: [], snr: [] }
    expect(attributionSentences(none).join(' ')).toMatch(/nothing is lost\. No effect is active/)
    expect(attributionSentences(nothing)).toEqual(['Nothing is measured yet.'])
  })
})

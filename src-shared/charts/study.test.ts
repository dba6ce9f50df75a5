import type { EChartsOption } from 'echarts'
import { describe, expect, it } from 'vitest'
import type { StudyFindings, StudyTrial } from '../study'
import { halfLoss } from '../study-halves'
import { halfLossWords, studyHalvesTable, studySentences } from '../study-words'
import { chartDescription, chartPalettes, studiedNetworksTable, studyChart, studyGainGrid, studyGrid, studyHeight, studyTable, studyTrialsTable, toCsv } from './index'
import { renderedSvg } from './rendered'
import { studyOf } from './study-fixtures'

const palette = chartPalettes.print
const scales = ['network', 'column'] as const
const findings = studyOf()
const nothing: StudyFindings = { networks: [], points: [] }
const plain = (text: string): string => text.replace(/\u00a0/g, ' ')

const svg = (option: EChartsOption, height = 320): string => renderedSvg(option, 720, height)

describe('half of the accuracy', () => {
  const at = (network: number, scale: 'network' | 'column', from = findings) => halfLoss(from, network, scale, 'sigma')

  it('is lost where the line between two values falls to half, and so are the ends of the interval', () => {
    // 1 − 8σ = 0.5, between 0 and 0.1. The ends: 1 at 0 and 0.2 ± 0.02 at 0.1.
    expect(at(0, 'network')).toEqual({ kind: 'at', value: expect.closeTo(0.0625, 12) as number, earliest: expect.closeTo(0.05 / 0.82, 12) as number, latest: expect.closeTo(0.05 / 0.78, 12) as number, last: 0.2 })
    // 1 − 2σ never falls to half: 0.6 at 0.2.
    expect(at(1, 'column')).toEqual({ kind: 'kept', value: 0.2 })
    expect(at(0, 'network', studyOf(undefined, undefined, [0.1, 0.2]))).toEqual({ kind: 'already', value: 0.1 })
    expect(at(0, 'network', { ...findings, points: [] })).toBeNull()
    expect(at(0, 'network', { ...findings, networks: findings.networks.map((network) => ({ ...network, digital: null })) })).toBeNull()
  })

  it('is not interpolated where more is better, and needs no sweep', () => {
    expect(halfLoss(studyOf(undefined, undefined, [0.2, 0.1, 0]), 0, 'network', 'adc-bits')).toEqual({ kind: 'values', values: [0.1, 0.2] })
    expect(halfLoss(studyOf(undefined, undefined, [0.2]), 0, 'network', null)).toEqual({ kind: 'single', lost: true })
  })

  it('has words for each case', () => {
    expect(plain(halfLossWords(at(0, 'network'), 'sigma'))).toBe('at σ = 0.063 (0.061 to 0.064)')
    expect(halfLossWords({ kind: 'at', value: 0.15, earliest: 0.12, latest: null, last: 0.2 }, 'sigma')).toBe('at σ = 0.15 (0.12 to above 0.2)')
    expect(halfLossWords({ kind: 'kept', value: 0.2 }, 'sigma')).toBe('not up to σ = 0.2')
    expect(halfLossWords({ kind: 'already', value: 0.1 }, 'sigma')).toBe('at σ = 0.1 already')
    expect(halfLossWords({ kind: 'values', values: [3, 4] }, 'adc-bits')).toBe('at ADC bits 3, 4')
    expect(halfLossWords({ kind: 'values', values: [] }, 'adc-bits')).toBe('at no value')
    expect(halfLossWords({ kind: 'single', lost: true }, null)).toBe('lost')
    expect(halfLossWords(null, 'sigma')).toBe('–')
  })
})

describe('sentences', () => {
  it('say for each representation where each network fails, and the largest gain', () => {
    const [digital, network, column, gain] = studySentences(studyOf(['Original', 'HA-SGD']), 'sigma').map(plain)
    expect(digital).toBe('Digital top-1 accuracy: Original 100.0 %, HA-SGD 100.0 %.')
    expect(network).toBe('Scales, one for the network: Original loses half of its digital accuracy at σ = 0.063 (0.061 to 0.064); HA-SGD at σ = 0.13 (0.12 to 0.13).')
    expect(column).toBe('Scales, one per column: Original loses half of its digital accuracy at σ = 0.13 (0.12 to 0.13); HA-SGD keeps more than half of its digital accuracy up to σ = 0.2.')
    expect(gain).toBe('The largest gain over Original is that of HA-SGD (scales: network) at σ = 0.1: 40.0 ± 1.0 percentage points, from 20.0 ± 2.0 % to 60.0 ± 2.0 %.')
  })

  it('do without a sweep, without a gain, and of nothing', () => {
    const single = studyOf(['Original', 'Other'], ['column'], [0]).points.map((point) => ({ ...point, value: null }))
    expect(studySentences({ ...findings, networks: studyOf(['Original', 'Other']).networks, points: single }, null).slice(1).map(plain)).toEqual([
      'Scales, one per column: Original has more than half of its digital accuracy left; Other has more than half of its digital accuracy left.', 'No network does better than Original by more than chance between chip instances.'
    ])
    expect(studySentences(nothing, 'sigma')).toEqual(['Nothing is measured yet.'])
  })
})

describe('the chart', () => {
  it('has a panel for each representation, with every network and its band', () => {
    const option = studyChart(findings, { palette, parameter: 'sigma', scales })
    const series = option.series as { id?: string; name: string; type: string; xAxisIndex: number; data: unknown[] }[]
    expect(series.filter(({ type }) => type === 'line').map(({ id, xAxisIndex }) => [id, xAxisIndex])).toEqual([['mean-0-0', 0], ['mean-0-1', 0], ['mean-1-0', 1], ['mean-1-1', 1]])
    expect(series.filter(({ type }) => type === 'custom')).toHaveLength(4)
    const picture = svg(option, studyHeight(2))
    for (const text of ['One for the network', 'One per column', 'Original', 'digital 100.0', 'Top-1 accuracy', 'σ']) expect(picture, text).toContain(text)
    expect(chartDescription(option)).toContain('One per column, Original: 0: 100.0\u00a0%, 0.1: 60.0\u00a0±\u00a02.0\u00a0%')
    expect(picture).not.toMatch(/NaN|undefined/)
  })

  it('escapes names in tooltips, and says nothing of bands', () => {
    const { formatter } = studyChart(findings, { palette, parameter: 'sigma', scales }).tooltip as { formatter: (hits: unknown) => string }
    expect(formatter([{ seriesId: 'mean-0-1', value: [0.1, 0.6] }, { seriesId: 'band', value: [0.1, 0.5, 0.7] }])).toBe('One for the network, σ 0.1<br><b>&lt;b&gt;HA-SGD&lt;/b&gt;</b> 60.00\u00a0±\u00a02.00\u00a0% (4 chip instances)')
  })

  it('is drawn without a sweep, over names, for six representations, and before there is anything', () => {
    const six = ['network', 'layer', 'layer-bi-scale', 'column', 'tile', 'tile-column'] as const
    const whole = studyOf(['Original', 'A', 'B'], six)
    expect(svg(studyChart(whole, { palette, parameter: 'sigma', scales: six }), studyHeight(6))).not.toMatch(/NaN/)
    expect([1, 2, 3, 4, 5, 6].map(studyHeight)).toEqual([320, 320, 320, 610, 610, 610])
    const single = { ...whole, points: whole.points.filter(({ value }) => value === 0.1).map((point) => ({ ...point, value: null })) }
    expect(svg(studyChart(single, { palette, parameter: null, scales: six }), studyHeight(6))).toContain('as described')
    expect(svg(studyChart(studyOf(undefined, scales, [4, 6, 0]), { palette, parameter: 'adc-bits', scales }))).toContain('ideal')
    expect(svg(studyChart(nothing, { palette, parameter: 'sigma', scales }))).not.toMatch(/NaN/)
    expect(svg(studyChart({ ...whole, points: whole.points.slice(0, 1) }, { palette, parameter: 'sigma', scales: six }), studyHeight(6))).not.toMatch(/NaN/)
  })
})

describe('tables', () => {
  it('have a row per representation and value with mean ± interval of each network', () => {
    const { columns, rows } = studyGrid(findings, 'sigma')
    expect(columns.map(({ label }) => label)).toEqual(['Scales', 'σ', 'Original', '<b>HA-SGD</b>'])
    expect(rows).toHaveLength(6)
    expect(rows[1]!.map((cell) => plain(String(cell)))).toEqual(['One for the network', '0.1', '20.0 ± 2.0', '60.0 ± 2.0'])
    expect(studyGainGrid(findings, 'sigma').rows[1]!.map((cell) => plain(String(cell)))).toEqual(['One for the network', '0.1', '+40.0 ± 1.0'])
    // What is not measured yet is left open.
    expect(studyGrid({ ...findings, points: findings.points.slice(0, 4) }, 'sigma').rows.map((row) => row[3])).toEqual(['100.0', null, null])
  })

  it('have a row per point for other programs', () => {
    const lines = toCsv(studyTable(findings, 'sigma')).split('\r\n')
    expect(lines[0]).toBe('network,scale,sigma,chipInstances,mean,ci95,std,min,max,gain,gainCi95,digital')
    expect(lines).toHaveLength(1 + 12 + 1)
    expect(lines[2]).toMatch(/^Original,network,0\.1,4,0\.19999/)
    expect(studiedNetworksTable(findings).rows[0]).toEqual(['Original', '0.onnx', 1, '0'.repeat(64)])
    expect(studyHalvesTable(findings, scales, 'sigma').rows.map((row) => plain(String(row[2])))).toEqual(['at σ = 0.13 (0.12 to 0.13)', 'not up to σ = 0.2'])
  })

  it('have a row per finished part', () => {
    const trials: StudyTrial[] = [
      { measure: 'digital', network: 0, sha256: 'a', top1: 0.9, top5: 1, images: 10, seconds: 2 }, { measure: 'chip', network: 1, scale: 'column', point: 1, chipInstance: 3, top1: 0.5, top5: 0.75, loss: 1.5, seconds: 3 }
    ]
    expect(studyTrialsTable(trials, ['Original', 'HA-SGD'], [0, 0.1], 'sigma').rows).toEqual([
      ['Original', 'digital', null, null, null, 0.9, 1, null, 2], ['HA-SGD', 'chip', 'column', 0.1, 3, 0.5, 0.75, 1.5, 3]
    ])
  })
})

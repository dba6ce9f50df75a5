import type { EChartsOption } from 'echarts'
import { describe, expect, it } from 'vitest'
import type { CurvatureFindings } from '../curvature'
import { curvatureSentences } from '../curvature-words'
import { curvatureOf } from './curvature-fixtures'
import {
  chartDescription, chartPalettes, costRows, curvatureBars, curvatureLayersTable, curvatureStepsTable, curvatureTotalsTable, eigenvalueRows, eigenvaluesTable, isPlane, landscapeLine,
  landscapePlane, landscapeTable, sharpnessRows, toCsv
} from './index'
import { renderedSvg } from './rendered'

const palette = chartPalettes.print
const findings = curvatureOf()
const nothing: CurvatureFindings = { before: null, after: null }
const seriesOf = (option: EChartsOption) => option.series as { id: string; name?: string; data: unknown[] }[]

const bars = (from: CurvatureFindings): EChartsOption => curvatureBars(costRows(from), { palette, axis: '½ tr(HΣ), nats', what: 'Costs', wordsName: 'Device error' })

describe('costs by layer', () => {
  it('are half of tr(HΣ) before and after, with the noise of the layer beside them', () => {
    const option = bars(findings)
    expect(seriesOf(option).slice(0, 2).map(({ id, data }) => [id, data])).toEqual([['before', [[0.1, 0], [0.2, 1]]], ['after', [[0.025, 0], [0.05, 1]]]])
    const picture = renderedSvg(option)
    for (const text of ['conv', 'fc', 'Before', 'After', '0.02', '0.01', 'Device error']) expect(picture, text).toContain(text)
    expect(chartDescription(option)).toContain('conv: Before 0.1\u00a0±\u00a00.01, After 0.025')
  })

  it('show one network alone, and nothing of none', () => {
    expect(seriesOf(bars(curvatureOf(['conv'], false))).map(({ id }) => id)).toEqual(['before', 'words'])
    expect(renderedSvg(bars(nothing))).not.toMatch(/NaN/)
  })

  it('escape names of layers in tooltips', () => {
    const { formatter } = bars(curvatureOf(['<b>x</b>'])).tooltip as { formatter: (hit: unknown) => string }
    expect(formatter({ value: [0.1, 0] })).toContain('&lt;b&gt;x&lt;/b&gt;')
  })

  it('have the mean second derivative per weight beside them', () => {
    expect(sharpnessRows(findings).map(({ before }) => before)).toEqual([{ value: 0.5, half: 0.02 }, { value: 0.5, half: 0.01 }])
  })
})

describe('eigenvalues', () => {
  it('have their residuals, and may be negative', () => {
    const option = curvatureBars(eigenvalueRows(findings), { palette, axis: 'Eigenvalue', what: 'Eigenvalues', wordsName: '' })
    expect(option.xAxis).toMatchObject({ min: -10, max: 15 })
    expect(seriesOf(option)[0]!.data).toEqual([[12, 0], [-5, 1]])
    expect(renderedSvg(option)).toContain('12 → 3')
  })
})

describe('landscapes', () => {
  it('are curves along a line', () => {
    const option = landscapeLine(findings, { palette })
    expect(seriesOf(option).map(({ name, data }) => [name, data[2]])).toEqual([['Before', [0, 0.1]], ['After', [0, 0.1]]])
    expect(chartDescription(option)).toContain('Before: 0.1 nats at the network, 0.35 at most.')
    expect(renderedSvg(option)).not.toMatch(/NaN/)
  })

  it('are heat maps of a plane, both on one scale', () => {
    const planes = curvatureOf(['conv'], true, 5)
    expect([isPlane(planes.before?.landscape), isPlane(findings.before?.landscape), isPlane(null)]).toEqual([true, false, false])
    const [before, after] = [landscapePlane(planes, 'before', { palette }), landscapePlane(planes, 'after', { palette })]
    expect(seriesOf(before)[0]!.data).toHaveLength(25)
    expect(before.visualMap).toEqual(after.visualMap)
    // The corner: 0.1 + 0.25 + 0.25.
    expect((before.visualMap as { max: number }).max).toBeCloseTo(Math.log10(0.6), 12)
    const { formatter } = before.tooltip as { formatter: (hit: unknown) => string }
    expect(formatter({ value: [0, 2] })).toBe('at −0.5, 0<br>loss <b>0.35</b> nats')
    expect(renderedSvg(after)).not.toMatch(/NaN/)
  })

  it('leave out points that are not there', () => {
    const [before] = [curvatureOf(['conv'], false, 5).before!]
    const partial = { before: { ...before, landscape: { distances: before.landscape!.distances, losses: before.landscape!.losses.map((row, y) => row.map((loss) => (y === 4 ? null : loss))) } }, after: null }
    expect(seriesOf(landscapePlane(partial, 'before', { palette }))[0]!.data).toHaveLength(20)
    expect(seriesOf(landscapePlane(nothing, 'before', { palette }))[0]!.data).toHaveLength(0)
  })
})

describe('tables', () => {
  it('have every number of the charts', () => {
    expect(curvatureLayersTable(findings).rows[0]).toEqual(['conv', 100, 0.02, 0.1, 0.01, 50, 2, 0.02, 0.025, 0.01, 12.5, 2, 0.25])
    expect(curvatureLayersTable(curvatureOf(['conv'], false)).rows[0]).toHaveLength(7)
    expect(curvatureTotalsTable(findings).rows.map(([name, loss]) => [name, loss])).toEqual([['Before', 0.1], ['After', 0.1]])
    expect(eigenvaluesTable(findings).rows).toEqual([[1, 12, 0.1, 9, 3, 0.1, 9], [2, -5, 0.2, 30, -1.25, 0.2, 30]])
    expect(landscapeTable(findings).rows[2]).toEqual([0, 0.1, 0.1])
    expect(landscapeTable(curvatureOf(['conv'], false, 5)).rows).toHaveLength(25)
    for (const table of [curvatureLayersTable(findings), curvatureTotalsTable(findings), eigenvaluesTable(findings), landscapeTable(findings)]) {
      for (const row of table.rows) expect(row).toHaveLength(table.columns.length)
      // Names of columns in CSV are identifiers, each once.
      const keys = table.columns.map(({ key }) => key)
      expect(new Set(keys).size).toBe(keys.length)
    }
  })

  it('have a line for each step, of a probe one for each layer', () => {
    const table = curvatureStepsTable([
      { measure: 'loss', network: 'before', loss: 0.5 }, { measure: 'draw', network: 'before', chipInstance: 3, loss: null },
      { measure: 'probe', network: 'after', probe: 1, trace: [1, 2], weighted: [0.1, 0.2] },
      { measure: 'eigenvalue', network: 'after', index: 0, value: 4, residual: 0.1, iterations: 7 }, { measure: 'landscape', network: 'after', row: 1, column: 2, loss: 3 }
    ], ['conv', 'fc'])
    expect(toCsv(table).trimEnd().split('\r\n')).toEqual([
      'network,measure,number,row,layer,loss,trace,weighted,eigenvalue,residual,iterations', 'before,loss,,,,0.5,,,,,', 'before,draw,3,,,,,,,,', 'after,probe,1,,conv,,1,0.1,,,',
      'after,probe,1,,fc,,2,0.2,,,', 'after,eigenvalue,0,,,,,,4,0.1,7', 'after,landscape,2,1,,3,,,,,'
    ])
  })
})

describe('sentences', () => {
  it('say what errors cost, where, and what fine-tuning has changed', () => {
    const text = curvatureSentences(findings).join(' ').replaceAll('\u00a0', ' ')
    expect(text).toMatch(/raise the loss from 0\.1 by 0\.35 ± .* nats; to second order, ½ tr\(HΣ\), it is 0\.3 ± 0\.015 nats\./)
    expect(text).toContain('The layer whose errors cost most is “fc”: 0.2 ± 0.01 nats.')
    expect(text).toContain('½ tr(HΣ) is 25 % of what it was; it is smaller beyond the intervals in 2 of 2 layers.')
    expect(text).toContain('The leading eigenvalue is 25 % of what it was (12 → 3).')
    const worse = curvatureSentences({ before: findings.after, after: findings.before }).join(' ')
    expect(worse).toContain('4 times what it was')
    expect(worse).toContain('in 0 of 2 layers')
    expect(curvatureSentences({ before: findings.before, after: findings.before }).join(' ')).toContain('½ tr(HΣ) is as large as it was')
  })

  it('take no ratio of traces that may be 0', () => {
    const wide = (network: NonNullable<CurvatureFindings['before']>) => ({ ...network, weighted: { mean: 0.1, ci95: 0.3 } })
    expect(curvatureSentences({ before: wide(findings.before!), after: findings.after }).join(' ')).not.toContain('½ tr(HΣ) is')
  })

  it('say what there is', () => {
    expect(curvatureSentences(nothing)).toEqual(['Nothing is measured yet.'])
    const bare = { ...findings.before!, cost: null, weighted: null, layers: findings.before!.layers.map((layer) => ({ ...layer, deviation: 0, weighted: null })) }
    expect(curvatureSentences({ before: bare, after: null })).toEqual(['The loss is 0.1 nats.', 'The device stores weights without error, so that only the curvature itself is measured.'])
  })
})

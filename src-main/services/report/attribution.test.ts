import { describe, expect, it } from 'vitest'
import type { AttributionTrial } from '@shared/attribution'
import { attributionRun } from './attribution-fixture'
import { commandWords } from './command-line'
import { datasetSummary, networkReport } from './fixtures'
import { attributionTrialsCsv, attributionTrialsJson, reportHtml, reportMarkdown, type ReportInput } from './index'

const input = (run = attributionRun()): ReportInput => ({
  title: 'Attribution', createdAt: '2026-01-03T00:00:00.000Z', appVersion: '0.1.0', runs: [{ run, trials: [], calibration: null, network: networkReport, dataset: datasetSummary }]
})
const trials: AttributionTrial[] = [
  { measure: 'accuracy', point: 'programmingError@*', chipInstance: 1, top1: 0.5, top5: 1, loss: 1, seconds: 2 },
  { measure: 'signal', point: 'programmingError@*', chipInstance: 1, layers: [{ layer: 'conv', signal: 4, noise: 1 }, { layer: 'fc', signal: 2, noise: null }], seconds: 3 }
]

describe('the report of an attribution', () => {
  it('has the waterfall, effects, layers and ratios as figures and tables, the findings in words, and how to run it again', async () => {
    const html = await reportHtml(input())
    for (const expected of [
      'By itself, “Programming error” costs most', 'Effects switched on one after another', 'Each layer by itself', 'Signal-to-noise ratio', 'exact', 'Saturation belongs to it.',
      'acim attribute --model', '--signal-images 100', '--layers alone', '85.0\u00a0%'
    ]) expect(html.includes(expected), expected).toBe(true)
    expect(html.match(/<svg /g)).toHaveLength(4)
    expect(html.includes('<b>fc</b>')).toBe(false)
    expect(/NaN|undefined|\[object/.exec(html)).toBeNull()
    const markdown = await reportMarkdown(input())
    expect(markdown.includes('+ Programming error')).toBe(true)
  })

  it('says so when there is no result yet', async () => {
    const html = await reportHtml(input({ ...attributionRun(), status: 'cancelled', progress: 0.4, result: null }))
    expect(html.includes('has no result yet (cancelled)')).toBe(true)
    expect(html.includes('This run is cancelled at 40\u00a0%')).toBe(true)
  })

  it('leaves out what was not measured', async () => {
    const run = attributionRun([])
    const html = await reportHtml(input(run))
    expect(html.match(/<svg /g)).toHaveLength(2)
    expect(html.includes('Each layer by itself')).toBe(false)
  })
})

it('writes trials for other programs', () => {
  const lines = attributionTrialsCsv(trials).trimEnd().split('\r\n')
  expect(lines).toEqual([
    'point,chipInstance,top1,top5,loss,layer,signal,noise,seconds', 'programmingError@*,1,0.5,1,1,,,,2', 'programmingError@*,1,,,,conv,4,1,3', 'programmingError@*,1,,,,fc,2,,3'
  ])
  expect(JSON.parse(attributionTrialsJson(attributionRun(), trials, null))).toMatchObject({ id: '0003-attribute', trials })
})

it('prints the options that differ from their defaults', () => {
  const words = commandWords(attributionRun([], { layersAlone: false, layersDigital: true, signalImages: 0, ownSignal: false, images: { count: 300, first: 40 } }), { model: 'm.onnx', data: 'd', hardware: 'h.json' })
  expect(words.join(' ')).toContain('--instances 10 --images 300 --first-image 40 --seed 7 --batch 0 --layers digital --signal-images 0 --no-own-signal')
})

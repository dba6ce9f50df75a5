import { describe, expect, it } from 'vitest'
import type { StudyTrial } from '@shared/study'
import { commandWords } from './command-line'
import { datasetSummary, networkReport } from './fixtures'
import { reportHtml, reportMarkdown, studyTrialsCsv, studyTrialsJson, type ReportInput } from './index'
import { studyRun } from './study-fixture'

const input = (run = studyRun()): ReportInput => ({
  title: 'Resilience', createdAt: '2026-01-03T00:00:00.000Z', appVersion: '0.1.0', runs: [{ run, trials: [], network: networkReport, dataset: datasetSummary, calibration: null }]
})

describe('the report of a study', () => {
  it('has the chart, the tables, where networks fail, and how to run it again', async () => {
    const html = await reportHtml(input())
    for (const expected of ['Resilience study', 'loses half of its digital accuracy at σ = 0.063', 'One for the network', 'not up to σ = 0.2', 'chip by chip', 'acim study --model', 'runs/0002-finetune', 'Representations compared', 'swept: 0, 0.1, 0.2']) {
      expect(html.includes(expected), expected).toBe(true)
    }
    expect(html.match(/<svg /g)).toHaveLength(1)
    expect(html.includes('<b>HA-SGD</b>')).toBe(false)
    expect(/NaN|undefined|\[object/.exec(html)).toBeNull()
    expect(await reportMarkdown(input())).toContain('+40.0')
  })

  it('says so when there is no result yet', async () => {
    expect(await reportHtml(input({ ...studyRun(), status: 'cancelled', progress: 0.4, result: null }))).toContain('has no result yet (cancelled)')
  })
})

it('writes trials for other programs', () => {
  const trials: StudyTrial[] = [{ measure: 'chip', network: 1, scale: 'column', point: 1, chipInstance: 3, top1: 0.5, top5: 0.75, loss: 1.5, seconds: 3 }]
  expect(studyTrialsCsv(studyRun(), trials).split('\r\n')).toEqual(['network,measure,scale,sigma,chipInstance,top1,top5,loss,seconds', '<b>HA-SGD</b>,chip,column,0.1,3,0.5,0.75,1.5,3', ''])
  expect(JSON.parse(studyTrialsJson(studyRun(), trials))).toMatchObject({ id: '0005-study', trials })
})

it('prints the files of imported networks', () => {
  const words = commandWords(studyRun({ tuned: [{ name: 'A', network: { kind: 'network', folder: 'a-12345678' } }, { name: 'B', network: { kind: 'run', runId: '0002-finetune' } }] }), { model: 'm.onnx', data: 'd', hardware: 'h.json' })
  expect(words.join(' ')).toContain('--tuned A=models/a-12345678/source.onnx --tuned B=runs/0002-finetune --scales network,column')
  expect(words.filter((word) => word === '--scale' || word === '--sigma')).toEqual(['--sigma'])
})

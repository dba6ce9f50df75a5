import { describe, expect, it } from 'vitest'
import type { CurvatureStep } from '@shared/curvature'
import { commandWords } from './command-line'
import { curvatureRun } from './curvature-fixture'
import { datasetSummary, networkReport } from './fixtures'
import { curvatureStepsCsv, curvatureStepsJson, reportHtml, reportMarkdown, type ReportInput } from './index'

const input = (run = curvatureRun()): ReportInput => ({
  title: 'Curvature', createdAt: '2026-01-03T00:00:00.000Z', appVersion: '0.1.0', runs: [{ run, trials: [], network: networkReport, dataset: datasetSummary, calibration: null }]
})

describe('the report of a curvature run', () => {
  it('has costs, sharpness, eigenvalues and the landscape as figures and tables, and how to run it again', async () => {
    const html = await reportHtml(input())
    for (const expected of ['errors raise the loss from', '½ tr(HΣ)', 'Eigenvalues of the Hessian', 'Loss along a random direction', 'acim curvature --model', '--after runs/0002-finetune', 'finetuned.onnx']) {
      expect(html.includes(expected), expected).toBe(true)
    }
    expect(html.match(/<svg /g)).toHaveLength(4)
    expect(html.includes('<b>fc</b>')).toBe(false)
    expect(/NaN|undefined|\[object/.exec(html)).toBeNull()
    expect((await reportMarkdown(input())).includes('after / before')).toBe(true)
  })

  it('has a figure for the plane of each network', async () => {
    expect((await reportHtml(input(curvatureRun(['conv'], {}, true, 5)))).match(/<svg /g)).toHaveLength(5)
    expect((await reportHtml(input(curvatureRun(['conv'], {}, false, 5)))).match(/<svg /g)).toHaveLength(4)
  })

  it('says so when there is no result yet', async () => {
    const html = await reportHtml(input({ ...curvatureRun(), status: 'cancelled', progress: 0.4, result: null }))
    expect(html.includes('has no result yet (cancelled)')).toBe(true)
  })
})

it('writes steps for other programs', () => {
  const steps: CurvatureStep[] = [{ measure: 'loss', network: 'before', loss: 0.5 }, { measure: 'probe', network: 'before', probe: 0, trace: [1, 2], weighted: [0.1, 0.2] }]
  const lines = curvatureStepsCsv(curvatureRun(['conv', 'fc']), steps).trimEnd().split('\r\n')
  expect(lines.slice(1)).toEqual(['before,loss,,,,0.5,,,,,', 'before,probe,0,,conv,,1,0.1,,,', 'before,probe,0,,fc,,2,0.2,,,'])
  expect(JSON.parse(curvatureStepsJson(curvatureRun(), steps))).toMatchObject({ id: '0004-curvature', trials: steps })
})

it('prints the file of an imported network to compare with', () => {
  const words = commandWords(curvatureRun([], { after: { kind: 'network', folder: 'tuned-12345678' } }), { model: 'm.onnx', data: 'd', hardware: 'h.json' })
  expect(words.join(' ')).toContain('--after models/tuned-12345678/source.onnx')
})

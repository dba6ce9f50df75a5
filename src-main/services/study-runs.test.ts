/** Studies through the request door: started with fine-tuned and imported networks, shown while they run, finished, exported, refused. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { StudyResult, StudyTrial } from '@shared/study'
import { studyRun } from './report/study-fixture'
import { finetuneResult } from './testing/fake-engine'
import { startedRuns } from './testing/started-runs'
import { until, type Workbench } from './testing/workbench'

let bench: Workbench
let project: string
const { saveSettings: save, start, status, task } = startedRuns('study', (opened) => ({ bench, project } = opened))

const result = (): StudyResult => {
  const made = studyRun().result
  if (made === null) throw new Error('The fixture has no result')
  return made
}
const few = { images: { count: 50 } }

describe('a study', () => {
  it('is computed from the settings of the project, and stored with its result', async () => {
    await save({ study: { ...few, scales: ['network', 'column'], sweep: { parameter: 'sigma', values: [0, 0.1] }, chipInstances: 4 } })
    const runId = await start()
    expect(runId).toBe('0001-study')
    const started = await task(1)
    expect(started.params).toMatchObject({ runFolder: join(project, 'runs', runId), tuned: [], config: { settings: { scales: ['network', 'column'], chipInstances: 4 } } })
    started.finish(result())
    await until(async () => (await status(runId)) === 'finished', 'the end')
    expect(await bench.ask('runs.get', { runId })).toMatchObject({ kind: 'study', name: 'Resilience study 1', result: { networks: [{ name: 'Original' }, {}] } })
    expect((await bench.ask('project.current', {}))?.runs[0]).toMatchObject({
      id: runId, kind: 'study', digitalTop1: 1, noisyTop1: null, description: 'Original · network, column · Device uncertainty σ 0, 0.1 · 4 chip instances × 50 images'
    })
  })

  it('takes networks of fine-tunings that have ended and imported ones, in the order of the settings', async () => {
    const tuning = (await bench.ask('runs.start', { kind: 'finetune', name: null })).runId
    const { folder } = (await bench.ask('runs.get', { runId: tuning })).provenance.network
    const tuned = [{ name: 'Imported', network: { kind: 'network', folder } }, { name: 'HA-SGD', network: { kind: 'run', runId: tuning } }]
    await save({ study: { ...few, tuned } })
    expect(await bench.refused('runs.start', { kind: 'study', name: null })).toMatchObject({ code: 'RUN_NOT_FINISHED' })
    await until(() => bench.engine.of('finetune').length > 0, 'the fine-tuning')
    bench.engine.of('finetune')[0]!.finish(finetuneResult())
    await until(async () => (await status(tuning)) === 'finished', 'the end')
    const runId = await start()
    const sources = [{ folder: join(project, 'models', folder) }, { file: join(project, 'runs', tuning, 'finetuned.onnx') }]
    expect((await task(1)).params).toMatchObject({ tuned: sources })
    bench.engine.answers['estimate.study'] = () => ({ trials: 40, images: 50, seconds: 3, peakMegabytes: 90, basis: 'Measured.' })
    expect(await bench.ask('runs.estimate', { kind: 'study' })).toMatchObject({ trials: 40, warnings: [] })
    expect(bench.engine.of('estimate.study')[0]!.params).toMatchObject({ tuned: sources })

    ;(await task(1)).progress({ fraction: 0.5, activity: 'HA-SGD, network', partial: { kind: 'study', findings: result() } })
    await until(async () => (await bench.ask('runs.partial', { runId })) !== null, 'the partial result')
    const job = (await bench.ask('jobs.list', {})).find((each) => each.runId === runId)
    await bench.ask('jobs.cancel', { jobId: job?.id ?? '' })
    await until(async () => (await status(runId)) === 'cancelled', 'the end')
    expect(await bench.ask('runs.partial', { runId })).toMatchObject({ kind: 'study', findings: { networks: [{ name: 'Original' }, {}] } })
    expect(await bench.services.findResumable('study')).toBe(runId)
    await bench.ask('runs.delete', { runId: tuning })
    expect(await bench.refused('runs.resume', { runId })).toMatchObject({ code: 'RUN_NOT_FOUND' })
    expect(await status(runId)).toBe('cancelled')
  })

  it('is refused before it is queued when it makes no sense', async () => {
    await save({ hardware: { device: { kind: 'generic' } }, study: few })
    expect(await bench.refused('runs.start', { kind: 'study', name: null })).toMatchObject({ code: 'STUDY_INVALID', where: 'study.sweep.parameter', message: expect.stringContaining('uncertainty σ') as string })
    await save({ study: { ...few, sweep: { parameter: 'levels', values: [4, 8] } } })
    expect(await bench.refused('runs.start', { kind: 'study', name: null })).toMatchObject({ code: 'HARDWARE_INVALID' })
    await save({ study: { images: { count: 20_000 } } })
    expect(await bench.refused('runs.start', { kind: 'study', name: null })).toMatchObject({ code: 'DATA_TOO_FEW_IMAGES' })
    await save({ study: few, hardware: { layers: { nowhere: { digital: true } } } })
    expect(await bench.refused('runs.start', { kind: 'study', name: null })).toMatchObject({ code: 'HARDWARE_INVALID' })
  })

  it('exports its trials and a report', async () => {
    await save({ study: few })
    const runId = await start()
    const trial: StudyTrial = { measure: 'chip', network: 0, scale: 'column', point: 1, chipInstance: 0, top1: 0.5, top5: 0.75, loss: 1.5, seconds: 3 }
    writeFileSync(join(project, 'runs', runId, 'trials.jsonl'), `${JSON.stringify(trial)}\n`)
    ;(await task(1)).finish(result())
    await until(async () => (await status(runId)) === 'finished', 'the end')
    expect((await bench.ask('export.prepare', { what: 'trials', runId, format: 'csv' })).fileName).toMatch(/Resilience study 1 - trials\.csv$/)
    expect((await bench.ask('report.preview', { runIds: [runId] })).html).toContain('loses half of its digital accuracy')
  })
})

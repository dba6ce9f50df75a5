/** Attributions through the request door: started, shown while they run, finished, cut short and resumed, exported. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AttributionResult, AttributionTrial } from '@shared/attribution'
import { attributionRun } from './report/attribution-fixture'
import { startedRuns } from './testing/started-runs'
import { until, type Workbench } from './testing/workbench'

let bench: Workbench
let project: string
const { saveSettings: save, start, status, task } = startedRuns('attribute', (opened) => ({ bench, project } = opened))

const result = (): AttributionResult => {
  const made = attributionRun().result
  if (made === null) throw new Error('The fixture has no result')
  return made
}

describe('an attribution', () => {
  it('is computed from the settings of the project, and stored with its result', async () => {
    await save({ hardware: { adc: { outputBits: 6 } }, attribution: { chipInstances: 4, images: { count: 50 } } })
    const runId = await start()
    expect(runId).toBe('0001-attribute')
    const started = await task(1)
    expect(started.params).toMatchObject({ runFolder: join(project, 'runs', runId), config: { hardware: { adc: { outputBits: 6 } }, settings: { chipInstances: 4, images: { count: 50 }, layersAlone: true } } })
    started.finish(result())
    await until(async () => (await status(runId)) === 'finished', 'the end')
    expect(await bench.ask('runs.get', { runId })).toMatchObject({ kind: 'attribute', name: 'Attribution 1', result: { loss: { mean: 0.13 } } })
    const summary = (await bench.ask('project.current', {}))?.runs[0]
    expect(summary).toMatchObject({ id: runId, kind: 'attribute', digitalTop1: 0.98, stale: false })
    expect(summary?.noisyTop1).toBeCloseTo(0.85, 9)
    expect(summary?.description).toMatch(/^2 effects · .* · 4 chip instances × 50 images$/)
  })

  it('shows what is known while it runs, and keeps it when it is cancelled', async () => {
    const runId = await start()
    const { digital, all, loss, effects, cumulative, layers, layerNotes, snr } = result()
    const findings = { digital, all, loss, effects, cumulative, layers, layerNotes, snr: snr.slice(0, 1) }
    ;(await task(1)).progress({ fraction: 0.5, activity: 'Point 1 of 9', partial: { kind: 'attribute', findings } })
    await until(async () => (await bench.ask('runs.partial', { runId })) !== null, 'the partial result')
    const job = (await bench.ask('jobs.list', {})).find((each) => each.runId === runId)
    await bench.ask('jobs.cancel', { jobId: job?.id ?? '' })
    await until(async () => (await status(runId)) === 'cancelled', 'the end')
    expect(await bench.ask('runs.partial', { runId })).toEqual({ kind: 'attribute', findings })
  })

  it('that a killed program left behind is interrupted, and goes on in its folder', async () => {
    const runId = await start()
    await task(1)
    await until(() => (JSON.parse(readFileSync(join(project, 'runs', runId, 'run.json'), 'utf8')) as { status: string }).status === 'running', 'the stored status')
    const stored = readFileSync(join(project, 'runs', runId, 'run.json'))
    await bench.services.close()
    // As a kill leaves it.
    writeFileSync(join(project, 'runs', runId, 'run.json'), stored)
    await bench.restart()
    const answer = await bench.services.openOrCreateProject(project, 'Work')
    expect(answer.ok).toBe(true)
    expect(await status(runId)).toBe('interrupted')
    expect(await bench.services.findResumable('attribute')).toBe(runId)
    expect(await bench.services.findResumable('simulate')).toBeNull()
    await bench.ask('runs.resume', { runId })
    const again = await task(2)
    expect(again.params).toMatchObject({ runFolder: join(project, 'runs', runId) })
    again.finish(result())
    await until(async () => (await status(runId)) === 'finished', 'the end')
  })

  it('is estimated by its own task, and refused before it is queued when it cannot run', async () => {
    bench.engine.answers['estimate.attribute'] = () => ({ trials: 40, images: 50, seconds: 3, peakMegabytes: 90, basis: 'Measured.' })
    expect(await bench.ask('runs.estimate', { kind: 'attribute' })).toMatchObject({ trials: 40 })
    await save({ attribution: { images: { count: 20_000 } } })
    expect(await bench.refused('runs.start', { kind: 'attribute', name: null })).toMatchObject({ code: 'DATA_TOO_FEW_IMAGES' })
    await save({ hardware: { layers: { nowhere: { digital: true } } } })
    expect(await bench.refused('runs.start', { kind: 'attribute', name: null })).toMatchObject({ code: 'HARDWARE_INVALID', where: 'hardware.layers.nowhere' })
  })

  it('exports its trials and a report', async () => {
    const runId = await start()
    const trial: AttributionTrial = { measure: 'accuracy', point: 'none@*', chipInstance: 0, top1: 0.5, top5: 1, loss: 1, seconds: 1 }
    writeFileSync(join(project, 'runs', runId, 'trials.jsonl'), `${JSON.stringify(trial)}\n`)
    ;(await task(1)).finish(result())
    await until(async () => (await status(runId)) === 'finished', 'the end')
    const csv = await bench.ask('export.prepare', { what: 'trials', runId, format: 'csv' })
    const file = bench.services.preparedFile(csv.downloadId)
    expect(readFileSync(file?.path ?? '', 'utf8').split('\r\n')[1]).toBe('none@*,0,0.5,1,1,,,,1')
    const { html } = await bench.ask('report.preview', { runIds: [runId] })
    expect(html).toContain('Effects switched on one after another')
  })
})

/** Curvature runs through the request door: started, compared with a fine-tuned network, shown while they run, finished, exported, refused. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CurvatureResult, CurvatureStep } from '@shared/curvature'
import { curvatureRun } from './report/curvature-fixture'
import { finetuneResult } from './testing/fake-engine'
import { startedRuns } from './testing/started-runs'
import { until, type Workbench } from './testing/workbench'

let bench: Workbench
let project: string
const { saveSettings: save, start, status, task } = startedRuns('curvature', (opened) => ({ bench, project } = opened))

const result = (): CurvatureResult => {
  const made = curvatureRun().result
  if (made === null) throw new Error('The fixture has no result')
  return made
}

describe('a curvature run', () => {
  it('is computed from the settings of the project, and stored with its result', async () => {
    await save({ curvature: { probes: 4, images: { count: 50 }, eigenvalues: 1 } })
    const runId = await start()
    expect(runId).toBe('0001-curvature')
    const started = await task(1)
    expect(started.params).toMatchObject({ runFolder: join(project, 'runs', runId), after: null, config: { settings: { probes: 4, images: { count: 50 }, chipInstances: 20 } } })
    started.finish(result())
    await until(async () => (await status(runId)) === 'finished', 'the end')
    expect(await bench.ask('runs.get', { runId })).toMatchObject({ kind: 'curvature', name: 'Curvature 1', result: { before: { loss: 0.1 } } })
    const summary = (await bench.ask('project.current', {}))?.runs[0]
    expect(summary).toMatchObject({ id: runId, kind: 'curvature', digitalTop1: null, noisyTop1: null, stale: false })
    expect(summary?.description).toMatch(/^4 probes, 1 eigenvalue · .* · 50 images$/)
  })

  it('shows what is known while it runs, and keeps it when it is cancelled', async () => {
    const runId = await start()
    const { before } = result()
    ;(await task(1)).progress({ fraction: 0.5, activity: 'Traces', partial: { kind: 'curvature', findings: { before, after: null } } })
    await until(async () => (await bench.ask('runs.partial', { runId })) !== null, 'the partial result')
    const job = (await bench.ask('jobs.list', {})).find((each) => each.runId === runId)
    await bench.ask('jobs.cancel', { jobId: job?.id ?? '' })
    await until(async () => (await status(runId)) === 'cancelled', 'the end')
    expect(await bench.ask('runs.partial', { runId })).toEqual({ kind: 'curvature', findings: { before, after: null } })
    expect(await bench.services.findResumable('curvature')).toBe(runId)
  })

  it('compares with the network of a fine-tuning that is there and has ended', async () => {
    const tuning = (await bench.ask('runs.start', { kind: 'finetune', name: null })).runId
    await save({ curvature: { after: { kind: 'run', runId: tuning } } })
    expect(await bench.refused('runs.start', { kind: 'curvature', name: null })).toMatchObject({ code: 'RUN_NOT_FINISHED' })
    await until(() => bench.engine.of('finetune').length > 0, 'the fine-tuning')
    bench.engine.of('finetune')[0]!.finish(finetuneResult())
    await until(async () => (await status(tuning)) === 'finished', 'the end')
    const runId = await start()
    const after = { file: join(project, 'runs', tuning, 'finetuned.onnx') }
    expect((await task(1)).params).toMatchObject({ after })
    bench.engine.answers['estimate.curvature'] = () => ({ trials: 40, images: 50, seconds: 3, peakMegabytes: 90, basis: 'Measured.' })
    expect(await bench.ask('runs.estimate', { kind: 'curvature' })).toMatchObject({ trials: 40 })
    expect(bench.engine.of('estimate.curvature')[0]!.params).toMatchObject({ after })
    expect((await bench.ask('project.current', {}))?.runs.at(-1)?.description).toContain(`compared with ${tuning}`)
    const job = (await bench.ask('jobs.list', {})).find((each) => each.runId === runId)
    await bench.ask('jobs.cancel', { jobId: job?.id ?? '' })
    await until(async () => (await status(runId)) === 'cancelled', 'the end')
    await bench.ask('runs.delete', { runId: tuning })
    expect(await bench.refused('runs.resume', { runId })).toMatchObject({ code: 'RUN_NOT_FOUND' })
    // A refused resumption leaves the run as it was.
    expect(await status(runId)).toBe('cancelled')
  })

  it('compares with an imported network of the project', async () => {
    const folder = (await bench.ask('runs.get', { runId: await start() })).provenance.network.folder
    await save({ curvature: { after: { kind: 'network', folder } } })
    ;(await task(1)).finish(result())
    await start()
    expect((await task(2)).params).toMatchObject({ after: { folder: join(project, 'models', folder) } })
    await save({ curvature: { after: { kind: 'network', folder: '../elsewhere' } } })
    expect(await bench.refused('runs.start', { kind: 'curvature', name: null })).toMatchObject({ code: 'PROJECT_INVALID' })
    rmSync(join(project, 'models', folder), { recursive: true })
    await save({ curvature: { after: { kind: 'network', folder } } })
    expect(await bench.refused('runs.start', { kind: 'curvature', name: null })).toMatchObject({ code: 'PROJECT_INVALID' })
  })

  it('is refused before it is queued when it cannot run', async () => {
    await save({ curvature: { images: { count: 20_000 } } })
    expect(await bench.refused('runs.start', { kind: 'curvature', name: null })).toMatchObject({ code: 'DATA_TOO_FEW_IMAGES' })
    await save({ hardware: { layers: { nowhere: { digital: true } } } })
    expect(await bench.refused('runs.start', { kind: 'curvature', name: null })).toMatchObject({ code: 'HARDWARE_INVALID' })
  })

  it('exports its steps and a report', async () => {
    const runId = await start()
    const step: CurvatureStep = { measure: 'draw', network: 'before', chipInstance: 0, loss: 0.25 }
    writeFileSync(join(project, 'runs', runId, 'trials.jsonl'), `${JSON.stringify(step)}\n`)
    ;(await task(1)).finish(result())
    await until(async () => (await status(runId)) === 'finished', 'the end')
    const csv = await bench.ask('export.prepare', { what: 'trials', runId, format: 'csv' })
    expect(csv.fileName).toMatch(/Curvature 1 - trials\.csv$/)
    expect((await bench.ask('report.preview', { runIds: [runId] })).html).toContain('errors raise the loss')
  })
})

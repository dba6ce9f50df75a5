/** Jobs of runs through the request door: order, pause, cancel, and the events that tell of them. */
import { describe, expect, it } from 'vitest'
import type { Job } from '@shared/job'
import type { ProjectState } from '@shared/project'
import { simulationPoint, simulationResult } from './testing/fake-engine'
import { startedRuns } from './testing/started-runs'
import { until, type Workbench } from './testing/workbench'

let bench: Workbench
const { jobOf, start: startRun, status, stored, task } = startedRuns('simulate', (opened) => ({ bench } = opened))
const partial = { kind: 'simulate' as const, digital: null, points: [simulationPoint(0.5)] }

describe('the queue', () => {
  it('computes one run at a time in order', async () => {
    const first = await startRun()
    const second = await startRun('finetune')
    await task(1)
    expect(await status(second)).toBe('queued')
    expect(bench.engine.of('finetune')).toHaveLength(0)
    ;(await task(1)).finish(simulationResult())
    await task(1, 'finetune')
    expect(await status(first)).toBe('finished')
    expect((await jobOf(second)).status).toBe('running')
  })

  it('short tasks do not wait for a run', async () => {
    await startRun()
    await task(1)
    bench.engine.answers['dataset.checkNormalizations'] = () => []
    expect(await bench.ask('dataset.checkNormalizations', { images: 10 })).toEqual([])
  })

  it('a paused run gives its place to the next and continues in the same task', async () => {
    const first = await startRun()
    const second = await startRun()
    const firstTask = await task(1)
    const { id: jobId } = await jobOf(first)
    await bench.ask('jobs.pause', { jobId })
    await until(() => firstTask.paused, 'the pause')
    expect(stored(first).status).toBe('paused')
    const secondTask = await task(2)
    await bench.ask('jobs.resume', { jobId })
    expect((await jobOf(first)).status).toBe('queued')
    expect(firstTask.paused).toBe(true)
    secondTask.finish(simulationResult())
    await until(() => !firstTask.paused, 'the continuation')
    expect(await status(second)).toBe('finished')
    firstTask.finish(simulationResult())
    await until(async () => (await status(first)) === 'finished', 'the end')
    expect(bench.engine.of('simulate')).toHaveLength(2)
    expect(await bench.refused('jobs.pause', { jobId })).toMatchObject({ code: 'JOB_NOT_FOUND' })
  })

  it('a pause or cancel that comes while the result is stored changes nothing', async () => {
    const runId = await startRun()
    const started = await task(1)
    const { id: jobId } = await jobOf(runId)
    started.finish(simulationResult())
    // Asked again and again, so that some of them fall between the result's arrival and its being shown.
    while ((await jobOf(runId)).status !== 'finished') {
      await bench.services.handle('jobs.pause', { jobId })
      await bench.services.handle('jobs.resume', { jobId })
      await new Promise((resolve) => setImmediate(resolve))
    }
    await until(() => stored(runId).status === 'finished', 'the stored end')
    expect(await status(runId)).toBe('finished')
  })

  it('cancels what waits and what runs, without a problem in the list', async () => {
    const first = await startRun()
    const second = await startRun()
    await task(1)
    await bench.ask('jobs.cancel', { jobId: (await jobOf(second)).id })
    await bench.ask('jobs.cancel', { jobId: (await jobOf(first)).id })
    await until(async () => (await status(first)) === 'cancelled', 'the cancel')
    expect(await status(second)).toBe('cancelled')
    expect(bench.engine.of('simulate')).toHaveLength(1)
    expect(await bench.ask('problems.list', {})).toEqual([])
    expect(await bench.refused('jobs.cancel', { jobId: 'none' })).toMatchObject({ code: 'JOB_NOT_FOUND' })
  })

  it('keeps the last twenty jobs that ended', async () => {
    bench.engine.answers.simulate = () => simulationResult()
    for (let index = 0; index < 25; index++) await startRun()
    await until(async () => (await bench.ask('jobs.list', {})).every((job) => job.status === 'finished'), 'all ends')
    // The two imports and the first runs have made room.
    const runIds = (await bench.ask('jobs.list', {})).map((job) => job.runId)
    expect(runIds).toEqual(Array.from({ length: 20 }, (_, index) => `${String(index + 6).padStart(4, '0')}-simulate`))
  })
})

describe('events', () => {
  it('tell of jobs, partial results and the project, at most five times per second, and of the last state', async () => {
    const jobs: Job[][] = []
    const fractions: number[] = []
    const states: (ProjectState | null)[] = []
    bench.services.subscribe((name, payload) => {
      if (name === 'jobs.changed') jobs.push(payload as Job[])
      if (name === 'runs.partial') fractions.push((payload as { partial: typeof partial }).partial.points[0]?.top1.mean ?? -1)
      if (name === 'project.changed') states.push(payload as ProjectState | null)
    })
    const begin = Date.now()
    const runId = await startRun()
    const started = await task(1)
    for (let step = 1; step <= 100; step++) {
      started.progress({ fraction: step / 100, activity: 'chip instance', partial: { ...partial, points: [simulationPoint(step / 100)] } })
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await until(async () => (await jobOf(runId)).progress === 1, 'the progress')
    expect(await bench.ask('runs.partial', { runId })).toMatchObject({ points: [{ top1: { mean: 1 } }] })
    started.finish(simulationResult())
    await until(() => jobs.at(-1)?.at(-1)?.status === 'finished', 'the last event')
    await until(() => states.at(-1)?.runs[0]?.status === 'finished', 'the last project state')
    expect(fractions.at(-1)).toBe(1)
    // One at once and one per interval of 200 ms that has begun.
    const most = 2 + Math.ceil((Date.now() - begin) / 200)
    expect(jobs.length).toBeLessThanOrEqual(most)
    expect(fractions.length).toBeLessThanOrEqual(most)
    expect(jobs.flat().some((job) => job.status === 'running' && job.activity === 'chip instance')).toBe(true)
  })

  it('a malformed partial result does not keep a run from being cancelled', async () => {
    const runId = await startRun()
    const started = await task(1)
    started.progress({ fraction: 0.5, activity: '', partial: { kind: 'simulate', points: 'many' } as never })
    await until(async () => (await jobOf(runId)).progress === 0.5, 'the progress')
    await bench.ask('jobs.cancel', { jobId: (await jobOf(runId)).id })
    await until(() => stored(runId).status === 'cancelled', 'the cancel')
  })

  it('a failing listener and malformed progress stop nothing', async () => {
    bench.services.subscribe(() => {
      throw new Error('listener fault')
    })
    const runId = await startRun()
    const started = await task(1)
    started.progress({ fraction: Number.NaN, activity: '' })
    started.progress({ fraction: 0.5, activity: '', partial: { kind: 'simulate', points: 'many' } as never })
    started.finish(simulationResult())
    await until(async () => (await status(runId)) === 'finished', 'the end')
    await until(async () => (await bench.ask('problems.list', {})).some((found) => found.message === 'listener fault'), 'the fault in the list')
  })
})

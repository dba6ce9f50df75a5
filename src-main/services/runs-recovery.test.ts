/** Runs after a crash or an end of the program, repeated, resumed, damaged. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { RunRecord } from '@shared/run'
import { simulationPoint, simulationResult } from './testing/fake-engine'
import { startedRuns } from './testing/started-runs'
import { until, type Workbench } from './testing/workbench'

let bench: Workbench
let project: string
const { jobOf, saveSettings, start: startRun, status, stored, task } = startedRuns('simulate', (opened) => ({ bench, project } = opened))
const partial = { kind: 'simulate' as const, digital: null, points: [simulationPoint(0.5)] }

describe('when the engine or the program dies', () => {
  it('an engine crash interrupts its run and the next one starts in a fresh process', async () => {
    const first = await startRun()
    const second = await startRun()
    const started = await task(1)
    started.progress({ fraction: 0.4, activity: '', partial })
    await until(async () => (await jobOf(first)).progress === 0.4, 'the progress')
    bench.engine.crash()
    await task(2)
    expect(bench.engine.launches).toBe(2)
    expect(await bench.ask('runs.get', { runId: first })).toMatchObject({ status: 'interrupted', progress: 0.4, problem: { code: 'ENGINE_STOPPED' } })
    expect(await bench.ask('runs.partial', { runId: first })).toMatchObject({ points: [{ top1: { mean: 0.5 } }] })
    expect(await bench.ask('problems.list', {})).toMatchObject([{ code: 'ENGINE_STOPPED' }])
    // Resumed behind the second, in the same folder and with the same configuration.
    await bench.ask('runs.resume', { runId: first })
    ;(await task(2)).finish(simulationResult())
    const again = await task(3)
    expect(again.params).toEqual(started.params)
    again.finish(simulationResult())
    await until(async () => (await status(first)) === 'finished', 'the end')
    expect(await status(second)).toBe('finished')
    expect(await bench.ask('runs.get', { runId: first })).toMatchObject({ problem: null })
  })

  it('a killed program finds its runs interrupted, and resumes them as they were, whatever the project says now', async () => {
    const runId = await startRun()
    await until(() => stored(runId).status === 'running', 'the start')
    const before = await task(1)
    const killed = bench.services
    // A lock that no living program holds: as after kill -9.
    writeFileSync(join(project, '.lock'), JSON.stringify({ pid: process.pid, host: hostname(), token: 'of the killed program' }))
    await bench.restart()
    await bench.ask('project.open', { handle: bench.services.registerPath(project) })
    expect(await status(runId)).toBe('interrupted')
    expect((await bench.ask('project.current', {}))?.runs).toMatchObject([{ id: runId, status: 'interrupted' }])
    expect(await bench.services.findResumable('simulate')).toBe(runId)
    await saveSettings({ simulation: { seed: 9 }, preprocessing: { mean: [0.5] } })
    expect(await bench.services.findResumable('simulate')).toBeNull()
    await bench.ask('runs.resume', { runId })
    expect((await task(2)).params).toEqual(before.params)
    expect(await bench.refused('runs.resume', { runId })).toMatchObject({ code: 'REQUEST_INVALID' })
    await killed.close()
  })

  it('closing interrupts a running run at its checkpoint and leaves the project free', async () => {
    const runId = await startRun()
    const queued = await startRun()
    await task(1)
    await bench.services.close()
    expect(bench.engine.of('simulate')[0]?.cancelled).toBe(true)
    expect(bench.engine.received.at(-1)).toBe('shutdown')
    expect(bench.engine.of('simulate')).toHaveLength(1)
    expect([stored(runId).status, stored(queued).status]).toEqual(['interrupted', 'interrupted'])
    expect(existsSync(join(project, '.lock'))).toBe(false)
  })

  it('closing does not wait for an engine that is stuck', async () => {
    const runId = await startRun()
    await task(1)
    bench.engine.responsive = false
    await bench.services.close()
    expect(bench.engine.killed).toBeGreaterThan(0)
    expect(stored(runId).status).toBe('interrupted')
  })

  it('leaving a project stops its runs', async () => {
    const runId = await startRun()
    await task(1)
    await bench.ask('project.create', { name: 'Other', parent: null })
    expect(stored(runId).status).toBe('interrupted')
    expect((await bench.ask('project.current', {}))?.runs).toEqual([])
  })

  it('a damaged run hides nothing else and is left as it is', async () => {
    const good = await startRun()
    ;(await task(1)).finish(simulationResult())
    await until(async () => (await status(good)) === 'finished', 'the end')
    await bench.ask('project.close', {})
    const damaged = join(project, 'runs', '0002-finetune', 'run.json')
    mkdirSync(join(project, 'runs', '0002-finetune'))
    writeFileSync(damaged, '{"schemaVersion":1,"id":7}')
    mkdirSync(join(project, 'runs', '0003-simulate'))
    mkdirSync(join(project, 'runs', 'notes'))
    const state = await bench.ask('project.open', { handle: bench.services.registerPath(project) })
    expect(state.runs.map((run) => [run.id, run.status, run.problem?.code])).toEqual([
      [good, 'finished', undefined], ['0002-finetune', 'failed', 'RUN_INVALID'], ['0003-simulate', 'failed', 'RUN_INVALID']
    ])
    expect(await bench.refused('runs.get', { runId: '0002-finetune' })).toMatchObject({ code: 'RUN_INVALID' })
    expect(await bench.refused('runs.rename', { runId: '0002-finetune', name: 'x' })).toMatchObject({ code: 'RUN_INVALID' })
    expect(await bench.refused('runs.resume', { runId: '0002-finetune' })).toMatchObject({ code: 'RUN_INVALID' })
    expect(readFileSync(damaged, 'utf8')).toBe('{"schemaVersion":1,"id":7}')
    expect(await startRun()).toBe('0004-simulate')
  })
})

describe('repeating and resuming', () => {
  it('repeats with the stored configuration as a new run', async () => {
    const runId = await startRun('simulate', 'Original')
    const original = await task(1)
    original.finish(simulationResult())
    await until(async () => (await status(runId)) === 'finished', 'the end')
    await saveSettings({ simulation: { seed: 77 }, preprocessing: { mean: [0.3] } })
    const { runId: again } = await bench.ask('runs.repeat', { runId })
    const repeated = await task(2)
    expect({ ...repeated.params, runFolder: '' }).toEqual({ ...original.params, runFolder: '' })
    expect(repeated.params).toMatchObject({ runFolder: join(project, 'runs', again) })
    expect(await bench.ask('runs.get', { runId: again })).toMatchObject({ name: 'Original (again)', result: null })
    expect(await bench.refused('runs.resume', { runId })).toMatchObject({ code: 'REQUEST_INVALID' })
  })

  it('refuses to resume a run whose file describes hardware that does not fit together', async () => {
    const runId = await startRun()
    await task(1)
    await bench.ask('jobs.cancel', { jobId: (await jobOf(runId)).id })
    await until(async () => (await status(runId)) === 'cancelled', 'the cancel')
    await bench.ask('project.close', {})
    const file = join(project, 'runs', runId, 'run.json')
    const record = JSON.parse(readFileSync(file, 'utf8')) as RunRecord
    record.config.hardware.slices.bitsPerCell = 2
    writeFileSync(file, JSON.stringify(record))
    await bench.ask('project.open', { handle: bench.services.registerPath(project) })
    expect(await bench.refused('runs.resume', { runId })).toMatchObject({ code: 'HARDWARE_INVALID', where: 'hardware.slices.weightBits' })
    expect(await status(runId)).toBe('cancelled')
  })

  it('refuses when an input is gone', async () => {
    const runId = await startRun()
    await task(1)
    await bench.ask('jobs.cancel', { jobId: (await jobOf(runId)).id })
    await until(async () => (await status(runId)) === 'cancelled', 'the cancel')
    expect(await bench.services.findResumable('simulate')).toBe(runId)
    expect(await bench.services.findResumable('finetune')).toBeNull()
    writeFileSync(join(project, 'models', 'net-aaaaaaaa', 'import.json'), 'damaged')
    for (const name of ['runs.resume', 'runs.repeat']) expect(await bench.refused(name, { runId })).toMatchObject({ code: 'PROJECT_INVALID' })
    expect(readdirSync(join(project, 'runs'))).toEqual([runId])
  })
})

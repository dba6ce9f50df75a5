/** Runs and jobs through the request door: order, progress, pause, cancel, crashes, resume, repeat, damage, exports. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hardwareSchema } from '@shared/hardware'
import type { Job } from '@shared/job'
import { projectSettingsSchema, type ProjectState } from '@shared/project'
import type { RunRecord } from '@shared/run'
import { datasetSummary, finetuneResult, networkReport, simulationPoint, simulationResult, type StartedTask } from './testing/fake-engine'
import { createWorkbench, openReadyProject, until, type Workbench } from './testing/workbench'

let bench: Workbench
let project: string
beforeEach(async () => {
  bench = await createWorkbench({ engine: { cancelGraceMs: 200, shutdownGraceMs: 50 } })
  project = await openReadyProject(bench)
})
afterEach(() => bench.dispose())

const startRun = async (kind: 'simulate' | 'finetune' = 'simulate', name: string | null = null): Promise<string> =>
  (await bench.ask('runs.start', { kind, name })).runId
const status = async (runId: string): Promise<string> => (await bench.ask('runs.get', { runId })).status
const stored = (runId: string): { status: string; progress: number } => JSON.parse(readFileSync(join(project, 'runs', runId, 'run.json'), 'utf8'))
const jobOf = async (runId: string): Promise<Job> => {
  const job = (await bench.ask('jobs.list', {})).findLast((candidate) => candidate.runId === runId)
  if (job === undefined) throw new Error(`No job of ${runId}`)
  return job
}
const task = async (number: number, kind: 'simulate' | 'finetune' = 'simulate'): Promise<StartedTask> => {
  await until(() => bench.engine.of(kind).length >= number, `${kind} task ${number}`)
  const found = bench.engine.of(kind)[number - 1]
  if (found === undefined) throw new Error('No task')
  return found
}
const partial = { kind: 'simulate' as const, digital: null, points: [simulationPoint(0.5)] }
const saveSettings = (input: Parameters<typeof projectSettingsSchema.parse>[0]): Promise<unknown> =>
  bench.ask('project.saveSettings', { settings: projectSettingsSchema.parse(input) })

describe('a run', () => {
  it('is stored with everything that repeats it, and ends with its result', async () => {
    const runId = await startRun('simulate', 'First')
    expect(runId).toBe('0001-simulate')
    const started = await task(1)
    expect(started.params).toMatchObject({
      networkFolder: join(project, 'models', 'net-aaaaaaaa'), datasetFolder: join(project, 'datasets', 'digits-dddddddd'), runFolder: join(project, 'runs', runId), workers: 1,
      preprocessing: { divisor: 255, mean: [0], std: [1] }, config: { settings: { seed: 1 } }
    })
    await until(() => stored(runId).status === 'running', 'the stored status')
    started.finish(simulationResult(0.75))
    await until(async () => (await jobOf(runId)).status === 'finished', 'the end')
    const record = await bench.ask('runs.get', { runId })
    expect(record).toMatchObject({ name: 'First', status: 'finished', progress: 1, result: { points: [{ top1: { mean: 0.75 } }] } })
    expect(record.activeEffects.map((effect) => effect.switch)).toEqual(['programmingError'])
    expect(record.provenance).toMatchObject({ network: { sha256: 'a'.repeat(64), folder: 'net-aaaaaaaa' }, dataset: { sha256: 'd'.repeat(64) } })
    expect((await bench.ask('project.current', {}))?.runs).toMatchObject([{ id: runId, digitalTop1: 0.98, noisyTop1: 0.75, stale: false, status: 'finished' }])
    expect(await bench.ask('runs.partial', { runId })).toBeNull()
  })

  it('whose result breaks the contract fails instead of being stored', async () => {
    const runId = await startRun()
    ;(await task(1)).finish({ digital: 'high' })
    await until(async () => (await jobOf(runId)).status === 'failed', 'the end')
    expect(await bench.ask('runs.get', { runId })).toMatchObject({ status: 'failed', result: null, problem: { code: 'INTERNAL' } })
  })

  it('becomes stale when what it depends on changes, and fresh again', async () => {
    const runId = await startRun()
    ;(await task(1)).finish(simulationResult())
    await until(async () => (await status(runId)) === 'finished', 'the end')
    const stale = async (): Promise<boolean | undefined> => (await bench.ask('project.current', {}))?.runs[0]?.stale
    await saveSettings({ hardware: { name: 'Only another name' }, simulation: { seed: 5 } })
    expect(await stale()).toBe(false)
    await saveSettings({ hardware: { array: { rows: 64 } } })
    expect(await stale()).toBe(true)
    await saveSettings({})
    expect(await stale()).toBe(false)
    bench.engine.answers['network.import'] = () => networkReport('other.onnx', 'b'.repeat(64))
    await bench.ask('network.import', { handle: bench.services.registerPath(join(bench.root, 'input', 'net.onnx')) })
    expect(await stale()).toBe(true)
  })

  it('can be renamed and deleted, but not while it is computed', async () => {
    const runId = await startRun()
    await task(1)
    expect(await bench.refused('runs.delete', { runId })).toMatchObject({ code: 'RUN_NOT_FINISHED' })
    await bench.ask('runs.rename', { runId, name: 'Better' })
    expect((await bench.ask('runs.get', { runId })).name).toBe('Better')
    await bench.ask('jobs.cancel', { jobId: (await jobOf(runId)).id })
    await until(async () => (await status(runId)) === 'cancelled', 'the cancel')
    await bench.ask('runs.delete', { runId })
    expect(readdirSync(join(project, 'runs'))).toEqual([])
    expect(await bench.refused('runs.get', { runId })).toMatchObject({ code: 'RUN_NOT_FOUND' })
    expect(await bench.refused('runs.delete', { runId: '0099-simulate' })).toMatchObject({ code: 'RUN_NOT_FOUND' })
  })

  it('deleting never follows a link out of the project', async () => {
    const treasure = bench.file('outside/treasure.txt', 'gold')
    await bench.ask('project.close', {})
    mkdirSync(join(project, 'runs'), { recursive: true })
    symlinkSync(join(bench.root, 'outside'), join(project, 'runs', '0007-simulate'))
    await bench.ask('project.open', { handle: bench.services.registerPath(project) })
    await bench.ask('runs.delete', { runId: '0007-simulate' })
    expect(readFileSync(treasure, 'utf8')).toBe('gold')
    expect(readdirSync(join(project, 'runs'))).toEqual([])
  })
})

describe('checks before queueing', () => {
  const refusal = async (kind: 'simulate' | 'finetune' = 'simulate') => bench.refused('runs.start', { kind, name: null })
  const use = async (network = networkReport(), dataset = datasetSummary()): Promise<void> => {
    bench.engine.answers['network.import'] = () => network
    bench.engine.answers['dataset.import'] = () => dataset
    await bench.ask('network.import', { handle: bench.services.registerPath(join(bench.root, 'input', 'net.onnx')) })
    await bench.ask('dataset.import', { handle: bench.services.registerPath(join(bench.root, 'input', 'digits.idx')) })
  }

  it('refuses what cannot work, and queues nothing', async () => {
    await use({ ...networkReport('plain.onnx', '1'.repeat(64)), analogLayers: 0 })
    expect(await refusal()).toMatchObject({ code: 'MODEL_NO_ANALOG_LAYER' })
    await use(networkReport('few.onnx', '2'.repeat(64), 5))
    expect(await refusal()).toMatchObject({ code: 'DATA_MISMATCH', where: 'dataset.classNames' })
    await use(networkReport(), { ...datasetSummary('wide', '3'.repeat(64)), shape: [3, 32, 32] })
    expect(await refusal()).toMatchObject({ code: 'DATA_MISMATCH', where: 'dataset.shape' })
    await use()
    await saveSettings({ simulation: { images: { count: 10_001 } } })
    expect(await refusal()).toMatchObject({ code: 'DATA_TOO_FEW_IMAGES' })
    await saveSettings({ simulation: { images: { count: 100, first: 9_950 } } })
    expect(await refusal()).toMatchObject({ code: 'DATA_TOO_FEW_IMAGES' })
    await saveSettings({ simulation: { sweep: { parameter: 'sigma', values: [0, -1] } } })
    expect(await refusal()).toMatchObject({ code: 'SIMULATION_INVALID' })
    await saveSettings({ hardware: { wires: { rowSegmentOhms: 1 } } })
    expect(await refusal()).toMatchObject({ code: 'HARDWARE_INVALID', where: 'hardware.wires.rowSegmentOhms' })
    await saveSettings({ hardware: { device: { kind: 'generic' } }, simulation: { sweep: { parameter: 'wire-resistance', values: [0, 1] } } })
    expect(await refusal()).toMatchObject({ code: 'HARDWARE_INVALID', where: 'hardware.array.rows', message: expect.stringMatching(/^At wire resistance per cell 1: /) as string })
    expect(await bench.refused('runs.estimate', { kind: 'simulate' })).toMatchObject({ code: 'HARDWARE_INVALID' })
    await saveSettings({ hardware: { layers: { fc: { digital: true }, fd: { digital: true } } } })
    expect(await refusal('finetune')).toMatchObject({ code: 'HARDWARE_INVALID', where: 'hardware.layers.fd', tip: 'Its analog layers are fc.' })
    await saveSettings({ preprocessing: { mean: [0, 0] } })
    expect(await refusal()).toMatchObject({ code: 'DATA_MISMATCH', where: 'preprocessing.mean' })
    await saveSettings({ finetune: { antithetic: true, samples: 3 } })
    expect(await refusal('finetune')).toMatchObject({ code: 'FINETUNE_INVALID', where: 'finetune.samples' })
    await saveSettings({ finetune: { trainImages: 9_000, testImages: 2_000 } })
    expect(await refusal('finetune')).toMatchObject({ code: 'DATA_TOO_FEW_IMAGES' })
    expect(bench.engine.of('simulate')).toHaveLength(0)
    expect(existsSync(join(project, 'runs'))).toBe(false)
  })
})

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

describe('what comes out', () => {
  it('exports the fine-tuned network and makes it the network in use', async () => {
    const runId = await startRun('finetune', 'Tuned')
    const started = await task(1, 'finetune')
    expect(await bench.refused('export.prepare', { what: 'network', runId })).toMatchObject({ code: 'RUN_NOT_FINISHED' })
    writeFileSync(join(project, 'runs', runId, 'finetuned.onnx'), 'new')
    started.finish(finetuneResult())
    await until(async () => (await status(runId)) === 'finished', 'the end')
    const prepared = await bench.ask('export.prepare', { what: 'network', runId })
    expect(prepared).toMatchObject({ fileName: 'Work - Tuned.onnx', bytes: 3 })
    const file = bench.services.preparedFile(prepared.downloadId)
    expect(readFileSync(file?.path ?? '', 'utf8')).toBe('new')
    expect(bench.services.preparedFile('other')).toBeNull()
    bench.engine.answers['network.import'] = ({ file: source }) => networkReport(source.split('/').at(-1), 'c'.repeat(64))
    expect((await bench.ask('network.useFineTuned', { runId })).name).toBe('net-0001-finetune.onnx')
    expect((await bench.ask('project.current', {}))?.network?.sha256).toBe('c'.repeat(64))
    await bench.ask('network.useOriginal', { runId })
    expect((await bench.ask('project.current', {}))?.network?.sha256).not.toBe('c'.repeat(64))
    await bench.services.close()
    expect(existsSync(file?.path ?? '')).toBe(false)
  })

  it('with learnt ranges, exports the hardware that has them and makes it that of the project', async () => {
    const runId = await startRun('finetune', 'Tuned')
    const started = await task(1, 'finetune')
    writeFileSync(join(project, 'runs', runId, 'finetuned.onnx'), 'new')
    const hardware = hardwareSchema.parse({ layers: { conv: { dac: { inputBits: 4, range: { kind: 'fixed', maximum: 0.75 } } } } })
    started.finish({ ...finetuneResult(), learnt: { ranges: [{ layer: 'conv', converter: 'dac', before: 1, after: 0.75 }], hardware } })
    await until(async () => (await status(runId)) === 'finished', 'the end')
    const { downloadId } = await bench.ask('export.prepare', { what: 'hardware', runId })
    expect(hardwareSchema.parse(JSON.parse(readFileSync(bench.services.preparedFile(downloadId)?.path ?? '', 'utf8')))).toEqual(hardware)
    bench.engine.answers['network.import'] = () => networkReport('tuned', 'c'.repeat(64))
    await bench.ask('network.useFineTuned', { runId })
    expect((await bench.ask('project.current', {}))?.settings.hardware).toEqual(hardware)
  })

  it('exports trials, hardware and reports, and saves through the host', async () => {
    const runId = await startRun()
    const started = await task(1)
    const trial = { point: 0, chipInstance: 0, top1: 0.8, top5: 1, loss: 0.5, confusion: [[1]], seconds: 0.1 }
    writeFileSync(join(project, 'runs', runId, 'trials.jsonl'), `${JSON.stringify(trial)}\n{"point":`)
    started.finish(simulationResult())
    await until(async () => (await status(runId)) === 'finished', 'the end')
    const text = async (input: Parameters<typeof bench.ask<'export.prepare'>>[1]): Promise<string> =>
      readFileSync(bench.services.preparedFile((await bench.ask('export.prepare', input)).downloadId)?.path ?? '', 'utf8')
    expect(JSON.parse(await text({ what: 'trials', runId, format: 'json' })).trials).toEqual([trial])
    expect((await text({ what: 'trials', runId, format: 'csv' })).trim().split('\n')).toHaveLength(2)
    expect(JSON.parse(await text({ what: 'hardware' }))).toMatchObject({ schemaVersion: 1, device: { kind: 'weight-referred' } })
    expect(await text({ what: 'report', runIds: [runId], format: 'html' })).toMatch(/^<!doctype html>/i)
    expect((await bench.ask('report.preview', { runIds: [runId] })).html).toContain('Simulation 1')
    const { downloadId } = await bench.ask('export.prepare', { what: 'hardware' })
    expect(await bench.refused('export.save', { downloadId })).toMatchObject({ code: 'REQUEST_INVALID' })
    bench.abilities.saveAs = async (name) => join(bench.root, name)
    expect(await bench.ask('export.save', { downloadId })).toEqual({ saved: true })
    expect(existsSync(join(bench.root, 'Untitled hardware.json'))).toBe(true)
    expect(await bench.refused('export.save', { downloadId: 'none' })).toMatchObject({ code: 'HANDLE_UNKNOWN' })
  })

  it('estimates with the settings of the project', async () => {
    const estimate = { trials: 10, images: 20_000, seconds: 5, peakMegabytes: 100, basis: 'a test' }
    bench.engine.answers['estimate.simulate'] = () => estimate
    expect(await bench.ask('runs.estimate', { kind: 'simulate' })).toEqual({ ...estimate, warnings: [] })
  })

  it('tells with the estimate, and in the problems list of a run that starts, where a device is silent', async () => {
    bench.engine.answers['estimate.simulate'] = () => ({ trials: 10, images: 20_000, seconds: 5, peakMegabytes: 100, basis: 'a test' })
    await saveSettings({ hardware: { device: { kind: 'reram-wan' } }, simulation: { sweep: { parameter: 'time', values: [0, 86_400, 31_536_000] } } })
    const warning = { code: 'DEVICE_SILENT', severity: 'warning', where: 'hardware.device', message: expect.stringMatching(/^At time since programming 1 year: ReRAM/) as string }
    expect((await bench.ask('runs.estimate', { kind: 'simulate' })).warnings).toMatchObject([warning])
    expect(await bench.ask('problems.list', {})).toEqual([])
    await startRun()
    expect(await bench.ask('problems.list', {})).toMatchObject([warning])
  })
})

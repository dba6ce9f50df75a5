/** Runs through the request door: started, checked beforehand, finished, exported. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hardwareSchema } from '@shared/hardware'
import { datasetSummary, finetuneResult, networkReport, simulationResult } from './testing/fake-engine'
import { startedRuns } from './testing/started-runs'
import { until, type Workbench } from './testing/workbench'

let bench: Workbench
let project: string
const { jobOf, saveSettings, start: startRun, status, stored, task } = startedRuns('simulate', (opened) => ({ bench, project } = opened))

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

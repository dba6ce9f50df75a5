/** What a run says of its converters through the request door: kept, missing for a reason, damaged. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasConverters, type StoredCalibration } from '@shared/calibration'
import { adcOf, dacOf, tiledAdcOf } from '@shared/charts/calibration-fixtures'
import { hardwareSchema } from '@shared/hardware'
import { simulationResult } from './testing/fake-engine'
import { startedRuns } from './testing/started-runs'
import { until, type Workbench } from './testing/workbench'

let bench: Workbench
let project: string
const { saveSettings, start, status, task } = startedRuns('simulate', (opened) => ({ bench, project } = opened))

const converters = [dacOf('conv'), adcOf('conv'), tiledAdcOf('fc')]
const stored: StoredCalibration = {
  schemaVersion: 1, sets: [4, 6].map((value, point) => ({ occasions: [{ kind: 'point', point, value }], images: { first: 0, count: 64 }, converters }))
}

/** A run on hardware with these settings; `finish` ends it. */
async function startRun(hardware: object, simulation: object = {}): Promise<{ runId: string; file: string; finish: () => Promise<void> }> {
  await saveSettings({ hardware, simulation })
  const runId = await start()
  const started = await task(1)
  return {
    runId, file: join(project, 'runs', runId, 'calibration.json'),
    finish: async () => {
      started.finish(simulationResult())
      await until(async () => (await status(runId)) === 'finished', 'the end')
    }
  }
}
const withAdc = { adc: { outputBits: 6 } }

describe('the calibration of a run', () => {
  it('is the last one, or the one that is asked for, with the occasions of all', async () => {
    const { runId, file } = await startRun(withAdc)
    writeFileSync(file, JSON.stringify(stored))
    const occasions = stored.sets.map((set) => set.occasions)
    expect(await bench.ask('runs.calibration', { runId, index: null })).toEqual({ kind: 'kept', occasions, index: 1, set: stored.sets[1] })
    expect(await bench.ask('runs.calibration', { runId, index: 0 })).toMatchObject({ index: 0, set: { occasions: [{ value: 4 }] } })
    expect(await bench.refused('runs.calibration', { runId, index: 2 })).toMatchObject({ code: 'REQUEST_INVALID', where: 'index', message: expect.stringContaining('2 calibrations') as string })
  })

  it('is missing for a reason that is said', async () => {
    const { runId, file, finish } = await startRun(withAdc)
    const missing = (reason: string): unknown => ({ kind: 'missing', reason })
    expect(await bench.ask('runs.calibration', { runId, index: null })).toEqual(missing('not-yet'))
    await finish()
    expect(await bench.ask('runs.calibration', { runId, index: null })).toEqual(missing('not-kept'))
    // As earlier programs wrote it.
    writeFileSync(file, JSON.stringify([{ point: 0, value: null, converters: [{ id: 'adc:0', kind: 'adc', layer: 'conv', lowest: -1, highest: 1, histogram: { lowest: -1, highest: 1, counts: [1] } }] }]))
    expect(await bench.ask('runs.calibration', { runId, index: null })).toEqual(missing('not-kept'))
  })

  it('is missing because no converter acts', async () => {
    const { runId } = await startRun({})
    expect(await bench.ask('runs.calibration', { runId, index: null })).toEqual({ kind: 'missing', reason: 'no-converters' })
  })

  it('is expected where only the sweep brings converters', async () => {
    const { runId } = await startRun({}, { sweep: { parameter: 'adc-bits', values: [0, 6] } })
    expect(await bench.ask('runs.calibration', { runId, index: null })).toEqual({ kind: 'missing', reason: 'not-yet' })
  })

  it('names a damaged or newer file and leaves it', async () => {
    const { runId, file } = await startRun(withAdc)
    for (const [text, code] of [['{"schemaVersion": 1, "sets": [', 'RUN_INVALID'], ['{"schemaVersion": 1, "sets": [{}]}', 'RUN_INVALID'], ['{"schemaVersion": 2}', 'PROJECT_TOO_NEW']] as const) {
      writeFileSync(file, text)
      expect(await bench.refused('runs.calibration', { runId, index: null })).toMatchObject({ code, where: expect.stringContaining(`runs/${runId}/calibration.json`) as string })
    }
  })

  it('goes into the raw data', async () => {
    const { runId, file, finish } = await startRun(withAdc)
    await finish()
    writeFileSync(file, JSON.stringify(stored))
    const { downloadId } = await bench.ask('export.prepare', { what: 'trials', runId, format: 'json' })
    const prepared = bench.services.preparedFile(downloadId)
    expect(JSON.parse(readFileSync(prepared?.path ?? '', 'utf8'))).toMatchObject({ calibration: [{ converters: [{ layer: 'conv', kind: 'dac' }, {}, { tiles: { rowTiles: 2 } }] }, {}] })
  })
})

describe('hardware has converters', () => {
  it('where one acts in a layer that is not digital, with its own settings or those of all', () => {
    const has = (input: object): boolean => hasConverters(hardwareSchema.parse(input))
    expect(has({})).toBe(false)
    expect(has(withAdc)).toBe(true)
    expect(has({ ...withAdc, effects: { outputQuantization: false } })).toBe(false)
    expect(has({ dac: { inputBits: 8 }, digitalLayers: { first: true, last: true } })).toBe(true)
    expect(has({ layers: { fc: { adc: { outputBits: 4 } } } })).toBe(true)
    expect(has({ layers: { fc: { digital: true, adc: { outputBits: 4 } } } })).toBe(false)
  })
})

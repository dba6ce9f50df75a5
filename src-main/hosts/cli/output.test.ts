import { dacOf, tiledAdcOf } from '@shared/charts/calibration-fixtures'
import { describe, expect, it } from 'vitest'
import { problem, ProblemError } from '@shared/problems'
import { finetuneRun, simulationRun } from '../../services/report/fixtures'
import { exitCodeOf } from './output'
import { createProgress, progressText } from './progress'
import { createProgram, runProgram } from './program'
import { finetuneJson, finetuneText, simulationJson, simulationText } from './results'
import { textTable } from './text-table'

const job = (progress: number, secondsElapsed = 0) => ({
  id: '1', runId: '0001-simulate', title: 'Simulation 1', status: 'running' as const, progress, activity: 'point 3 of 11', secondsRemaining: 12, secondsElapsed, problem: null
})

describe('tables', () => {
  it('aligns numbers to the right and keeps control characters out', () => {
    const table = textTable({
      columns: [{ key: 'a', label: 'Name', kind: 'text' }, { key: 'b', label: 'Mean', kind: 'percent' }],
      rows: [['x\u001b[31m', 0.5], ['longer name', 1]]
    })
    expect(table.split('\n')).toEqual([
      'Name             Mean',
      '───────────  ────────',
      'x\ufffd[31m        50.00 %',
      'longer name  100.00 %'
    ])
  })
})

describe('progress', () => {
  it('says what, how far and how long', () => {
    expect(progressText(job(0.437))).toBe('Simulation 1  43 %  point 3 of 11  12 s left')
  })

  it('is sparse outside of a terminal and silent when asked', () => {
    const written: string[] = []
    const stream = { write: (text: string) => written.push(text) }
    const progress = createProgress(stream, false)
    for (let i = 0; i <= 100; i++) progress.update(job(i / 100))
    progress.end()
    expect(written).toHaveLength(10)
    const quiet: string[] = []
    const silent = createProgress({ write: (text: string) => quiet.push(text) }, true)
    silent.update(job(0.5))
    silent.note('something')
    expect(quiet).toEqual([])
  })

  it('rewrites one line in a terminal and removes it at the end', () => {
    const written: string[] = []
    const progress = createProgress({ isTTY: true, columns: 30, write: (text: string) => written.push(text) }, false)
    progress.update(job(0.1))
    progress.end()
    expect(written).toEqual([`\r\u001b[K${progressText(job(0.1)).slice(0, 29)}`, '\r\u001b[K'])
  })
})

describe('documents', () => {
  it('has the fields of simulate', () => {
    const run = simulationRun([0, 0.1])
    if (run.result === null) throw new Error('no result')
    const document = simulationJson(run, run.result, null)
    expect(document).toMatchObject({ digital: { top1: 0.98 }, images: 300, seed: 7, activeEffects: [{ name: 'Programming error' }] })
    expect(document.points.map((p) => p.sigma)).toEqual([0, 0.1])
    expect(Object.keys(document.points[0] ?? {})).toEqual(expect.arrayContaining(['sigma', 'mu', 'top1', 'seconds', 'imagesPerSecond']))
    expect(document.points[0]?.top1.values).toHaveLength(10)
    expect(simulationText(run, run.result)).toContain('Digital top-1  98.00 %')
    expect(document.calibrations).toEqual([])
  })

  it('says the range of each converter and what was used of it, without histograms', () => {
    const run = simulationRun([0, 0.1])
    if (run.result === null) throw new Error('no result')
    const occasions = [{ kind: 'point' as const, point: 0, value: 0 }, { kind: 'point' as const, point: 1, value: 0.1 }]
    const { calibrations } = simulationJson(run, run.result, null, [{ occasions, images: { first: 0, count: 64 }, converters: [dacOf('conv'), tiledAdcOf('conv')] }])
    expect(calibrations).toMatchObject([{ occasions, images: { count: 64 }, converters: [
      { layer: 'conv', kind: 'dac', array: null, bits: 4, choice: { kind: 'max' }, lowest: 0, highest: 15, seen: { lowest: 0, highest: 15 }, clipped: { below: 0, above: 0 }, stepsUsed: 16 },
      { kind: 'adc', array: { slice: 0, side: 'positive' }, perTile: [0.75, 1.5], stepsUsed: 5 }
    ] }])
    expect(JSON.stringify(calibrations)).not.toContain('counts')
  })

  it('has the fields of finetune', () => {
    const run = finetuneRun()
    const exported = { file: 'out.onnx', sha256: 'ab', bytes: 5 }
    const document = finetuneJson(run, run.result?.history ?? [], exported, null)
    expect(document).toMatchObject({ before: { digital: { top1: 0.98 }, noisy: { top1: { mean: 0.84 } } }, after: { noisy: { top1: { mean: 0.96 } } }, export: exported })
    expect(document.history).toHaveLength(40)
    expect(finetuneText(run, exported)).toContain('96.00')
  })
})

describe('problems', () => {
  it('is our fault only when it is', () => {
    expect(exitCodeOf(problem('MODEL_TRUNCATED', 'x', 'y'))).toBe(2)
    expect(exitCodeOf(problem('INTERNAL', 'x', 'y'))).toBe(1)
    expect(exitCodeOf(problem('ENGINE_STOPPED', 'x', 'y'))).toBe(1)
  })

  it.each([[['simulat']], [['simulate', '--nonsense']], [['simulate']], [['inspect']], [['inspect', 'a', 'b']], [['simulate', '--sigma']], [['report', '--out', 'x']], [['finetune', '--model', 'm', '--data', 'd']]])(
    'makes an argument problem of %j',
    async (args) => {
      const thrown: unknown = await runProgram(createProgram('0', () => {}), args).catch((error: unknown) => error)
      expect(thrown).toBeInstanceOf(ProblemError)
      expect(thrown instanceof ProblemError && thrown.problem.code).toBe('ARGUMENT_INVALID')
    }
  )
})

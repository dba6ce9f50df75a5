import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CurvatureSettings } from '@shared/curvature'
import { hardwareSchema } from '@shared/hardware'
import { ProblemError } from '@shared/problems'
import { commandWords } from '../../services/report/command-line'
import { curvatureRun } from '../../services/report/curvature-fixture'
import { curvature, curvatureFrom, type CurvatureOptions } from './curvature'
import { curvatureJson, curvatureText } from './curvature-results'
import { hardwareFrom } from './hardware-options'
import { comparedFile } from './inputs'
import type { HardwareOptions } from './options'
import { createProgram } from './program'

/** The options as the command receives them. */
function parsed(words: readonly string[]): CurvatureOptions & HardwareOptions {
  const program = createProgram('0', () => {})
  const command = program.commands.find((each) => each.name() === 'curvature')
  if (command === undefined) throw new Error('no command')
  command.action(() => {})
  program.parse([...words], { from: 'user' })
  return command.opts()
}

describe('the command that a report prints', () => {
  it.each<[string, Partial<CurvatureSettings>]>([
    ['defaults', {}],
    ['everything', { probes: 5, eigenvalues: 0, iterations: 7, chipInstances: 0, images: { count: 40, first: 5 }, batch: 9, seed: 3, landscape: { kind: 'plane', points: 9, extent: 1.5 }, after: { kind: 'run', runId: '0002-finetune' } }],
    // Points and extent of no landscape are not printed; the defaults stand for them.
    ['no landscape', { landscape: { kind: 'none', points: 21, extent: 0.5 } }]
  ])('repeats a curvature run: %s', (_, settings) => {
    const run = curvatureRun(['conv'], settings, false)
    const options = parsed(commandWords(run, { model: 'm.onnx', data: 'd', hardware: 'h.json' }).slice(1))
    expect(options.after).toBe(run.config.settings.after === null ? undefined : 'runs/0002-finetune')
    expect(curvatureFrom(options, 10_000, run.config.settings.after)).toEqual(run.config.settings)
    expect(hardwareFrom(options, hardwareSchema.parse({ name: run.config.hardware.name })).hardware).toEqual(run.config.hardware)
  })
})

describe('options', () => {
  it('ask for no more images than there are', () => {
    expect(curvatureFrom({}, 80, null).images).toEqual({ count: 80, first: null })
    expect(curvatureFrom({}, 5000, null).images.count).toBe(500)
  })

  it.each<[CurvatureOptions & HardwareOptions, string]>([
    [{ probes: '1' }, '--probes'], [{ eigenvalues: '-1' }, '--eigenvalues'], [{ landscape: 'cube' }, '--landscape'], [{ landscape: 'line:20' }, '--landscape'],
    [{ landscape: 'line:21:1:1' }, '--landscape'], [{ sigma: '0,0.1' }, '--sigma'], [{ instances: 'x' }, '--instances']
  ])('%o is refused', async (options, where) => {
    const refused: unknown = await curvature({ model: 'm.onnx', data: 'd', ...options }).then(() => null, (thrown: unknown) => thrown)
    expect(refused).toBeInstanceOf(ProblemError)
    expect((refused as ProblemError).problem).toMatchObject({ code: 'ARGUMENT_INVALID', where })
  })

  it('--after takes a file, or the folder of a fine-tuning that has ended', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'acim-after-'))
    try {
      const tuned = join(folder, 'finetuned.onnx')
      const refused = async (path: string): Promise<unknown> => comparedFile(path).then(() => null, (thrown: unknown) => (thrown instanceof ProblemError ? thrown.problem : thrown))
      expect(await refused(join(folder, 'gone'))).toMatchObject({ code: 'FILE_NOT_FOUND', where: join(folder, 'gone') })
      expect(await refused(folder)).toMatchObject({ code: 'FILE_NOT_FOUND', where: folder })
      await writeFile(tuned, '')
      expect([await comparedFile(tuned), await comparedFile(folder)]).toEqual([tuned, tuned])
      await mkdir(join(folder, 'empty'))
      expect(await refused(join(folder, 'empty'))).toMatchObject({ code: 'FILE_NOT_FOUND' })
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

describe('documents', () => {
  const run = curvatureRun(['conv', 'fc'])

  it('have what the run found', () => {
    const document = curvatureJson(run, run.result!, { id: run.id, folder: '/p/runs/0004-curvature' })
    expect(document).toMatchObject({
      status: 'finished', seed: 7, images: 300, before: { loss: 0.1, layers: [{ layer: 'conv', weighted: { mean: 0.2 } }, {}], eigenvalues: [{ value: 12 }, {}] }, after: { eigenvalues: [{ value: 3 }, {}] },
      afterNetwork: { name: 'finetuned.onnx' }
    })
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
  })

  it('say the findings in words and in tables', () => {
    const text = curvatureText(run.result!)
    for (const expected of ['errors raise the loss', 'Whole network', 'By layer', 'Leading eigenvalues', 'Loss along a random direction', '25 % of what it was']) expect(text).toContain(expected)
    expect(text).not.toMatch(/undefined|NaN/)
    expect(curvatureText({ before: null, after: null })).toBe('Nothing is measured yet.')
  })
})

import { describe, expect, it } from 'vitest'
import type { AttributionSettings } from '@shared/attribution'
import { hardwareSchema } from '@shared/hardware'
import { ProblemError } from '@shared/problems'
import { attributionRun } from '../../services/report/attribution-fixture'
import { commandWords } from '../../services/report/command-line'
import { attribute, attributionFrom, type AttributionOptions } from './attribute'
import { attributionJson, attributionText, noFindings } from './attribution-results'
import { hardwareFrom } from './hardware-options'
import type { HardwareOptions } from './options'
import { createProgram } from './program'

/** The options as the command receives them. */
function parsed(words: readonly string[]): AttributionOptions & HardwareOptions {
  const program = createProgram('0', () => {})
  const command = program.commands.find((each) => each.name() === 'attribute')
  if (command === undefined) throw new Error('no command')
  command.action(() => {})
  program.parse([...words], { from: 'user' })
  return command.opts()
}

describe('the command that a report prints', () => {
  it.each<[string, Partial<AttributionSettings>]>([
    ['defaults', {}], ['no layers', { layersAlone: false }], ['layers digital', { layersAlone: false, layersDigital: true }],
    ['everything', { layersDigital: true, signalImages: 7, images: { count: 40, first: 5 }, chipInstances: 3, batch: 9 }], ['no ratios', { signalImages: 0, ownSignal: false }]
  ])('repeats an attribution: %s', (_, settings) => {
    const run = attributionRun(['conv'], settings)
    const options = parsed(commandWords(run, { model: 'm.onnx', data: 'd', hardware: 'h.json' }).slice(1))
    expect(attributionFrom(options, 10_000)).toEqual(run.config.settings)
    expect(hardwareFrom(options, hardwareSchema.parse({ name: run.config.hardware.name })).hardware).toEqual(run.config.hardware)
  })
})

describe('options', () => {
  it('ask for no more images than there are', () => {
    expect(attributionFrom({}, 500).images).toEqual({ count: 500, first: null })
    expect(attributionFrom({}, 5000).images.count).toBe(1000)
  })

  it.each<[AttributionOptions & HardwareOptions, string]>([
    [{ layers: 'all' }, '--layers'], [{ signalImages: '-1' }, '--signal-images'], [{ instances: '0' }, '--instances'], [{ sigma: '0,0.1' }, '--sigma'], [{ rows: '8,16' }, '--rows']
  ])('%o is refused', async (options, where) => {
    const refused = attribute({ model: 'm.onnx', data: 'd', ...options }).then(() => null, (thrown: unknown) => thrown)
    expect(await refused).toBeInstanceOf(ProblemError)
    expect(((await refused) as ProblemError).problem).toMatchObject({ code: 'ARGUMENT_INVALID', where })
  })
})

describe('documents', () => {
  const run = attributionRun()

  it('have what the attribution found', () => {
    const document = attributionJson(run, run.result ?? noFindings, { id: run.id, folder: '/p/runs/0003-attribute' })
    expect(document).toMatchObject({
      status: 'finished', seed: 7, chipInstances: 10, images: 300, digital: { top1: 0.98 },
      effects: [{ switch: 'programmingError', alone: { top1: {} }, lossAlone: { mean: 0.08, ci95: 0.004 }, without: {}, gainWithout: {} }, {}, {}],
      cumulative: [{ switches: ['programmingError'] }, {}, {}], layers: [{ layer: 'conv' }, {}], snr: [{ layer: 'conv', decibels: null, outcome: 'exact', own: {} }, { decibels: 19, interval: 0.3 }]
    })
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
  })

  it('of a run that was interrupted early have nothing yet', () => {
    const early = { ...run, result: null, status: 'cancelled' as const }
    expect(attributionJson(early, noFindings, null)).toMatchObject({ digital: null, all: null, effects: [], snr: [], run: null })
    expect(attributionText(noFindings)).toBe('Nothing is measured yet.')
  })

  it('say the findings in words and in tables', () => {
    const text = attributionText(run.result ?? noFindings)
    for (const expected of ['“Programming error” costs most: 8.0 ± 0.4', 'Effects switched on one after another', 'Output quantisation (ADC): Saturation belongs to it.', 'exact']) expect(text).toContain(expected)
    expect(text).not.toMatch(/undefined|NaN/)
  })
})

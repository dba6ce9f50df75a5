import { describe, expect, it } from 'vitest'
import { hardwareSchema } from '@shared/hardware'
import { ProblemError } from '@shared/problems'
import type { FinetuneSettings } from '@shared/finetune'
import type { FinetuneRun, RunRecord } from '@shared/run'
import { commandWords } from '../../services/report/command-line'
import { finetuneRun, simulationRun } from '../../services/report/fixtures'
import { optionsSuffice } from '../../services/report/hardware-flags'
import { hardwareFrom } from './hardware-options'
import { createProgram } from './program'
import { finetuneFrom, parseSchedule } from './finetune-options'
import { preprocessingFrom, simulationFrom } from './settings'

const codeOf = async (operation: () => unknown): Promise<string> => {
  try {
    await operation()
  } catch (thrown) {
    if (thrown instanceof ProblemError) return `${thrown.problem.code} ${thrown.problem.where}`
    throw thrown
  }
  return 'no problem'
}

describe('settings of options', () => {
  it('asks for no more images than there are unless told to', () => {
    expect(simulationFrom({}, null, 500).images).toEqual({ count: 500, first: null })
    expect(simulationFrom({}, null, 10_000).images.count).toBe(2000)
    expect(simulationFrom({ images: '700', firstImage: '8000' }, null, 500).images).toEqual({ count: 700, first: 8000 })
  })

  it('divides bytes by 255 and leaves floating-point data alone', () => {
    expect(preprocessingFrom({}, { elementType: 'uint8' })).toEqual({ divisor: 255, mean: [0], std: [1] })
    expect(preprocessingFrom({}, { elementType: 'float32' }).divisor).toBe(1)
    expect(preprocessingFrom({ divisor: '1', normalize: '0.5/0.25' }, { elementType: 'uint8' })).toEqual({ divisor: 1, mean: [0.5], std: [0.25] })
  })

  it('reads schedules', async () => {
    expect(parseSchedule('step:10:0.5')).toEqual({ kind: 'step', everyEpochs: 10, factor: 0.5 })
    expect(parseSchedule('cosine')).toEqual({ kind: 'cosine' })
    expect(parseSchedule('one-cycle')).toEqual({ kind: 'one-cycle', peakAt: 0.3 })
    for (const wrong of ['one-cycle:0.5:2', 'cosine:3', 'linear', 'step:0', 'step:1:2', 'step:1:0.5:2']) expect(await codeOf(() => parseSchedule(wrong))).toBe('ARGUMENT_INVALID --schedule')
  })

  it('refuses fine-tuning values out of range by the name of their option', async () => {
    expect(await codeOf(() => finetuneFrom({ lr: '0' }, null))).toBe('ARGUMENT_INVALID --lr')
    expect(await codeOf(() => finetuneFrom({ images: '5', testImages: '6' }, null))).toBe('ARGUMENT_INVALID --images')
    expect(await codeOf(() => finetuneFrom({ sigmaRange: '0.2:0.1' }, null))).toBe('ARGUMENT_INVALID --sigma-range')
    expect(await codeOf(() => finetuneFrom({ sigmaRange: '-0.1:0.1' }, null))).toBe('ARGUMENT_INVALID --sigma-range')
    expect(await codeOf(() => finetuneFrom({ weightLimit: 'deviations' }, null))).toBe('ARGUMENT_INVALID --weight-limit')
    expect(await codeOf(() => finetuneFrom({ learnRanges: 'all' }, null))).toBe('ARGUMENT_INVALID --learn-ranges')
    expect(await codeOf(() => finetuneFrom({ teacher: '2' }, null))).toBe('ARGUMENT_INVALID --teacher')
    expect(await codeOf(() => finetuneFrom({ layerRates: 'conv' }, null))).toBe('ARGUMENT_INVALID --layer-rates')
    expect(await codeOf(() => finetuneFrom({ method: 'sgd' }, null))).toBe('ARGUMENT_INVALID --method')
    expect(finetuneFrom({ images: '5' }, 3).testImages).toBe(5)
    expect(finetuneFrom({}, 300).testImages).toBe(300)
  })
})

describe('the command that a report prints', () => {
  const paths = { model: 'net work.onnx', data: 'data', hardware: 'hardware.json' }
  /** The options as the command of this name receives them. */
  function parsed(words: readonly string[]): Record<string, string> {
    const program = createProgram('0', () => {})
    const command = program.commands.find((each) => each.name() === words[1])
    if (command === undefined) throw new Error(`no command ${words[1]}`)
    command.action(() => {})
    program.parse(words.slice(1), { from: 'user' })
    return command.opts()
  }

  it.each<[string, RunRecord]>([['a sweep', simulationRun()], ['one point', simulationRun(null)], ['a sweep of one point', simulationRun([0.1])]])('repeats %s', (_, run) => {
    if (run.kind !== 'simulate') throw new Error('not a simulation')
    const options = parsed(commandWords(run, paths))
    expect(optionsSuffice(run.config.hardware)).toBe(true)
    const { hardware, sweep } = hardwareFrom(options, hardwareSchema.parse({ name: run.config.hardware.name }))
    expect(hardware).toEqual(run.config.hardware)
    expect(simulationFrom(options, sweep, 10_000)).toEqual(run.config.settings)
    expect(preprocessingFrom(options, { elementType: 'float32' })).toEqual(run.provenance.dataset.preprocessing)
  })

  /** Every option away from its default. */
  const unusual: Partial<FinetuneSettings> = {
    method: 'noise-aware', antithetic: true, samples: 4, noise: { sigma: { from: 0.02, to: 0.2 }, mu: { from: -0.08, to: 0.08 }, rampEpochs: 2.5 }, accumulation: 3, warmupEpochs: 1, nesterov: true,
    frozenLayers: ['/stem/Conv', 'a'], learningRateFactors: { '/a=b/Conv': 0.1, fc: 2 }, weightLimit: { kind: 'percentile', percentile: 99 }, distillation: { weight: 0.5, temperature: 3 }, patienceEpochs: 4, gradientNormClip: 1,
    learntRanges: { dac: true, adc: true, learningRateFactor: 3 }, schedule: { kind: 'one-cycle', peakAt: 0.4 }, augmentation: { cropPadding: 4, horizontalFlip: true }
  }

  it.each<[string, Partial<FinetuneSettings>]>([['', {}], [' with every option', unusual], [' with limits by deviations', { weightLimit: { kind: 'deviations', deviations: 2 } }], [' with learnt ADC ranges', { learntRanges: { dac: false, adc: true, learningRateFactor: 1 } }]])('repeats a fine-tuning%s', (_, settings) => {
    const plain = finetuneRun()
    const run: FinetuneRun = { ...plain, config: { ...plain.config, settings: { ...plain.config.settings, ...settings } } }
    const options = parsed(commandWords(run, paths))
    expect(finetuneFrom(options, null)).toEqual(run.config.settings)
    expect(options['model']).toBe('net work.onnx')
  })
})

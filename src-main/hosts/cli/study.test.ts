import { describe, expect, it } from 'vitest'
import { hardwareSchema } from '@shared/hardware'
import { ProblemError } from '@shared/problems'
import type { StudySettings } from '@shared/study'
import { commandWords } from '../../services/report/command-line'
import { studyRun } from '../../services/report/study-fixture'
import { hardwareFrom } from './hardware-options'
import type { HardwareOptions } from './options'
import { createProgram } from './program'
import { study, studyFrom, tunedPath, type StudyOptions } from './study'
import { studyJson, studyText } from './study-results'

/** The options as the command receives them. */
function parsed(words: readonly string[]): StudyOptions & HardwareOptions {
  const program = createProgram('0', () => {})
  const command = program.commands.find((each) => each.name() === 'study')
  if (command === undefined) throw new Error('no command')
  command.action(() => {})
  program.parse([...words], { from: 'user' })
  return command.opts()
}

describe('the command that a report prints', () => {
  it.each<[string, Partial<StudySettings>]>([
    ['over σ', {}],
    ['of several networks', { tuned: [{ name: 'Two words', network: { kind: 'run', runId: '0002-finetune' } }, { name: 'B', network: { kind: 'network', folder: 'b' } }] }],
    ['at one σ', { sweep: { parameter: 'sigma', values: [0.1] } }],
    ['over converters', { sweep: { parameter: 'adc-bits', values: [4, 6, 0] }, images: { count: 40, first: 5 }, batch: 9, seed: 3, chipInstances: 2 }]
  ])('repeats a study %s', (_, settings) => {
    const run = studyRun(settings)
    const options = parsed(commandWords(run, { model: 'm.onnx', data: 'd', hardware: 'h.json' }).slice(1))
    expect(options.tuned?.map((text) => tunedPath(text).name)).toEqual(run.config.settings.tuned.map(({ name }) => name))
    const { hardware, sweep } = hardwareFrom(options, hardwareSchema.parse({ name: run.config.hardware.name }))
    expect(hardware).toEqual(run.config.hardware)
    expect(studyFrom(options, hardware, sweep, 10_000, run.config.settings.tuned)).toEqual(run.config.settings)
  })
})

describe('options', () => {
  const from = (options: StudyOptions & HardwareOptions, device: object = { kind: 'weight-referred' }): StudySettings => {
    const { hardware, sweep } = hardwareFrom(options, hardwareSchema.parse({ device }))
    return studyFrom(options, hardware, sweep, 500, [])
  }

  it('sweep σ where the device has one, and take any other device as described', () => {
    expect(from({}).sweep).toEqual({ parameter: 'sigma', values: [0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16, 0.18, 0.2] })
    expect(from({ sigma: '0.15' }).sweep).toEqual({ parameter: 'sigma', values: [0.15] })
    expect(from({ sigma: '0.15', adcBits: '4,6' }).sweep).toEqual({ parameter: 'adc-bits', values: [4, 6] })
    expect(from({}, { kind: 'generic' }).sweep).toBeNull()
    expect(from({ time: '0,1h' }, { kind: 'generic' }).sweep).toEqual({ parameter: 'time', values: [0, 3600] })
  })

  it('ask for 20 chip instances, the usual representations, and no more images than there are', () => {
    expect(from({})).toMatchObject({ chipInstances: 20, scales: ['network', 'layer-bi-scale', 'column'], images: { count: 500, first: null } })
    expect(from({ scales: 'tile' }).scales).toEqual(['tile'])
  })

  it('--tuned names a network, or takes the name of its file', () => {
    expect(tunedPath('HA-SGD σ=0.1=runs/1.onnx')).toEqual({ name: 'HA-SGD σ', path: '0.1=runs/1.onnx' })
    expect(tunedPath('out/tuned.onnx')).toEqual({ name: 'tuned', path: 'out/tuned.onnx' })
  })

  it.each<[StudyOptions & HardwareOptions, string, string]>([
    [{ scale: 'column' }, 'ARGUMENT_INVALID', '--scale'], [{ scale: 'column,tile' }, 'ARGUMENT_INVALID', '--scale'], [{ scales: 'columns' }, 'ARGUMENT_INVALID', '--scales'],
    [{ scales: 'column,column' }, 'ARGUMENT_INVALID', '--scales'], [{ tuned: ['=x.onnx'] }, 'ARGUMENT_INVALID', '--tuned'], [{ tuned: ['A=x.onnx', 'A=y.onnx'] }, 'STUDY_INVALID', 'study.tuned'],
    [{ tuned: ['Original=x.onnx'] }, 'STUDY_INVALID', 'study.tuned'], [{ instances: '0' }, 'ARGUMENT_INVALID', '--instances'], [{ device: 'generic', sigma: '0,0.1' }, 'ARGUMENT_INVALID', '--sigma'],
    [{ levels: '4,8' }, 'HARDWARE_INVALID', 'hardware.programming.levels']
  ])('%o is refused', async (options, code, where) => {
    const refused: unknown = await study({ model: 'm.onnx', data: 'd', ...options }).then(() => null, (thrown: unknown) => thrown)
    expect(refused).toBeInstanceOf(ProblemError)
    expect((refused as ProblemError).problem).toMatchObject({ code, where })
  })
})

describe('documents', () => {
  const run = studyRun()

  it('have what the study found, with the name of each network', () => {
    const document = studyJson(run, run.result!, { id: run.id, folder: '/p/runs/0005-study' })
    expect(document).toMatchObject({
      status: 'finished', seed: 7, images: 300, networks: [{ name: 'Original', digital: { top1: 1 } }, {}], scales: ['network', 'column'],
      halfOfAccuracyLost: [{ network: 'Original', scale: 'network', at: { kind: 'at' } }, {}, {}, { network: '<b>HA-SGD</b>', scale: 'column', at: { kind: 'kept', value: 0.2 } }]
    })
    expect(document.points[1]).toMatchObject({ network: 'Original', scale: 'network', value: 0.1, top1: { ci95: 0.02 }, gain: null })
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
  })

  it('say the findings in words and in tables', () => {
    const text = studyText(run, run.result!)
    for (const expected of ['loses half of its digital accuracy', 'One per column', '20.0 ± 2.0', 'Half of the digital accuracy is lost', 'chip by chip', '+40.0 ± 1.0']) expect(text).toContain(expected)
    expect(text).not.toMatch(/undefined|NaN/)
    expect(studyText(run, { networks: [], points: [] })).toBe('Nothing is measured yet.')
  })
})

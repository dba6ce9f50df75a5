import { describe, expect, it } from 'vitest'
import { hardwareSchema } from './hardware'
import { ProblemError } from './problems'
import { requireRunnable, runProblems, runWarnings, studyProblems } from './run-problems'
import { studySettingsSchema } from './study'
import type { Sweep } from './simulation'

const problems = (input: unknown, sweep: Sweep | null) => runProblems(hardwareSchema.parse(input), sweep).map(({ severity, where, message }) => [severity, where, message.split(':')[0]])

describe('problems of a run', () => {
  it('are those of its hardware without a sweep', () => {
    expect(problems({ wires: { rowSegmentOhms: 1 } }, null).map(([, where]) => where)).toEqual(['hardware.wires.rowSegmentOhms'])
    expect(problems({}, null)).toEqual([])
  })

  it('are those of the points of its sweep, and say at which values', () => {
    const wires: Sweep = { parameter: 'wire-resistance', values: [0, 1, 2] }
    expect(problems({ device: { kind: 'generic' }, array: { rows: 64 } }, wires)).toEqual([['error', 'hardware.array.columns', 'At wire resistance per cell 1, 2']])
    // The hardware itself is not computed.
    expect(problems({ device: { kind: 'generic' }, wires: { rowSegmentOhms: 1, columnSegmentOhms: 1 } }, { parameter: 'wire-resistance', values: [0] })).toEqual([])
    expect(problems({ array: { rows: 0 } }, { parameter: 'levels', values: [1, 4] })).toEqual([
      ['error', 'settings.sweep.values.programming.levels', 'At conductance levels 1'], ['error', 'hardware.programming.levels', 'At conductance levels 4']
    ])
  })

  it('are told once, without values, where all points have them', () => {
    const sigma = problems({ device: { kind: 'generic' } }, { parameter: 'sigma', values: [0, 0.1] })
    expect(sigma).toHaveLength(1)
    expect(sigma[0]?.[2]).toMatch(/^Only the weight-referred device/)
  })

  it('shorten a long list of values', () => {
    const [problem] = runWarnings(hardwareSchema.parse({ device: { kind: 'pcm-joshi' } }), { parameter: 'time', values: [0, 60, 3600, 86_400, 31_536_000] })
    expect(problem?.message).toMatch(/^At time since programming 1 minute, 1 hour, 1 day, …: PCM, Joshi 2020/)
  })

  it('stop a run only when they are errors', () => {
    const silent = hardwareSchema.parse({ device: { kind: 'pcm-joshi' }, retention: { seconds: 10 } })
    expect(() => requireRunnable(silent, null)).not.toThrow()
    expect(runWarnings(silent, null)).toMatchObject([{ code: 'DEVICE_SILENT', severity: 'warning', where: 'hardware.device' }])
    expect(() => requireRunnable(hardwareSchema.parse({ cell: { kind: 'offset' } }), null)).toThrow(ProblemError)
  })
})

describe('a study', () => {
  const study = (input: unknown, settings: object = {}) => studyProblems(hardwareSchema.parse(input), studySettingsSchema.parse(settings)).map(({ severity, code, where }) => [severity, code, where])

  it('sweeps what the device has', () => {
    expect(study({})).toEqual([])
    expect(study({ device: { kind: 'generic' } })).toEqual([['error', 'STUDY_INVALID', 'study.sweep.parameter']])
    expect(study({ device: { kind: 'generic' } }, { sweep: { parameter: 'mu', values: [0, 0.1] } })).toEqual([['error', 'STUDY_INVALID', 'study.sweep.parameter']])
    expect(study({ device: { kind: 'generic' } }, { sweep: { parameter: 'adc-bits', values: [4, 6] } })).toEqual([])
    expect(study({}, { sweep: { parameter: 'levels', values: [4, 6] } })).toEqual([['error', 'HARDWARE_INVALID', 'hardware.programming.levels']])
  })

  it('warns of representations that say the same, and of layers that keep theirs', () => {
    expect(study({}, { scales: ['tile', 'column'] })).toEqual([['warning', 'STUDY_INVALID', 'study.scales']])
    expect(study({ array: { rows: 16 } }, { scales: ['tile', 'column'] })).toEqual([])
    expect(study({}, { scales: ['tile'], sweep: { parameter: 'array-rows', values: [16, 0] } })).toEqual([])
    expect(study({ layers: { conv: { representation: {} } } })).toEqual([['warning', 'STUDY_INVALID', 'hardware.layers']])
  })

  it('does not sweep representations, of which each is computed once', () => {
    const problem = (settings: object) => studySettingsSchema.safeParse(settings).error?.issues[0]?.message
    expect(problem({ sweep: { parameter: 'scale', values: ['column'] } })).toContain('Representations are compared in any case')
    expect(problem({ scales: ['column', 'column'] })).toContain('twice')
    expect(problem({ tuned: [{ name: 'Original', network: { kind: 'run', runId: 'x' } }] })).toContain('must differ')
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hardwareSchema, type Hardware } from './hardware'
import { deviceBrief, deviceName, hardwareSettings, layerSettings, notableSettings, sectionTitles, settingSections, valueAt } from './hardware-settings'
import { arbitraryHardware } from './hardware/testing/arbitrary'

const parse = (input: unknown): Hardware => hardwareSchema.parse(input)
const texts = (input: unknown): Record<string, string> => Object.fromEntries(notableSettings(parse(input)).map(({ path, value }) => [path, value]))

/** Paths of all values, without what is no setting: name, switches, digital and single layers. */
function leaves(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`))
}

describe('settings', () => {
  it('are every value of any description, once, with a label and words', () => {
    fc.assert(fc.property(arbitraryHardware(), (hardware) => {
      const settings = hardwareSettings(hardware)
      const { schemaVersion: _version, name: _name, effects: _effects, digitalLayers: _digital, layers: _layers, ...rest } = hardware
      expect(settings.map(({ path }) => path).sort()).toEqual(leaves(rest).sort())
      for (const { path, label, value, raw } of settings) {
        expect(raw, path).toEqual(valueAt(hardware, path))
        expect(label.length, path).toBeGreaterThan(2)
        expect(value, path).not.toMatch(/undefined|NaN|\[object/)
      }
    }), { numRuns: 200 })
  })

  it('are changed exactly where they differ from the default', () => {
    expect(hardwareSettings(parse({})).filter(({ changed }) => changed)).toEqual([])
    const changed = hardwareSettings(parse({ adc: { outputBits: 8, range: { kind: 'fixed', maximum: 16 } }, array: { rows: 64 } })).filter((setting) => setting.changed)
    expect(changed.map(({ path, value, standard }) => [path, value, standard])).toEqual([
      ['array.rows', '64', 'unlimited'], ['adc.outputBits', '8 bit', 'ideal'], ['adc.range.kind', 'Fixed', 'Calibrated']
    ])
    expect(hardwareSettings(parse({ device: { kind: 'hermes', devices: 1 } })).filter((setting) => setting.changed).map(({ path }) => path)).toContain('device.kind')
  })

  it('worth reading are the changed ones, the device, and what acts with its default', () => {
    expect(texts({})).toEqual({
      'device.kind': 'Weight-referred', 'device.sigma': '0.1 of full scale', 'device.mu': '0 of full scale', 'device.distribution': 'Standard normal',
      'representation.scaleGranularity': 'Two per layer: weights, biases', 'representation.bias': 'In analog cells'
    })
    expect(texts({ device: { kind: 'pcm-joshi' } })).toMatchObject({ 'device.maximumMicrosiemens': '25 µS', 'cell.kind': 'Differential pair', 'cell.pair': 'One-sided' })
    expect(texts({ device: { kind: 'pcm-joshi' }, cell: { kind: 'offset' } })).not.toHaveProperty('cell.pair')
    expect(texts({ device: { kind: 'weight-referred', mu: -0.5 }, dac: { inputBits: 4 }, retention: { seconds: 86_400 } })).toMatchObject({
      'device.mu': '−0.5 of full scale', 'dac.inputBits': '4 bit', 'dac.range.kind': 'Calibrated', calibrationImages: '64', 'retention.seconds': '86400 s (1 day)'
    })
    const points = [0, 1, 2].flatMap((seconds) => [0, 5].map((target) => ({ targetMicrosiemens: target, meanMicrosiemens: target, deviationMicrosiemens: 0, seconds })))
    expect(texts({ device: { kind: 'table', points } })['device.points']).toBe('6 points at 3 times')
  })

  it('lists what a sweep sets, whatever its own value', () => {
    expect(notableSettings(parse({}), ['array.rows']).map(({ path }) => path)).toContain('array.rows')
  })

  it('of single layers are those that differ from all others', () => {
    const own = layerSettings(parse({ adc: { outputBits: 8 }, layers: { a: { adc: { outputBits: 8 }, effects: { drift: false } }, b: { digital: true }, c: { adc: { outputBits: 4 } } } }))
    expect(own.map(({ layer, settings, effects }) => [layer, settings.map(({ path, value }) => `${path} ${value}`), effects])).toEqual([
      ['a', [], [{ switch: 'drift', on: false }]], ['c', ['adc.outputBits 4 bit'], []]
    ])
  })

  it('have a title for each section', () => {
    expect(Object.keys(sectionTitles)).toEqual([...settingSections])
  })
})

describe('names of devices', () => {
  it.each<[unknown, string, string]>([
    [{ kind: 'weight-referred' }, 'weight-referred, σ = 0.1', 'σ = 0.1'], [{ kind: 'weight-referred', sigma: 0, mu: -0.1 }, 'weight-referred, σ = 0, μ = −0.1', 'σ = 0'],
    [{ kind: 'hermes', devices: 2 }, 'PCM, Hermes core (14 nm), two devices', 'PCM, Hermes core (14 nm), two devices'], [{ kind: 'sonos' }, 'SONOS charge trap, Agrawal 2022', 'SONOS charge trap, Agrawal 2022'],
    [{ kind: 'sonos', maximumNanoamperes: 900 }, 'SONOS charge trap, Agrawal 2022, own values', 'SONOS charge trap, Agrawal 2022, own values'], [{ kind: 'table', name: 'Wafer 7' }, 'Wafer 7', 'Wafer 7']
  ])('%j', (device, name, brief) => {
    const parsed = parse({ device }).device
    expect([deviceName(parsed), deviceBrief(parsed)]).toEqual([name, brief])
  })
})

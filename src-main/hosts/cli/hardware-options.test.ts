import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deviceCatalogue, findPreset } from '@shared/devices'
import { hardwareSchema, scaleGranularities, type Hardware } from '@shared/hardware'
import { arbitraryHardware } from '@shared/hardware/testing/arbitrary'
import { ProblemError, type Problem } from '@shared/problems'
import { adcRangeText, cellFormNames, cellForms, hardwareFlags, optionsSuffice } from '../../services/report/hardware-flags'
import { closeMatches, editDistance } from './close-matches'
import { baseHardware, hardwareFrom, parseAdcRange, readHardware } from './hardware-options'
import type { HardwareOptions } from './options'
import { createProgram } from './program'
import { deviceNames, namedDevice, readDevice } from './read-device'

const base = hardwareSchema.parse({})
const conductances = hardwareSchema.parse({ device: { kind: 'generic' } })

const problemOf = async (operation: () => unknown): Promise<Problem | null> => {
  try {
    await operation()
  } catch (thrown) {
    if (thrown instanceof ProblemError) return thrown.problem
    throw thrown
  }
  return null
}
const codeOf = async (operation: () => unknown): Promise<string> => {
  const problem = await problemOf(operation)
  return problem === null ? 'no problem' : `${problem.code} ${problem.where}`
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acim-test-'))
})
afterAll(() => rm(folder, { recursive: true }))
const file = async (name: string, content: string): Promise<string> => {
  await writeFile(join(folder, name), content)
  return join(folder, name)
}

describe('hardware of options', () => {
  it('changes the base and sweeps at most one parameter', async () => {
    const made = hardwareFrom({ sigma: '0:0.2:0.1', scale: 'column', adcBits: '8', rows: '256', noise: 'uniform', mu: '-0.01' }, base)
    expect(made.sweep).toEqual({ parameter: 'sigma', values: [0, 0.1, 0.2] })
    expect(made.hardware).toMatchObject({
      device: { sigma: 0.1, mu: -0.01, distribution: 'uniform' }, representation: { scaleGranularity: 'column' }, adc: { outputBits: 8 }, array: { rows: 256, columns: 0 }
    })
    expect(await codeOf(() => hardwareFrom({ sigma: '0,0.1', scale: 'layer,column' }, base))).toBe('ARGUMENT_INVALID --scale')
  })

  it('sets the cells, slices, time, wires and converters of conductance devices', () => {
    const { hardware, sweep } = hardwareFrom({
      levels: '16', cell: 'centred-separate', weightBits: '8', bitsPerCell: '2', compensation: 'tile', columns: '128', rows: '256', wireResistance: '1.5', dacBits: '8', bitSerial: '2', adcRange: 'percentile:99.5,tile',
      keepDigital: 'first, last,conv 1', time: '1h,1d,1y'
    }, conductances)
    expect(sweep).toEqual({ parameter: 'time', values: [3600, 86_400, 31_536_000] })
    expect(hardware).toMatchObject({
      programming: { levels: 16 }, cell: { kind: 'differential', pair: 'centred', digitization: 'separate' }, slices: { weightBits: 8, bitsPerCell: 2 }, retention: { seconds: 0, compensation: 'tile' },
      array: { rows: 256, columns: 128 }, wires: { rowSegmentOhms: 1.5, columnSegmentOhms: 1.5, driverOhms: 0 }, dac: { inputBits: 8, streaming: 'bit-serial', bitsPerPulse: 2 },
      adc: { range: { kind: 'calibrated', statistic: 'percentile', percentile: 99.5, scope: 'tile' } }, digitalLayers: { first: true, last: true }, layers: { 'conv 1': { digital: true } }
    })
    expect(hardwareFrom({ dacBits: '4,8', bitSerial: true }, base).hardware.dac).toMatchObject({ streaming: 'bit-serial', bitsPerPulse: 1 })
  })

  it('keeps what a description has of single layers', () => {
    const own = hardwareSchema.parse({ digitalLayers: { last: true }, layers: { a: { array: { rows: 8 } }, b: { adc: { outputBits: 4 } } } })
    expect(hardwareFrom({ keepDigital: 'first,b' }, own).hardware).toMatchObject({
      digitalLayers: { first: true, last: true }, layers: { a: { digital: false, array: { rows: 8 } }, b: { digital: true, adc: { outputBits: 4 } } }
    })
  })

  it.each<[HardwareOptions, string]>([
    [{ sigma: '3' }, '--sigma'], [{ sigma: '0,3' }, '--sigma'], [{ sigma: '-0.1' }, '--sigma'], [{ adcBits: '1' }, '--adc-bits'], [{ adcBits: '7.5' }, '--adc-bits'], [{ dacBits: '17' }, '--dac-bits'],
    [{ rows: '-1' }, '--rows'], [{ columns: 'x' }, '--columns'], [{ noise: 'pink' }, '--noise'], [{ scale: 'bi-scale' }, '--scale'], [{ levels: '1' }, '--levels'], [{ levels: '4,1' }, '--levels'], [{ cell: 'pair' }, '--cell'],
    [{ weightBits: '1' }, '--weight-bits'], [{ bitsPerCell: '17' }, '--bits-per-cell'], [{ time: '1 week' }, '--time'], [{ time: '-1' }, '--time'], [{ time: '1e11' }, '--time'], [{ compensation: 'yes' }, '--compensation'],
    [{ wireResistance: '-1' }, '--wire-resistance'], [{ bitSerial: '9', dacBits: '8' }, '--bit-serial'], [{ bitSerial: true }, '--bit-serial'], [{ adcRange: 'half' }, '--adc-range'], [{ keepDigital: 'first,,last' }, '--keep-digital']
  ])('refuses %o', async (options, where) => {
    expect(await codeOf(() => hardwareFrom(options, base))).toBe(`ARGUMENT_INVALID ${where}`)
  })

  it('knows what only the weight-referred device has', async () => {
    for (const [options, where] of [[{ sigma: '0.1' }, '--sigma'], [{ mu: '0,0.1' }, '--mu'], [{ noise: 'uniform' }, '--noise']] as const) {
      expect(await problemOf(() => hardwareFrom(options, conductances))).toMatchObject({ code: 'ARGUMENT_INVALID', where, message: expect.stringContaining('weight-referred') as string })
    }
  })
})

describe('range of the output converters', () => {
  it.each([
    ['max', { kind: 'calibrated', statistic: 'max', percentile: 99.9, scope: 'layer' }], ['least-squares,tile', { kind: 'calibrated', statistic: 'least-squares', percentile: 99.9, scope: 'tile' }],
    ['percentile', { kind: 'calibrated', statistic: 'percentile', percentile: 99.9, scope: 'layer' }], ['percentile:99', { kind: 'calibrated', statistic: 'percentile', percentile: 99, scope: 'layer' }],
    ['full-scale', { kind: 'full-scale' }], ['fixed:2.5', { kind: 'fixed', maximum: 2.5, minimum: null, perSlice: [] }]
  ])('reads %s', (text, range) => {
    expect(parseAdcRange(text)).toEqual(range)
    expect(parseAdcRange(adcRangeText(parseAdcRange(text)) ?? '')).toEqual(range)
  })

  it.each(['', 'maximum', 'max:1', 'percentile:40', 'percentile:x', 'percentile:99:1', 'max,row', 'max,tile,tile', 'fixed', 'fixed:0', 'fixed:1,tile', 'full-scale,tile', 'full-scale:1'])('refuses "%s"', async (text) => {
    expect(await codeOf(() => parseAdcRange(text))).toMatch(/^ARGUMENT_INVALID --adc-range/)
  })
})

describe('devices by name and file', () => {
  it('finds every preset and kind that is listed, and each preset gives its own values', () => {
    for (const name of deviceNames()) expect(namedDevice(name), name).not.toBeUndefined()
    expect(deviceNames()).toEqual(expect.arrayContaining(['weight-referred', 'hermes', 'hermes-2', 'reram-wan-1s', 'table', ...Object.keys(deviceCatalogue)]))
    expect(namedDevice('hermes-2')).toEqual(findPreset('hermes-2'))
    expect(namedDevice('toString')).toBeUndefined()
  })

  it('takes the place of the device of a description', async () => {
    const hardware = await file('h.json', '{"array": {"rows": 64}, "device": {"kind": "sonos"}}')
    expect(await baseHardware({ hardware, device: 'pcm-joshi' })).toMatchObject({ array: { rows: 64 }, device: { kind: 'pcm-joshi', maximumMicrosiemens: 25 } })
    expect(await baseHardware({ hardware })).toMatchObject({ device: { kind: 'sonos' } })
    expect(await baseHardware({})).toEqual(base)
  })

  it('reads a device document, plain or as it is exported', async () => {
    expect(await readDevice(await file('d.json', '{"kind": "ctt", "programmingErrorFraction": 0.03}'))).toMatchObject({ kind: 'ctt', programmingErrorFraction: 0.03, maximumMicrosiemens: 1 })
    expect(await readDevice(await file('e.json', '{"schemaVersion": 1, "name": "Wafer 7", "device": {"kind": "generic", "sigma": 0.07}}'))).toMatchObject({ kind: 'generic', sigma: 0.07 })
  })

  it.each([
    ['{"kind": "ctt", "sigma": 0.03}', /^DEVICE_INVALID .*d\.json\.sigma$/], ['{"kind": "rram"}', /^DEVICE_INVALID .*d\.json\.kind$/], ['{"kind": "generic", "minimumMicrosiemens": 200}', /^DEVICE_INVALID .*minimumMicrosiemens$/],
    ['[]', /^DEVICE_INVALID .*d\.json$/], ['{', /^DEVICE_INVALID .*d\.json$/]
  ])('refuses the document %s', async (text, expected) => {
    const path = await file('d.json', text)
    expect(await codeOf(() => readDevice(path))).toMatch(expected)
  })

  it('lists close names for one that it does not know', async () => {
    expect(await problemOf(() => readDevice('hermess'))).toMatchObject({ code: 'ARGUMENT_INVALID', where: '--device', tip: expect.stringContaining('hermes, hermes-1, hermes-2') as string })
    expect(await problemOf(() => readDevice('wan'))).toMatchObject({ tip: expect.stringContaining('reram-wan') as string })
    expect(await problemOf(() => readDevice('flux-capacitor'))).toMatchObject({ tip: expect.stringContaining('acim devices') as string })
    expect(await codeOf(() => readDevice(join(folder, 'none.json')))).toBe(`FILE_NOT_FOUND ${join(folder, 'none.json')}`)
  })

  it('measures how far names are apart', () => {
    expect([['', 'abc'], ['kitten', 'sitting'], ['flaw', 'lawn'], ['same', 'same']].map(([a = '', b = '']) => editDistance(a, b))).toEqual([3, 3, 2, 0])
    expect(closeMatches('sonas', ['sonos', 'ctt', 'table'])).toEqual(['sonos'])
    expect(closeMatches('x', ['sonos', 'ctt'])).toEqual([])
  })
})

describe('hardware file', () => {
  it.each([
    ['{"array": {"rows": 256}}', 'no problem'],
    ['{"array": {"rows": "many"}}', 'HARDWARE_INVALID hardware.array.rows'],
    ['{"adc": {"outputBits": 1}}', 'HARDWARE_INVALID hardware.adc.outputBits'],
    ['{"device": {"kind": "hermes", "devices": 3}}', 'HARDWARE_INVALID hardware.device.devices'],
    ['{"layers": {"fc": {"adc": {"range": {"kind": "fixed", "maximum": -1}}}}}', 'HARDWARE_INVALID hardware.layers.fc.adc.range.maximum'],
    ['[]', 'HARDWARE_INVALID hardware']
  ])('%s gives %s', async (text, expected) => {
    const path = await file('h.json', text)
    expect(await codeOf(() => readHardware(path))).toBe(expected)
  })

  it('names the file when it is missing or not JSON', async () => {
    const path = await file('h.json', '{')
    expect(await codeOf(() => readHardware(path))).toBe(`HARDWARE_INVALID ${path}`)
    expect(await codeOf(() => readHardware(join(folder, 'none.json')))).toBe(`FILE_NOT_FOUND ${join(folder, 'none.json')}`)
  })
})

describe('options that a report prints', () => {
  /** The options as `acim simulate` receives them. */
  function parsed(flags: readonly string[]): HardwareOptions {
    const command = createProgram('0', () => {}).commands.find((each) => each.name() === 'simulate')
    if (command === undefined) throw new Error('no command simulate')
    command.action(() => {})
    command.parse(['--model', 'm', '--data', 'd', ...flags], { from: 'user' })
    return command.opts()
  }
  const repeated = async (hardware: Hardware): Promise<Hardware> => {
    const options = parsed(hardwareFlags(hardware))
    return { ...hardwareFrom(options, await baseHardware(options)).hardware, name: hardware.name }
  }
  /** Descriptions that options can say, as far as options can be said at random. */
  const sayable = fc
    .record({
      device: fc.constantFrom(...deviceNames().flatMap((name) => namedDevice(name) ?? [])),
      programming: fc.record({ levels: fc.constantFrom(0, 16) }),
      representation: fc.record({ scaleGranularity: fc.constantFrom(...scaleGranularities) }),
      cell: fc.constantFrom(...cellFormNames.map((name) => cellForms[name])),
      slices: fc.record({ weightBits: fc.constantFrom(0, 8), bitsPerCell: fc.constantFrom(0, 2) }),
      retention: fc.record({ seconds: fc.constantFrom(0, 0.5, 86_400), compensation: fc.constantFrom('none', 'global', 'tile') }),
      array: fc.record({ rows: fc.constantFrom(0, 256), columns: fc.constantFrom(0, 64) }),
      wires: fc.constantFrom({}, { rowSegmentOhms: 1.25, columnSegmentOhms: 1.25 }),
      dac: fc.constantFrom({}, { inputBits: 8 }, { inputBits: 6, streaming: 'bit-serial', bitsPerPulse: 1 }, { inputBits: 6, streaming: 'bit-serial', bitsPerPulse: 3 }),
      adc: fc.record({ outputBits: fc.constantFrom(0, 7), range: fc.constantFrom(...['max', 'percentile:99.5,tile', 'least-squares', 'full-scale', 'fixed:3'].map(parseAdcRange)) }),
      digitalLayers: fc.record({ first: fc.boolean(), last: fc.boolean() }),
      layers: fc.constantFrom({}, { 'conv 1': { digital: true }, fc: { digital: true } })
    })
    .map((input) => hardwareSchema.parse(input))

  it('repeat what they can say', async () => {
    await fc.assert(fc.asyncProperty(sayable, async (hardware) => {
      expect(optionsSuffice(hardware)).toBe(true)
      expect(await repeated(hardware)).toEqual(hardware)
    }), { numRuns: 200 })
  })

  it('are never printed for what they cannot say', async () => {
    let refused = 0
    await fc.assert(fc.asyncProperty(arbitraryHardware(), async (hardware) => {
      if (optionsSuffice(hardware)) expect(await repeated(hardware)).toEqual(hardware)
      else refused++
    }), { numRuns: 200 })
    expect(refused).toBeGreaterThan(0)
    for (const input of [
      { device: { kind: 'hermes', minimumMicrosiemens: 1 } }, { adc: { gainDeviation: 0.1 } }, { wires: { senseOhms: 1 } }, { wires: { rowSegmentOhms: 1 } }, { layers: { a: { array: { rows: 2 } } } }, { layers: { 'a,b': { digital: true } } },
      { effects: { drift: false } }, { calibrationImages: 8 }, { adc: { range: { kind: 'fixed', maximum: 2, perSlice: [1] } } }, { dac: { bitsPerPulse: 2 } }, { dac: { streaming: 'bit-serial' } }
    ]) expect(optionsSuffice(hardwareSchema.parse(input)), JSON.stringify(input)).toBe(false)
  })
})

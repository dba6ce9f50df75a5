import { describe, expect, it } from 'vitest'
import { conductanceDeviceSchema, deviceCatalogue } from '@shared/devices'
import { deviceSchema, hardwareSchema } from '@shared/hardware'
import { runProblems } from '@shared/run-problems'
import { descriptionJson, descriptionText, type DescribedNetwork } from './describe'
import { catalogue, deviceText, listText } from './devices'
import { deviceNames, namedDevice } from './read-device'

const described = (input: unknown, network: DescribedNetwork | null = null) => {
  const hardware = hardwareSchema.parse(input)
  return { hardware, problems: runProblems(hardware, null), network }
}

describe('acim describe', () => {
  it('says in order what is active, what is switched off, what stays digital, what differs from the default', () => {
    const text = descriptionText(described({
      name: 'Chip', device: { kind: 'hermes', devices: 1 }, retention: { seconds: 86_400 }, adc: { outputBits: 8 }, effects: { readNoise: false }, digitalLayers: { last: true }, layers: { fc: { adc: { outputBits: 4 }, effects: { drift: false } } }
    }))
    const lines = text.split('\n')
    expect(lines[0]).toBe('Chip')
    expect(lines[1]).toBe('Device: PCM, Hermes core (14 nm), one device')
    expect(lines.filter((line) => /^ {2}\d\. /.test(line)).map((line) => line.split(':')[0])).toEqual([
      '  1. Programming error', '  2. Drift', '  3. Read noise (fc)', '  4. Output quantisation (ADC)', '  5. Output quantisation (ADC) (fc)'
    ])
    for (const expected of ['Switched off: Read noise.', 'Digital: the last layer.', '  fc: Drift off', '  fc: Read noise on']) expect(lines).toContain(expected)
    expect(text).toMatch(/Time: Time since programming {2,}86400 s \(1 day\) {2}\(default: 0 s\)/)
    expect(text).toMatch(/Cells: Pair {2,}One-sided\n/)
    expect(text).not.toMatch(/Refused|Warnings|undefined|NaN/)
  })

  it('writes lists of numbers for people, and says of an empty one that there is none', () => {
    const text = descriptionText(described({ device: { kind: 'generic' }, slices: { weightBits: 5, bitsPerCell: 2 }, adc: { outputBits: 8, range: { kind: 'fixed', perSlice: [1, 2.5] } } }))
    expect(text).toMatch(/Upper end of each slice {2,}1, 2\.5 cell currents {2}\(default: none\)/)
  })

  it('says that nothing is active', () => {
    expect(descriptionText(described({ device: { kind: 'weight-referred', sigma: 0 } }))).toContain('No analog effect is active: the hardware computes what the digital network computes.')
  })

  it('lists every reason for which a run would be refused, and warnings', () => {
    const text = descriptionText(described({ cell: { kind: 'offset' }, slices: { weightBits: 8, bitsPerCell: 2 } }))
    expect(text).toContain('Refused:\n  hardware.cell.kind: ')
    expect(text).toContain('\n  hardware.slices.bitsPerCell: ')
    expect(descriptionText(described({ device: { kind: 'pcm-joshi' }, retention: { seconds: 9 } }))).toContain('Warnings:\n  hardware.device: PCM, Joshi 2020')
  })

  it('keeps control characters of names away from the terminal', () => {
    expect(descriptionText(described({ name: 'a\u001b[31m', layers: { 'b\u0007': { digital: true } } }))).not.toMatch(/[\u001b\u0007]/)
  })

  it('has the same as a document', () => {
    const document = descriptionJson(described({ device: { kind: 'sonos' }, wires: { rowSegmentOhms: 1 }, effects: { drift: false }, layers: { a: { digital: true }, b: { array: { rows: 8 } } } }))
    expect(document).toMatchObject({
      refused: true, device: { kind: 'sonos', name: 'SONOS charge trap, Agrawal 2022' }, switchedOff: ['drift'], digitalLayers: { first: false, last: false, named: ['a'] }, network: null,
      layerSettings: [{ layer: 'b', settings: [{ path: 'array.rows', raw: 8, default: 'unlimited' }] }]
    })
    expect(document.problems.map(({ where }) => where)).toContain('hardware.wires.rowSegmentOhms')
    expect(document.settings.find(({ path }) => path === 'wires.rowSegmentOhms')).toEqual({ path: 'wires.rowSegmentOhms', label: 'Row wire, per cell', value: '1 Ω', raw: 1, default: '0 Ω', changed: true })
    expect(document.activeEffects.map((effect) => effect.switch)).toEqual(['programmingError', 'wireResistance', 'readNoise'])
    expect(hardwareSchema.parse(document.hardware)).toEqual(document.hardware)
  })

  it('sums the arrays of a network', () => {
    const arrays = { node: 'a', sharesArraysOf: null, rowTiles: 2, columnTiles: 1, groups: 1, tiles: 2, slices: 4, cellsPerValue: 2, arrays: 16, arrayRows: 64, arrayColumns: 64, occupiedCells: 32_768, cells: 65_536, utilisation: 0.5 }
    const layer = { node: 'a', operator: 'Conv', rows: 100, columns: 40, groups: 1, arrays, ownSettings: false }
    const text = descriptionText(described({}, { name: 'n.onnx', sha256: '', layers: [layer, { ...layer, node: 'b', arrays: null }], otherNodes: 3 }))
    expect(text).toContain('1 of 2 layers on 16 arrays, 50.0 % of their cells used; 1 kept digital; 3 other nodes are digital.')
    expect(text).toMatch(/^b +Conv +digital +100 × 40/m)
    const shared = descriptionText(described({}, { name: 'n.onnx', sha256: '', layers: [layer, { ...layer, node: 'b', arrays: { ...arrays, node: 'b', sharesArraysOf: 'a', tiles: 0, arrays: 0, occupiedCells: 0, cells: 0 } }], otherNodes: 3 }))
    expect(shared).toContain('2 of 2 layers on 16 arrays, 50.0 % of their cells used')
    expect(shared).toMatch(/^b +Conv +analog, arrays of a/m)
  })
})

describe('acim devices', () => {
  it('lists every preset with its range, and every kind with its source', () => {
    const text = listText(catalogue())
    for (const { kind, presets } of catalogue()) {
      expect(text).toMatch(new RegExp(`^ {2}${kind} +\\S`, 'm'))
      for (const { id } of presets) expect(text).toMatch(new RegExp(`^${id.replace('.', '\\.')} `, 'm'))
    }
    expect(text).toMatch(/^hermes-2 .* 0 … 20\.7 µS +any time +yes$/m)
    expect(text).toMatch(/^reram-wan .* up to 2 days +no$/m)
    expect(text).toMatch(/^sonos .* nA +up to 5 days +yes$/m)
    expect(text).toMatch(/^ctt .* with values of yours +no$/m)
    expect(text).not.toMatch(/undefined|NaN/)
  })

  it('has presets that can be used as they are', () => {
    const all = catalogue().flatMap(({ presets }) => presets)
    expect(all.map(({ id }) => id).sort()).toEqual(['weight-referred', ...Object.values(deviceCatalogue).flatMap(({ presets }) => presets.map(({ id }) => id))].sort())
    for (const { device } of all) expect(deviceSchema.parse(JSON.parse(JSON.stringify(device)))).toEqual(device)
  })

  it.each(deviceNames())('prints %s in full', (name) => {
    const device = namedDevice(name)
    const kind = catalogue().find((each) => each.kind === device?.kind)
    if (device === undefined || kind === undefined) throw new Error(`no device ${name}`)
    const text = deviceText(kind, name, device)
    for (const { path, meaning } of kind.fields) expect([text.includes(`${path} `), text.includes(meaning)]).toEqual([true, true])
    for (const { text: source } of kind.citations) expect(text).toContain(source)
    for (const formula of kind.formulas) expect(text).toContain(formula.text)
    expect(text).not.toMatch(/undefined|NaN|\[object/)
  })

  it('prints the values of a preset, not the defaults of its kind', () => {
    const text = (name: string): string => {
      const device = conductanceDeviceSchema.parse(namedDevice(name))
      const kind = catalogue().find((each) => each.kind === device.kind)
      return kind === undefined ? '' : deviceText(kind, name, device)
    }
    expect(text('reram-wan-1s')).toMatch(/^maximumMicrosiemens +39\.26 µS/m)
    expect(text('reram-wan')).toMatch(/^maximumMicrosiemens +40 µS/m)
    expect(text('hermes-1')).toContain('Conductance  0 … 10.35 µS')
  })
})

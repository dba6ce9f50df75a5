import { describe, expect, it } from 'vitest'
import { activeEffects, describeDigitalLayers } from '@shared/effects'
import { effectSwitches, hardwareProblems, hardwareSchema, idealHardware, layerHardware, type Hardware, type HardwareInput } from '@shared/hardware'
import type { NetworkReport } from '@shared/network'
import { effectList, everyEffect } from './effect-list'
import { fieldState, sectionReason, switchedOff } from './field-rules'
import { readHardware } from './hardware-file'
import { hardwarePresets, presetOf } from './hardware-presets'
import { layerNames, layerRows, ownSections, resolvedFor, strangeLayers, withFirstAndLastDigital, withLayerDigital, withoutLayer, withoutOwnSection, withOwnSection } from './layers'
import { problemPlace } from './problem-place'
import { sectionSummary } from './section-summary'
import { layerSections, pathInDescription, sectionFields, sectionOfPath, sectionTitles, type SectionId } from './sections'

const parse = (hardware: HardwareInput): Hardware => hardwareSchema.parse(hardware)
const pcm = { device: { kind: 'hermes' } } as const
const sections = Object.keys(sectionTitles) as SectionId[]

describe('effectList', () => {
  const acting = (hardware: Hardware) => effectList(hardware).filter((entry) => entry.acting.length > 0).map((entry) => entry.key)
  const entry = (hardware: Hardware, key: (typeof effectSwitches)[number]) => effectList(hardware).find((candidate) => candidate.key === key)

  it('lists every switch in the order of action, and agrees with the list of active effects', () => {
    for (const { hardware } of hardwarePresets) {
      expect(effectList(hardware).map(({ key }) => key)).toEqual(effectSwitches)
      expect(acting(hardware)).toEqual([...new Set(activeEffects(hardware).map((effect) => effect.switch))])
    }
    expect(acting(idealHardware())).toEqual([])
  })
  it('says of each that is on and idle why', () => {
    expect(entry(parse({}), 'inputQuantization')).toMatchObject({ on: true, acting: [], idleReason: 'the DAC is ideal' })
    expect(entry(parse({}), 'drift')?.idleReason).toContain('no cells')
    expect(entry(parse(pcm), 'drift')?.idleReason).toContain('directly after programming')
    expect(entry(parse({ device: { kind: 'rram-milo' }, retention: { seconds: 60 } }), 'drift')?.idleReason).toContain('does not change with time')
    for (const { hardware } of hardwarePresets) for (const each of effectList(hardware)) expect(each.idleReason === null, each.key).toBe(each.acting.length > 0)
  })
  it('gives no reason for what is switched off, but says what it would do', () => {
    const off = entry(parse({ effects: { programmingError: false } }), 'programmingError')
    expect(off).toMatchObject({ on: false, acting: [], idleReason: null })
    expect(off?.wouldDo).toContain('0.1·ε')
    expect(entry(parse({ effects: { drift: false } }), 'drift')?.wouldDo).toBeNull()
  })
  it('names the layers for which an effect has another form', () => {
    const hardware = parse({ layers: { fc: { adc: { outputBits: 6 } } } })
    expect(entry(hardware, 'outputQuantization')?.acting).toMatchObject([{ layers: ['fc'] }])
  })
  it('is empty with all switches off, whatever is set', () => {
    for (const { hardware } of hardwarePresets) expect(activeEffects({ ...hardware, effects: everyEffect(false) })).toEqual([])
  })
})

describe('sections', () => {
  it('cover every section that a layer may have, with documented fields', () => {
    for (const section of sections) {
      const fields = sectionFields(section, parse(pcm))
      expect(fields.length, section).toBeGreaterThanOrEqual(section === 'effects' ? 0 : 1)
      for (const { path } of fields) expect(sectionOfPath(pathInDescription(section, path))).toBe(section)
    }
    expect(sectionOfPath('layers')).toBeNull()
  })
  it('say in one line what they set', () => {
    expect(sections.map((section) => sectionSummary(parse({}), section)).join(' | ')).toBe(
      'two scales per layer · analog biases | continuous weights | weight-referred, σ = 0.1 | none: the device stores numbers | none: the device stores numbers | directly after programming | unlimited | no resistance | ideal | ideal | 64 images | all on'
    )
    const rich = parse({
      ...pcm, cell: { kind: 'offset', reference: 'column' }, slices: { weightBits: 8, bitsPerCell: 2 }, programming: { levels: 16, stuckAtMinimum: 0.002, writeVerify: { toleranceFraction: 0.01 } },
      retention: { seconds: 86_400, compensation: 'global' }, array: { rows: 256 }, wires: { rowSegmentOhms: 1, columnSegmentOhms: 2, driverOhms: 100 },
      dac: { inputBits: 8, streaming: 'bit-serial', range: { kind: 'per-vector' } }, adc: { outputBits: 6, range: { kind: 'calibrated', statistic: 'percentile', scope: 'tile' }, noiseDeviation: 0.01 },
      representation: { scaleGranularity: 'column', scaleStatistic: 'max-abs', scaleExponentBits: 4, bias: 'digital' }, effects: { drift: false }
    })
    expect(sections.map((section) => sectionSummary(rich, section))).toEqual([
      'one scale per column · largest magnitude · powers of two in 4 bits · digital biases', '8-bit weights · 4 slices of 2 bits', expect.stringContaining('Hermes'), 'offset cells · reference column',
      '16 levels · write–verify to 1 % · 0.2 % stuck', '1 day after programming · one gain per layer', '256 rows × unlimited columns', 'rows 1 Ω, columns 2 Ω per cell · driver 100 Ω',
      '8 bits · range of each vector · bit-serial, 1 bit per read', '6 bits · calibrated: 99.9 %, per tile · noise', '64 images', '1 of 14 off'
    ])
  })
})

describe('which fields have a meaning', () => {
  const state = (hardware: HardwareInput, path: string) => {
    const section = sectionOfPath(path)
    return section === null ? null : fieldState(parse(hardware), section, section === 'calibration' ? path : path.split('.').slice(1).join('.'))
  }
  it('cells belong to devices with conductances', () => {
    for (const section of ['cell', 'programming', 'retention', 'wires'] as const) {
      expect(sectionReason(parse({}), section), section).toContain('weight-referred device')
      expect(sectionReason(parse(pcm), section), section).toBeNull()
    }
    expect(sectionReason(parse({ device: { kind: 'sonos' } }), 'wires')).toContain('currents')
  })
  it('pairs belong to differential cells, references to offset cells', () => {
    expect([state(pcm, 'cell.pair')?.shown, state(pcm, 'cell.reference')?.shown]).toEqual([true, false])
    const offset = { ...pcm, cell: { kind: 'offset' } } as const
    expect([state(offset, 'cell.pair')?.shown, state(offset, 'cell.digitization')?.shown, state(offset, 'cell.reference')?.shown]).toEqual([false, false, true])
  })
  it('continuous weights have no slices', () => {
    expect(state(pcm, 'slices.bitsPerCell')?.reason).toContain('Continuous')
    expect(state({ ...pcm, slices: { weightBits: 8 } }, 'slices.bitsPerCell')?.reason).toBeNull()
    expect(state({ slices: { weightBits: 8 } }, 'slices.bitsPerCell')?.reason).toContain('weight-referred')
  })
  it('ranges belong to converters that convert', () => {
    expect(state({}, 'dac.range.kind')?.shown).toBe(false)
    expect(state({ dac: { inputBits: 8 } }, 'dac.range.kind')?.shown).toBe(true)
    expect(state({ adc: { noiseDeviation: 0.1 } }, 'adc.range.kind')?.shown).toBe(true)
    expect(state({ adc: { noiseDeviation: 0.1 } }, 'adc.codes')?.shown).toBe(false)
    expect(state({ adc: { outputBits: 8 } }, 'adc.range.percentile')?.shown).toBe(false)
    expect(state({ adc: { outputBits: 8, range: { kind: 'calibrated', statistic: 'percentile' } } }, 'adc.range.percentile')?.shown).toBe(true)
    expect(state({ adc: { outputBits: 8, range: { kind: 'fixed' } } }, 'adc.range.minimum')?.reason).toContain('mid-rise')
    expect(state({}, 'calibrationImages')?.reason).toContain('calibrated')
    expect(state({ layers: { a: { adc: { outputBits: 8 } } } }, 'calibrationImages')?.reason).toBeNull()
  })
  it('says when a switch keeps a field from acting', () => {
    const off = parse({ adc: { outputBits: 8 }, effects: { outputQuantization: false } })
    expect(fieldState(off, 'adc', 'outputBits').hint).toContain('Output quantisation (ADC) is switched off')
    expect(switchedOff(off, 'adc')).toEqual(['Output quantisation (ADC)'])
    expect(switchedOff(parse({}), 'adc')).toEqual([])
  })
})

const network = { nodes: ['a', 'b', 'c'].map((name) => ({ name, placement: name === 'b' ? 'digital' : 'analog', opType: 'Conv', matrix: { rows: 9, columns: 4, groups: 1, weightShape: [], hasBias: false } })) } as unknown as NetworkReport

describe('layers', () => {
  const names = ['a', 'c']
  it('are those that can be analog, with what each has for itself', () => {
    expect(layerNames(network)).toEqual(names)
    const hardware = parse({ digitalLayers: { last: true }, layers: { a: { adc: { outputBits: 8 }, array: { rows: 8 } }, gone: { digital: true } } })
    expect(layerRows(network, hardware, []).map(({ name, digital, own, matrix }) => ({ name, digital, own, matrix }))).toEqual([
      { name: 'a', digital: false, own: ['array', 'adc'], matrix: '9×4' }, { name: 'c', digital: true, own: [], matrix: '9×4' }
    ])
    expect(strangeLayers(network, hardware)).toEqual(['gone'])
    expect(withoutLayer(hardware, 'gone').layers).not.toHaveProperty('gone')
    expect(layerNames(null)).toEqual([])
  })
  it('become digital and analog again without a trace, whether by name or by place', () => {
    const plain = parse({})
    const digital = withLayerDigital(plain, names, 'a', true)
    expect(layerHardware(digital, names, 0)).toBe('digital')
    expect(withLayerDigital(digital, names, 'a', false)).toEqual(plain)
    const ends = withFirstAndLastDigital(plain, true)
    expect(describeDigitalLayers(ends)).toBe('Digital: the first layer, the last layer.')
    const lastOnly = withLayerDigital(ends, names, 'a', false)
    expect(lastOnly.digitalLayers).toEqual({ first: false, last: true })
    expect(withFirstAndLastDigital(ends, false)).toEqual(plain)
  })
  it('take a section with the values of all, and give it back', () => {
    const all = parse({ adc: { outputBits: 8 } })
    const own = withOwnSection(all, 'a', 'adc')
    expect(own.layers['a']?.adc).toEqual(all.adc)
    expect(own.layers['a']?.adc).not.toBe(all.adc)
    expect(ownSections(own.layers['a'])).toEqual(['adc'])
    expect(hardwareSchema.safeParse(own).success).toBe(true)
    expect(resolvedFor({ ...own, adc: { ...own.adc, outputBits: 4 } }, 'a').adc.outputBits).toBe(8)
    expect(withoutOwnSection(own, 'a', 'adc')).toEqual(all)
    const kept = withoutOwnSection(withLayerDigital(own, names, 'a', true), 'a', 'adc')
    expect(kept.layers['a']).toEqual({ digital: true })
  })
  it('may have any section', () => {
    const full = layerSections.reduce((hardware, section) => withOwnSection(hardware, 'a', section), parse(pcm))
    expect(ownSections(full.layers['a'])).toEqual(layerSections)
    expect(hardwareSchema.safeParse(full).success).toBe(true)
  })
})

describe('problemPlace', () => {
  const hardware = parse({ layers: { '/features/features.0/Conv': { array: { rows: 8 } }, '/features/features': { digital: true } } })
  it('finds section and field, of the description and of layers with dots in their names', () => {
    expect(problemPlace('hardware.array.rows', hardware)).toEqual({ layer: null, section: 'array', words: 'Array: Rows' })
    expect(problemPlace('settings.hardware.adc.range.minimum', hardware)).toMatchObject({ section: 'adc', words: 'Output converters (ADC): Lower end' })
    expect(problemPlace('hardware.calibrationImages', hardware)).toMatchObject({ section: 'calibration', words: 'Calibration: Calibration images' })
    expect(problemPlace('hardware.layers./features/features.0/Conv.array.columns', hardware)).toEqual({ layer: '/features/features.0/Conv', section: 'array', words: 'Layer /features/features.0/Conv, Array: Columns' })
    expect(problemPlace('simulation.seed', hardware)).toBeNull()
  })
  it('finds a section for every problem that descriptions can have', () => {
    const wrong: HardwareInput[] = [
      { cell: { kind: 'offset', digitization: 'separate' }, slices: { weightBits: 8, bitsPerCell: 2 }, programming: { levels: 4, stuckAtMinimum: 0.1, writeVerify: { toleranceFraction: 0.1 } }, retention: { seconds: 1 }, wires: { driverOhms: 1 } },
      { ...pcm, representation: { scaleStatistic: 'half-range' }, wires: { rowSegmentOhms: 1, gatedInputs: true }, slices: { bitsPerCell: 2 }, adc: { outputBits: 8, range: { kind: 'fixed', minimum: -1, perSlice: [1, 2] } } },
      { device: { kind: 'rram-milo' }, retention: { seconds: 10 }, dac: { inputBits: 8, streaming: 'bit-serial', codes: 'mid-rise' } }
    ]
    for (const each of wrong) {
      const problems = hardwareProblems(parse(each))
      expect(problems.length).toBeGreaterThan(1)
      for (const { where } of problems) {
        const place = problemPlace(where, parse(each))
        expect(place?.section, where).not.toBeNull()
        // The field is there to be corrected: its section knows it, or it is the device as a whole.
        const path = where.replace('hardware.', '')
        const fields = place?.section ? sectionFields(place.section, parse(each)).map((field) => pathInDescription(place.section ?? 'array', field.path)) : []
        expect(fields.includes(path) || path === 'device', where).toBe(true)
      }
    }
  })
})

describe('presets', () => {
  it.each(hardwarePresets.map((preset) => [preset.id, preset] as const))('%s is a consistent description that says what it is', (_id, preset) => {
    expect(hardwareSchema.parse(preset.hardware)).toEqual(preset.hardware)
    expect(hardwareProblems(preset.hardware)).toEqual([])
    expect(preset.description).toMatch(/^[A-Z].*\.$/)
    expect(presetOf({ ...preset.hardware, name: 'Mine' })?.id).toBe(preset.id)
  })
  it('do what they say', () => {
    const of = (id: string) => hardwarePresets.find((preset) => preset.id === id)?.hardware ?? idealHardware()
    const acting = (id: string) => activeEffects(of(id)).map((effect) => effect.switch)
    expect(acting('ideal')).toEqual([])
    expect(acting('paper')).toEqual(['programmingError'])
    expect(acting('pcm-hermes')).toEqual(['programmingError', 'drift', 'driftCompensation', 'readNoise', 'inputQuantization', 'outputQuantization'])
    expect(sectionSummary(of('reram-slices'), 'slices')).toBe('9-bit weights · 4 slices of 2 bits')
    expect(acting('bit-serial')).toEqual(['inputQuantization', 'outputQuantization'])
    expect(presetOf(parse({ adc: { outputBits: 5 } }))).toBeNull()
  })
})

describe('readHardware', () => {
  it('reads what was written, with defaults', () => {
    const hardware = hardwareSchema.parse({ name: 'Mine', adc: { outputBits: 8 } })
    expect(readHardware(JSON.stringify(hardware), 'h.json')).toEqual({ hardware })
    expect(readHardware('{}', 'h.json')).toEqual({ hardware: hardwareSchema.parse({}) })
  })
  it('names the field that is wrong', () => {
    expect(readHardware('{"adc": {"outputBits": 1}}', 'h.json')).toMatchObject({ problem: { code: 'HARDWARE_INVALID', where: 'h.json.adc.outputBits' } })
    expect(readHardware('{"sigma": 1}', 'h.json')).toMatchObject({ problem: { code: 'HARDWARE_INVALID' } })
    expect(readHardware('not json', 'h.json')).toMatchObject({ problem: { code: 'HARDWARE_INVALID', where: 'h.json' } })
  })
})

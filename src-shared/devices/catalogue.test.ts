import { describe, expect, it } from 'vitest'
import { conductanceDeviceSchema, defaultDevice, deviceCatalogue, deviceFields, findPreset, programmingFields, retentionProblems, type ConductanceDeviceKind } from './catalogue'
import { programmingSchema } from './programming'

const kinds = Object.keys(deviceCatalogue) as ConductanceDeviceKind[]

describe('device catalogue', () => {
  it.each(kinds)('%s: entry, schema and documentation agree', (kind) => {
    const entry = deviceCatalogue[kind]
    expect(entry.kind).toBe(kind)
    expect(defaultDevice(kind).kind).toBe(kind)
    expect(entry.citations.length).toBeGreaterThan(0)
    const fields = deviceFields(kind)
    expect(fields.map((field) => field.path)).toEqual(Object.keys(entry.schema.shape).filter((name) => name !== 'kind'))
    const defaults = defaultDevice(kind) as unknown as Record<string, unknown>
    for (const field of fields) {
      expect(field.default, field.path).toEqual(defaults[field.path])
      if (field.type === 'number' || field.type === 'integer') {
        expect(field.minimum, field.path).toBeTypeOf('number')
        expect(field.maximum, field.path).toBeTypeOf('number')
      }
      if (field.type === 'choice') expect(Object.keys(field.choices ?? {}).sort()).toEqual(field.values?.map(String).sort())
    }
  })

  it.each(kinds)('%s: presets are valid and have their own names', (kind) => {
    for (const preset of deviceCatalogue[kind].presets) {
      expect(conductanceDeviceSchema.parse(preset.device)).toEqual(preset.device)
      expect(findPreset(preset.id)).toEqual(preset.device)
    }
  })

  it('refuses unknown fields, values outside of the range and an empty range', () => {
    expect(conductanceDeviceSchema.safeParse({ kind: 'hermes', sigma: 1 }).success).toBe(false)
    expect(conductanceDeviceSchema.safeParse({ kind: 'pcm-joshi', maximumMicrosiemens: 26 }).success).toBe(false)
    const empty = conductanceDeviceSchema.safeParse({ kind: 'rram-milo', minimumMicrosiemens: 225 })
    expect(empty.error?.issues[0]?.path).toEqual(['minimumMicrosiemens'])
    expect(conductanceDeviceSchema.safeParse({ kind: 'reram-wan', fit: 'cubic' }).success).toBe(false)
  })

  it('names the point of a table that cannot be used', () => {
    const point = { targetMicrosiemens: 1, meanMicrosiemens: 1, deviationMicrosiemens: 0 }
    const twice = conductanceDeviceSchema.safeParse({ kind: 'table', points: [point, { ...point, targetMicrosiemens: 2 }, point] })
    expect(twice.error?.issues[0]?.path).toEqual(['points', 2])
    const lonely = conductanceDeviceSchema.safeParse({ kind: 'table', points: [point, { ...point, targetMicrosiemens: 2 }, { ...point, seconds: 9 }] })
    expect(lonely.error?.issues[0]?.path).toEqual(['points', 2])
  })

  it('documents nested programming fields by path', () => {
    const paths = programmingFields().map((field) => field.path)
    expect(paths).toContain('writeVerify.toleranceFraction')
    expect(paths).toContain('stuckAtRandom')
    expect(programmingFields().find((field) => field.path === 'writeVerify.tries')).toMatchObject({ type: 'integer', minimum: 1, maximum: 100, default: 10 })
    expect(programmingSchema.parse({})).toEqual({ levels: 0, writeVerify: { toleranceFraction: 0, tries: 10 }, stuckAtMinimum: 0, stuckAtMaximum: 0, stuckAtRandom: 0 })
    expect(programmingSchema.safeParse({ levels: 1 }).success).toBe(false)
    expect(programmingSchema.safeParse({ stuckAtMinimum: 0.6, stuckAtMaximum: 0.6 }).success).toBe(false)
  })

  it('says where a model knows nothing of the time', () => {
    const severity = (device: Parameters<typeof retentionProblems>[0], seconds: number): string[] =>
      retentionProblems(device, seconds, 'hardware.device').map((found) => found.severity)
    expect(severity(defaultDevice('reram-wan'), 172_800)).toEqual([])
    expect(severity(defaultDevice('reram-wan'), 172_801)).toEqual(['warning'])
    expect(severity(defaultDevice('pcm-joshi'), 1)).toEqual(['warning'])
    expect(severity(defaultDevice('pcm-array-1m'), 1e9)).toEqual([])
    expect(severity(conductanceDeviceSchema.parse({ kind: 'sonos', maximumNanoamperes: 3200 }), 10)).toEqual(['error'])
  })
})

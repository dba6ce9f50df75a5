import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { hardwareSchema } from '../hardware'
import { documented, documentFields } from './documentation'

const { dac, adc, cell, slices, wires, array, retention, representation } = hardwareSchema.shape
const fieldsOf = (section: z.ZodPrefault<z.ZodObject>) => documentFields(section.unwrap())

describe('documentFields', () => {
  it('makes a choice of a discriminated union, followed by the fields of each option', () => {
    const fields = fieldsOf(adc)
    expect(fields.find(({ path }) => path === 'range.kind')).toMatchObject({ type: 'choice', default: 'calibrated', values: ['calibrated', 'full-scale', 'fixed'] })
    expect(fields.filter(({ onlyWith }) => onlyWith?.value === 'fixed').map(({ path }) => path)).toEqual(['range.maximum', 'range.minimum', 'range.perSlice'])
    expect(fields.find(({ path }) => path === 'range.scope')?.onlyWith).toEqual({ path: 'range.kind', value: 'calibrated' })
    expect(fieldsOf(dac).find(({ path }) => path === 'range.kind')?.values).toEqual(['calibrated', 'fixed', 'per-vector'])
  })
  it('reads bounds through null, and knows lists of numbers', () => {
    const fields = fieldsOf(adc)
    expect(fields.find(({ path }) => path === 'range.minimum')).toMatchObject({ type: 'number', nullable: true, default: null, maximum: 0, minimum: -1e9 })
    expect(fields.find(({ path }) => path === 'range.perSlice')).toMatchObject({ type: 'numbers', default: [] })
  })
  it('keeps a field called kind that is a choice, and leaves out the literal that names an object', () => {
    expect(fieldsOf(cell)[0]).toMatchObject({ path: 'kind', type: 'choice', values: ['differential', 'offset'] })
    expect(documentFields(z.object({ kind: z.literal('a'), x: documented(z.number().default(1), { label: 'x', meaning: 'x' }) })).map(({ path }) => path)).toEqual(['x'])
  })
  it('covers every section of a hardware description with words for each choice, and its default is the schema’s', () => {
    for (const section of [dac, adc, cell, slices, wires, array, retention, representation]) {
      const defaults: unknown = section.parse(undefined)
      for (const field of fieldsOf(section)) {
        if (field.type === 'choice') expect(Object.keys(field.choices ?? {}).sort(), field.path).toEqual(field.values?.map(String).sort())
        const value = field.path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], defaults)
        if (field.onlyWith === undefined || field.onlyWith.value === 'calibrated') expect(field.default, field.path).toEqual(value)
      }
    }
  })
  it('refuses a field that nobody explained', () => {
    expect(() => documentFields(z.object({ x: z.number() }))).toThrow('x has no documentation')
  })
})

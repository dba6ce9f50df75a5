import { describe, expect, it } from 'vitest'
import { deviceFields, type FieldDocumentation } from '@shared/devices'
import { defaultText, helpOf, rangeText, stepOf } from './field-text'
import { valueAt, withValueAt } from './value-at'

const number = (rest: Partial<FieldDocumentation>): FieldDocumentation => ({ path: 'x', label: 'x', meaning: 'An x.', type: 'number', default: 0, ...rest })

describe('words of a field', () => {
  it('say the range with what is excluded', () => {
    expect(rangeText(number({ minimum: -1, maximum: 65536 }))).toBe('−1 … 65\u202f536')
    expect(rangeText(number({ minimum: 50, exclusiveMinimum: true, maximum: 100 }))).toBe('above 50, up to 100')
    expect(rangeText(number({ minimum: 0, maximum: 1, exclusiveMaximum: true }))).toBe('from 0, below 1')
    expect(rangeText(number({}))).toBeUndefined()
  })
  it('say the default in the words of its choices', () => {
    const scaling = deviceFields('generic').find(({ path }) => path === 'scaling')
    expect(scaling === undefined ? null : defaultText(scaling)).toBe('Independent of G')
    expect(defaultText(number({ default: null, nullable: true }))).toBe('empty')
    expect(defaultText(number({ type: 'boolean', default: false }))).toBe('off')
    expect(defaultText(number({ default: 250e-9, unit: 's' }))).toBe('2.5e−7 s')
  })
  it('put units of one word behind the range', () => {
    expect(helpOf(number({ minimum: 0, maximum: 2, unit: 'Ω' })).range).toBe('0 … 2 Ω')
    expect(helpOf(number({ minimum: 0, maximum: 2, unit: 'of full scale' })).range).toBe('0 … 2')
  })
  it('step by what fits the size of the number', () => {
    expect(stepOf(number({ type: 'integer', default: 64 }))).toBe(1)
    expect(stepOf(number({ default: 0.1 }))).toBe(0.01)
    expect(stepOf(number({ default: 512e-9 }))).toBe(1e-8)
    expect(stepOf(number({ default: 0, maximum: 1 }))).toBe(0.01)
    expect(stepOf(number({ default: 0, maximum: 1e6 }))).toBe(1)
  })
})

describe('values by path', () => {
  const root = { a: { b: 1, c: 2 }, d: [3] }
  it('are read, and missing ones are undefined', () => {
    expect(valueAt(root, 'a.b')).toBe(1)
    expect(valueAt(root, 'd.0')).toBeUndefined()
    expect(valueAt(root, 'x.y')).toBeUndefined()
    expect(valueAt(root, '')).toBe(root)
  })
  it('are replaced in a copy', () => {
    expect(withValueAt(root, 'a.b', 5)).toEqual({ a: { b: 5, c: 2 }, d: [3] })
    expect(withValueAt(root, 'e.f', null)).toEqual({ ...root, e: { f: null } })
    expect(root.a.b).toBe(1)
  })
})

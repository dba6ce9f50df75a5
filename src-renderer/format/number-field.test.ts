import { describe, expect, it } from 'vitest'
import { describeRange, formatForField, parseNumber, stepValue } from './number-field'

const free = { integer: false }
const bits = { min: 0, max: 16, integer: true }

describe('numbers in fields', () => {
  it('reads decimals, a comma, exponents and the minus of typography', () => {
    expect(['0.5', ' 0,5 ', '5e-4', '+3', '.25', '−2'].map((text) => parseNumber(text, free))).toEqual([0.5, 0.5, 0.0005, 3, 0.25, -2])
  })
  it('takes nothing that is no number, not finite or out of range', () => {
    expect(['', 'abc', '1.2.3', '0x10', 'Infinity', '1e999'].map((text) => parseNumber(text, free))).toEqual([null, null, null, null, null, null])
    expect(['-1', '17', '2.5', '16'].map((text) => parseNumber(text, bits))).toEqual([null, null, null, 16])
    expect(parseNumber('0', { above: 0, integer: false })).toBeNull()
    expect(parseNumber('1', { min: 0, below: 1, integer: false })).toBeNull()
  })
  it('writes without the noise of binary fractions, and so that it reads back', () => {
    expect(formatForField(0.1 + 0.2)).toBe('0.3')
    expect(parseNumber(formatForField(5e-7), free)).toBe(5e-7)
  })
  it('steps within the limits', () => {
    expect(stepValue(0.1, 0.2, free)).toBe(0.3)
    expect(stepValue(16, 1, bits)).toBe(16)
    expect(stepValue(3, -10, bits)).toBe(0)
    expect(stepValue(0.01, -0.01, { above: 0, integer: false })).toBe(0.01)
  })
  it('says what is expected', () => {
    expect(describeRange(bits)).toBe('Enter a whole number from 0 to 16.')
    expect(describeRange({ above: 0, max: 10, integer: false })).toBe('Enter a number above 0 and at most 10.')
    expect(describeRange({ min: 0, below: 1, integer: false })).toBe('Enter a number of at least 0 and below 1.')
    expect(describeRange({ min: 1, integer: true })).toBe('Enter a whole number of at least 1.')
    expect(describeRange(free)).toBe('Enter a number.')
  })
})

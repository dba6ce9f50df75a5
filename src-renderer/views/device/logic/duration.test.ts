import { expect, it } from 'vitest'
import { durationUnits, fromUnit, inUnit, naturalUnit } from './duration'

it('writes a time in the largest unit that fits it', () => {
  expect([0, 0.5, 59, 60, 90, 3600, 5400, 86_400, 2_592_000, 31_536_000, 47_304_000, 100_000].map(naturalUnit)).toEqual(['s', 's', 's', 'min', 'min', 'h', 'h', 'day', 'day', 'year', 'year', 's'])
})
it('comes back to the same seconds in every unit', () => {
  for (const { id } of durationUnits) for (const value of [0, 0.1, 1, 7.25, 30, 300]) expect(inUnit(fromUnit(value, id), id)).toBe(value)
})

import { expect, it } from 'vitest'
import { dateTime } from '../../format/date-time'
import { openedWhen } from './opened-when'

it('counts calendar days', () => {
  const now = new Date(2026, 5, 10, 8, 0).getTime()
  const at = (day: number, hour: number): string => openedWhen(new Date(2026, 5, day, hour).toISOString(), now)
  expect([at(10, 1), at(9, 23), at(7, 12), openedWhen('nonsense', now)]).toEqual(['today', 'yesterday', '3 days ago', ''])
  expect(openedWhen(new Date(2026, 0, 2, 12).toISOString(), now)).toBe('2026-01-02')
})

it('writes local time with the year first', () => {
  expect(dateTime(new Date(2026, 0, 2, 3, 4).toISOString())).toBe('2026-01-02 03:04')
  expect(dateTime('')).toBe('–')
})

import { expect, it } from 'vitest'
import { isCancelled, isPaused, newSignal, obeySignal, setSignal } from './signal'

it('a cancel is final: a late pause or resume does not undo it', () => {
  const signal = newSignal()
  setSignal(signal, 'pause')
  expect(isPaused(signal)).toBe(true)
  setSignal(signal, 'cancel')
  setSignal(signal, 'pause')
  setSignal(signal, 'run')
  expect(isCancelled(signal)).toBe(true)
  expect(() => obeySignal(signal)).toThrow('cancelled')
})

import { describe, expect, it } from 'vitest'
import { digitalUncertainty, tone } from './before-after'

describe('change by fine-tuning', () => {
  it('of one image is neither better nor worse, even at full accuracy', () => {
    for (const [before, after] of [[1, 0.99], [0.98, 0.97], [0.5, 0.51]] as const) {
      expect(tone(after - before, digitalUncertainty(before, after, 100))).toBe('unclear')
    }
  })
  it('has a colour from two binomial standard deviations on', () => {
    // p = 0.9 in the middle, 10 000 images: 2·√(0.09/10 000) = 0.006.
    expect(digitalUncertainty(0.895, 0.905, 10_000)).toBeCloseTo(0.006, 12)
    expect(tone(0.905 - 0.895, digitalUncertainty(0.895, 0.905, 10_000))).toBe('better')
    expect(tone(0.895 - 0.905, digitalUncertainty(0.905, 0.895, 10_000))).toBe('worse')
    expect(tone(0.005, digitalUncertainty(0.8975, 0.9025, 10_000))).toBe('unclear')
  })
  it('has none where nothing changed or the uncertainty is not known', () => {
    expect([tone(null, 0), tone(0, 0), tone(0.5, null)]).toEqual(['', '', ''])
  })
})

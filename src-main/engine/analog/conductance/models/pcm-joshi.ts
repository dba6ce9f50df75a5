/**
 * Phase-change memory, programming error only, σ = max(−0.00178767 G² + 0.07585724 G + 0.28638599, 0) in µS.
 * Source: V. Joshi et al., Nat. Commun. 11, 2473 (2020), Fig. 3b, doi 10.1038/s41467-020-16108-9.
 */
import type { PcmJoshiDevice } from '@shared/devices'
import { defineDevice, rangeOfMicrosiemens } from '../conductance-device'

export const pcmJoshi = defineDevice<PcmJoshiDevice>({
  range: rangeOfMicrosiemens,
  programmedDeviation(out, goals) {
    for (let i = 0; i < goals.length; i++) {
      const g = goals[i]!
      out[i] = Math.max(0, 0.28638599 + g * (0.07585724 - 0.00178767 * g))
    }
  }
})

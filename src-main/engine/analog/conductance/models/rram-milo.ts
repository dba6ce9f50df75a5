/**
 * Multilevel resistive memory, programming error only, σ = max(−0.009107 G + 4.782321, 0) in µS.
 * Source: V. Milo et al., IRPS 2021, Fig. 4, doi 10.1109/IRPS46558.2021.9405119.
 */
import type { RramMiloDevice } from '@shared/devices'
import { defineDevice, rangeOfMicrosiemens } from '../conductance-device'

export const rramMilo = defineDevice<RramMiloDevice>({
  range: rangeOfMicrosiemens,
  programmedDeviation(out, goals) {
    for (let i = 0; i < goals.length; i++) out[i] = Math.max(0, 4.782321 - 0.009107 * goals[i]!)
  }
})

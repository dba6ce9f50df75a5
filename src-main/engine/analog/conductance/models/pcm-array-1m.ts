/**
 * Doped-GST phase-change memory, statistics of an array of a million devices. Conductances in µS, r = G/G_max.
 * Sources: S. R. Nandakumar et al., ICECS 2019, doi 10.1109/ICECS46596.2019.8964852;
 * V. Joshi et al., Nat. Commun. 11, 2473 (2020), doi 10.1038/s41467-020-16108-9.
 */
import type { PcmArray1mDevice } from '@shared/devices'
import { clip, defineDevice, rangeOfMicrosiemens } from '../conductance-device'
import { driftByPowerLaw, oneOverFGrowth } from '../power-law-drift'

/** G_max of the devices that the error was fitted to. */
const characterisedMaximum = 25
/** Floor of r inside logarithms. */
const smallestRelative = 1e-7

/** σ_prog = (0.26348 + 1.9650 r − 1.1731 r²)·G_max/25, in µS. */
export const programmingDeviation = (r: number, maximum: number): number =>
  (0.26348 + r * (1.965 - 1.1731 * r)) * (maximum / characterisedMaximum)

const logarithmOf = (r: number): number => Math.log(Math.max(r, smallestRelative))

/** μ_ν = clip(−0.0155 ln r + 0.0244, 0.049, 0.1), r of the target. */
export const driftExponentMean = (r: number, logarithm = logarithmOf(r)): number => clip(-0.0155 * logarithm + 0.0244, 0.049, 0.1)

/** σ_ν = clip(−0.0125 ln r − 0.0059, 0.008, 0.045), r of the target. */
export const driftExponentDeviation = (r: number, logarithm = logarithmOf(r)): number => clip(-0.0125 * logarithm - 0.0059, 0.008, 0.045)

/** Q = min(0.0088/max(r^0.65, 1e-3), 0.2), r as programmed. */
export const readCoefficient = (r: number): number => Math.min(0.0088 / Math.max(r ** 0.65, 1e-3), 0.2)

export const pcmArray1m = defineDevice<PcmArray1mDevice>({
  range: rangeOfMicrosiemens,

  programmedDeviation(out, goals, { maximumMicrosiemens: maximum }) {
    for (let i = 0; i < goals.length; i++) out[i] = programmingDeviation(goals[i]! / maximum, maximum)
  },

  ages: (_device, seconds) => seconds > 0,

  age(values, goals, device, seconds, stream) {
    if (seconds <= 0) return
    const mean = new Float32Array(goals.length)
    const deviation = new Float32Array(goals.length)
    for (let i = 0; i < goals.length; i++) {
      // One logarithm serves both exponents.
      const r = goals[i]! / device.maximumMicrosiemens
      const logarithm = logarithmOf(r)
      mean[i] = driftExponentMean(r, logarithm)
      deviation[i] = driftExponentDeviation(r, logarithm)
    }
    driftByPowerLaw(values, mean, deviation, seconds, device.firstReadSeconds, stream)
  },

  readsWithNoise: () => true,

  /** σ_read = G(t)·Q·√ln((t + t₀ + t_read)/(2 t_read)). */
  readDeviation(out, values, programmed, _goals, device, seconds) {
    const growth = oneOverFGrowth(seconds + device.firstReadSeconds, device.readSeconds)
    for (let i = 0; i < values.length; i++) {
      out[i] = growth * Math.max(0, values[i]!) * readCoefficient(Math.max(0, programmed[i]!) / device.maximumMicrosiemens)
    }
  }
})

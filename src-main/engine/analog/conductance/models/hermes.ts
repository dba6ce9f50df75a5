/**
 * Phase-change memory of the 14 nm Hermes core, one or two devices per cell. Conductances in µS, r = G/G_max.
 * Sources: M. Le Gallo et al., Nat. Electron. 6, 680 (2023), doi 10.1038/s41928-023-01010-1;
 * R. Khaddam-Aljameh et al., IEEE J. Solid-State Circuits (2022).
 */
import type { HermesDevice } from '@shared/devices'
import { clip, defineDevice } from '../conductance-device'
import { driftByPowerLaw, oneOverFGrowth } from '../power-law-drift'

/** Floor of r inside logarithms. */
const smallestRelative = 1e-7

/** A fit in two parts: clip(slope·ln r + offset, low, high) below `border`, a polynomial (lowest power first) from there on. */
interface TwoPartFit {
  border: number
  slope: number
  offset: number
  low: number
  high: number
  polynomial: readonly [number, number, number, number]
}

interface Fits {
  maximum: number
  firstReadSeconds: number
  programming: readonly [number, number, number, number]
  exponentMean: TwoPartFit
  exponentDeviation: TwoPartFit
  read: TwoPartFit
}

const exponentMean: TwoPartFit = { border: 0.0945, slope: -0.0387, offset: -0.0182, low: 0.072, high: 0.13, polynomial: [0.0736, -0.0126, -0.0436, 0] }

/** The published fits by the number of devices per cell. */
export const hermesFits: Record<1 | 2, Fits> = {
  1: {
    maximum: 10.35,
    firstReadSeconds: 200,
    programming: [0.15781817, 2.32443916, -2.16310839, 0.68841818],
    exponentMean,
    exponentDeviation: { border: 0.3039, slope: -0.012, offset: -0.0023, low: 0.0124, high: 0.04, polynomial: [0.0104, 0.0116, -0.0165, 0] },
    read: { border: 0.1591, slope: -0.0078, offset: 0.0038, low: 0.0179, high: 0.04, polynomial: [0.0088, 0.0768, -0.1352, 0.0664] }
  },
  2: {
    maximum: 20.7,
    firstReadSeconds: 300,
    programming: [0.16603222, 4.71806468, -8.48101252, 4.68961419],
    exponentMean,
    exponentDeviation: { border: 0.3055, slope: -0.0117, offset: -0.0057, low: 0.0091, high: 0.04, polynomial: [0.0073, 0.0093, -0.0118, 0] },
    read: { border: 0.16, slope: -0.0117, offset: -0.0069, low: 0.015, high: 0.04, polynomial: [0.0123, 0.0211, -0.028, 0.0069] }
  }
}

const cubic = (c: readonly [number, number, number, number], r: number): number => c[0] + r * (c[1] + r * (c[2] + r * c[3]))

/** Value of a fit in two parts at r. */
export const evaluateTwoParts = (fit: TwoPartFit, r: number): number =>
  r < fit.border
    ? clip(fit.slope * Math.log(Math.max(r, smallestRelative)) + fit.offset, fit.low, fit.high)
    : cubic(fit.polynomial, r)

export const hermes = defineDevice<HermesDevice>({
  range: (device) => ({ minimum: device.minimumMicrosiemens, maximum: hermesFits[device.devices].maximum }),

  programmedDeviation(out, goals, { devices }) {
    const { maximum, programming } = hermesFits[devices]
    for (let i = 0; i < goals.length; i++) out[i] = cubic(programming, goals[i]! / maximum)
  },

  ages: (_device, seconds) => seconds > 0,

  age(values, goals, { devices }, seconds, stream) {
    if (seconds <= 0) return
    const fits = hermesFits[devices]
    const mean = new Float32Array(goals.length)
    const deviation = new Float32Array(goals.length)
    for (let i = 0; i < goals.length; i++) {
      const r = goals[i]! / fits.maximum
      mean[i] = evaluateTwoParts(fits.exponentMean, r)
      deviation[i] = evaluateTwoParts(fits.exponentDeviation, r)
    }
    driftByPowerLaw(values, mean, deviation, seconds, fits.firstReadSeconds, stream)
  },

  readsWithNoise: () => true,

  /** σ_read = G(t)·Q·√ln((t + t₀ + t_read)/(2 t_read)), Q of the programmed conductance. */
  readDeviation(out, values, programmed, _goals, { devices, readSeconds }, seconds) {
    const fits = hermesFits[devices]
    const growth = oneOverFGrowth(seconds + fits.firstReadSeconds, readSeconds)
    for (let i = 0; i < values.length; i++) {
      out[i] = growth * Math.max(0, values[i]!) * evaluateTwoParts(fits.read, Math.max(0, programmed[i]!) / fits.maximum)
    }
  }
})

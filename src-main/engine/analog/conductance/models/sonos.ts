/**
 * SONOS charge-trap transistors. Currents in nA at the one read voltage. Spread σ = A·(1 − e^(−I/B)); the mean shifts by a
 * polynomial of degree 10 in the target; both between measured days linearly in t, held beyond five days.
 * Source: V. Agrawal et al., IEDM 2022, 21.7, Figs. 10 and 11, ieeexplore.ieee.org/document/10019564; the coefficients are
 * the fits published with CrossSim.
 */
import { fail } from '@shared/problems'
import type { SonosDevice } from '@shared/devices'
import { sonosDriftLimitNanoamperes } from '@shared/devices/sonos'
import { defineDevice } from '../conductance-device'
import { relax } from '../relaxation'

const secondsPerDay = 86_400

/** A and B in nA and the coefficients of the mean shift (I⁰ … I¹⁰) after 0 … 5 days. */
const days: readonly { a: number; b: number; shift: readonly number[] }[] = [
  { a: 19.88665, b: 176.3115, shift: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
  { a: 25.59102, b: 186.85544, shift: [6.8365e-1, 6.5125e-3, -4.03163e-4, 3.37944e-6, -1.87435e-8, 5.88902e-11, -1.07685e-13, 1.17751e-16, -7.60016e-20, 2.67255e-23, -3.94954e-27] },
  { a: 28.72753, b: 193.56834, shift: [6.60925e-1, 8.60627e-3, -1.72936e-4, 7.44096e-7, -5.94866e-9, 2.36734e-11, -4.8374e-14, 5.56072e-17, -3.65397e-20, 1.28405e-23, -1.8745e-27] },
  { a: 31.04318, b: 198.90332, shift: [1.15821, 1.96116e-2, -4.70807e-4, 3.6751e-6, -2.08786e-8, 6.59752e-11, -1.19499e-13, 1.28435e-16, -8.11574e-20, 2.78802e-23, -4.02057e-27] },
  { a: 33.76214, b: 204.77023, shift: [8.72216e-1, 1.70926e-2, -2.2337e-4, 1.57526e-6, -1.32779e-8, 5.08256e-11, -1.01251e-13, 1.14633e-16, -7.46124e-20, 2.60559e-23, -3.78724e-27] },
  { a: 34.57909, b: 207.34309, shift: [1.15294, 1.03149e-2, -6.05199e-5, 1.76086e-8, -6.4669e-9, 3.39044e-11, -7.53872e-14, 8.98185e-17, -6.00346e-20, 2.12615e-23, -3.11099e-27] }
]
const readNoise = { a: 12.58037, b: 215.36557 }

const saturating = (a: number, b: number, current: number): number => a * (1 - Math.exp(-Math.max(0, current) / b))

/** The fit at one time: spread parameters and shift coefficients. */
export function sonosFit(seconds: number): { a: number; b: number; shift: readonly number[] } {
  const time = Math.min(Math.max(0, seconds / secondsPerDay), days.length - 1)
  const day = Math.min(Math.floor(time), days.length - 2)
  const weight = time - day
  const earlier = days[day]
  const later = days[day + 1]
  if (earlier === undefined || later === undefined) throw new Error('The time lies outside of the table of days.')
  const between = (from: number, to: number): number => from + weight * (to - from)
  return {
    a: between(earlier.a, later.a),
    b: between(earlier.b, later.b),
    shift: earlier.shift.map((coefficient, power) => between(coefficient, later.shift[power] ?? 0))
  }
}

/** Mean and spread of each cell at one time; the spread is that of the shifted current. */
function statisticsAt(goals: Float32Array, seconds: number): { mean: Float32Array; deviation: Float32Array } {
  const { a, b, shift } = sonosFit(seconds)
  const mean = new Float32Array(goals.length)
  const deviation = new Float32Array(goals.length)
  for (let i = 0; i < goals.length; i++) {
    let shifted = 0
    for (let power = shift.length - 1; power >= 0; power--) shifted = shifted * goals[i]! + shift[power]!
    mean[i] = goals[i]! + shifted
    deviation[i] = saturating(a, b, mean[i]!)
  }
  return { mean, deviation }
}

export const sonos = defineDevice<SonosDevice>({
  range: ({ maximumNanoamperes, onOffRatio }) => ({ minimum: maximumNanoamperes / onOffRatio, maximum: maximumNanoamperes }),

  programmedDeviation(out, goals) {
    for (let i = 0; i < goals.length; i++) out[i] = saturating(days[0]!.a, days[0]!.b, goals[i]!)
  },

  ages: (_device, seconds) => seconds > 0,

  age(values, goals, device, seconds, stream) {
    if (seconds <= 0) return
    if (device.maximumNanoamperes > sonosDriftLimitNanoamperes) {
      fail('HARDWARE_INVALID', 'hardware.device.maximumNanoamperes', `The drift of this device is known up to ${sonosDriftLimitNanoamperes} nA; found ${device.maximumNanoamperes} nA.`)
    }
    relax(values, statisticsAt(goals, 0), statisticsAt(goals, seconds), stream)
  },

  readsWithNoise: () => true,

  /** σ_read = 12.580·(1 − e^(−I/215.366)), the same at any time. */
  readDeviation(out, values) {
    for (let i = 0; i < values.length; i++) out[i] = saturating(readNoise.a, readNoise.b, values[i]!)
  }
})

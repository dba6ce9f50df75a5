/**
 * Resistive memory of the NeuRRAM chip: the deviation 1 s, 1 day and 2 days after programming, in µS, r = G/G_max. Its
 * variance is interpolated in ln t (ours); before 1 s the programmed state, beyond 2 days that of 2 days is held.
 * Source: W. Wan et al., Nature 608, 504 (2022), Extended Data Fig. 3, doi 10.1038/s41586-022-04992-8.
 */
import type { ReramWanDevice } from '@shared/devices'
import { defineDevice, rangeOfMicrosiemens } from '../conductance-device'
import { relax } from '../relaxation'

/** G_max of the devices that the quartic fits belong to. */
const characterisedMaximum = 40

/** Coefficients of r⁰ … r⁴ by the time after programming in s. */
export const wanFits = [
  { seconds: 1, coefficients: [0.348, 16.03, -43.853, 45.393, -16.815] },
  { seconds: 86_400, coefficients: [0.701, 22.086, -50.773, 47.095, -16.458] },
  { seconds: 172_800, coefficients: [0.782, 20.274, -43.507, 37.062, -11.934] }
] as const
type Coefficients = (typeof wanFits)[number]['coefficients']

/** σ of one measured time for r = G/G_max, in µS at a G_max of 40 µS. */
export const quarticDeviation = (c: Coefficients, r: number): number =>
  Math.max(0, c[0] + r * (c[1] + r * (c[2] + r * (c[3] + r * c[4]))))

/** σ = 1.053 + 0.2374 G − 1.167e-2 G² + 1.536e-4 G³ in µS, 1 s after programming. */
export const cubicDeviation = (g: number): number => Math.max(0, 1.053 + g * (0.2374 + g * (-1.167e-2 + g * 1.536e-4)))

/** Writes σ(t) of each cell. */
export function wanDeviation(out: Float32Array, goals: Float32Array, device: ReramWanDevice, seconds: number): void {
  if (device.fit === 'cubic') {
    for (let i = 0; i < goals.length; i++) out[i] = cubicDeviation(goals[i]!)
    return
  }
  const [first, middle, last] = wanFits
  const [earlier, later] = seconds < middle.seconds ? [first, middle] : [middle, last]
  const weight = Math.min(1, Math.max(0, Math.log(seconds / earlier.seconds) / Math.log(later.seconds / earlier.seconds)))
  const scale = device.maximumMicrosiemens / characterisedMaximum
  for (let i = 0; i < goals.length; i++) {
    const r = goals[i]! / device.maximumMicrosiemens
    const a = quarticDeviation(earlier.coefficients, r)
    const b = quarticDeviation(later.coefficients, r)
    out[i] = scale * Math.sqrt((1 - weight) * a * a + weight * b * b)
  }
}

export const reramWan = defineDevice<ReramWanDevice>({
  range: rangeOfMicrosiemens,
  programmedDeviation: (out, goals, device) => wanDeviation(out, goals, device, wanFits[0].seconds),
  ages: (device, seconds) => device.fit === 'quartic' && seconds > wanFits[0].seconds,
  age(values, goals, device, seconds, stream) {
    if (device.fit === 'cubic' || seconds <= wanFits[0].seconds) return
    const before = new Float32Array(goals.length)
    const after = new Float32Array(goals.length)
    wanDeviation(before, goals, device, wanFits[0].seconds)
    wanDeviation(after, goals, device, seconds)
    relax(values, { mean: goals, deviation: before }, { mean: goals, deviation: after }, stream)
  }
})

/**
 * Device of free form. Programming error of the six families of CrossSim with r = G/G_max: r + σ·ε, r·(1 + σ·ε), r + σ·ε/r,
 * ε standard normal, or uniform on [−1, 1] (CrossSim's width of the uniform error is 2σ); power-law drift and read noise in
 * the form of {@link driftByPowerLaw}.
 */
import type { GenericDevice } from '@shared/devices'
import { fillNormal, fillUniform } from '../../../random/streams'
import { defineDevice, rangeOfMicrosiemens } from '../conductance-device'
import { driftByPowerLaw, oneOverFGrowth } from '../power-law-drift'

/** Standard deviation of a uniform variable on [−1, 1]. */
const uniformDeviation = Math.sqrt(1 / 3)

/** σ of each cell in µS, as the factor of ε. */
function spread(out: Float32Array, goals: Float32Array, { scaling, sigma, maximumMicrosiemens: maximum }: GenericDevice): void {
  if (scaling === 'independent') out.fill(sigma * maximum)
  else if (scaling === 'proportional') for (let i = 0; i < goals.length; i++) out[i] = sigma * goals[i]!
  else for (let i = 0; i < goals.length; i++) out[i] = goals[i]! > 0 ? (sigma * maximum * maximum) / goals[i]! : 0
}

const drifts = (device: GenericDevice, seconds: number): boolean =>
  seconds > 0 && (device.driftExponentMean > 0 || device.driftExponentDeviation > 0)

export const generic = defineDevice<GenericDevice>({
  range: rangeOfMicrosiemens,

  programmedDeviation(out, goals, device) {
    spread(out, goals, device)
    if (device.distribution === 'uniform') for (let i = 0; i < out.length; i++) out[i] = out[i]! * uniformDeviation
  },

  program(out, goals, device, stream) {
    if (device.distribution === 'normal') fillNormal(out, stream)
    else fillUniform(out, stream)
    const spreads = new Float32Array(goals.length)
    spread(spreads, goals, device)
    for (let i = 0; i < out.length; i++) out[i] = goals[i]! + spreads[i]! * out[i]!
  },

  ages: drifts,

  age(values, goals, device, seconds, stream) {
    if (!drifts(device, seconds)) return
    const mean = new Float32Array(goals.length).fill(device.driftExponentMean)
    const deviation = new Float32Array(goals.length).fill(device.driftExponentDeviation)
    driftByPowerLaw(values, mean, deviation, seconds, device.driftReferenceSeconds, stream)
  },

  readsWithNoise: (device) => device.readDeviationFraction > 0,

  readDeviation(out, values, _programmed, _goals, device, seconds) {
    const growth = device.readNoiseSpectrum === 'white' ? 1 : oneOverFGrowth(seconds + device.driftReferenceSeconds, device.readSeconds)
    const relative = device.readDeviationFraction * growth
    for (let i = 0; i < values.length; i++) out[i] = relative * Math.max(0, values[i]!)
  }
})

/**
 * Drift of phase-change memory and its like, G(t) = G·((t + t₀)/t₀)^−ν with ν = |μ_ν + σ_ν·ε| drawn once per device, and
 * the 1/f noise that accumulates meanwhile.
 * Source: S. R. Nandakumar et al., ICECS 2019, doi 10.1109/ICECS46596.2019.8964852.
 */
import { fillNormal, type StreamName } from '../../random/streams'

/**
 * Drifts `values` in place.
 * @param mean μ_ν of each device.
 * @param deviation σ_ν of each device.
 * @param firstRead t₀ in s.
 */
export function driftByPowerLaw(
  values: Float32Array,
  mean: Float32Array,
  deviation: Float32Array,
  seconds: number,
  firstRead: number,
  stream: StreamName
): void {
  const epsilon = new Float32Array(values.length)
  fillNormal(epsilon, stream)
  const logarithm = Math.log((seconds + firstRead) / firstRead)
  for (let i = 0; i < values.length; i++) {
    values[i] = values[i]! * Math.exp(-logarithm * Math.abs(mean[i]! + deviation[i]! * epsilon[i]!))
  }
}

/** √ln((t + t_read)/(2 t_read)): growth of the deviation of 1/f noise until time t; 0 for times shorter than one read. */
export function oneOverFGrowth(seconds: number, readSeconds: number): number {
  return Math.sqrt(Math.max(0, Math.log((seconds + readSeconds) / (2 * readSeconds))))
}

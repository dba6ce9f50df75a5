/**
 * What a device does to the conductances of cells. All values are in the device's own unit (µS, or nA for devices read as
 * currents). Values between the steps are *latent*: they may leave the limits and are clipped once, at the end, because
 * clipping early would change the spread that later steps add.
 */
import { fillNormal, type StreamName } from '../../random/streams'

export interface ConductanceRange {
  minimum: number
  maximum: number
}

/** All arrays of one call have the same length, one element per cell. */
export interface ConductanceDevice<D> {
  /** The range that targets are mapped to. */
  range(device: D): ConductanceRange
  /** What a cell can show; programmed and aged values and single reads are clipped to it. */
  limits(device: D): ConductanceRange
  /** Mean of the programmed conductance for each goal. */
  programmedMean(out: Float32Array, goals: Float32Array, device: D): void
  /** Standard deviation of the programmed conductance for each goal, before clipping. */
  programmedDeviation(out: Float32Array, goals: Float32Array, device: D): void
  /** One draw of programmed conductances. `out` may not be `goals`. */
  program(out: Float32Array, goals: Float32Array, device: D, stream: StreamName): void
  /** Whether `age` changes anything at that time. */
  ages(device: D, seconds: number): boolean
  /**
   * Takes programmed conductances to `seconds` after programming, in place. The same stream gives the same devices at any
   * time: the result does not depend on other times that were asked for.
   */
  age(values: Float32Array, goals: Float32Array, device: D, seconds: number, stream: StreamName): void
  readsWithNoise(device: D): boolean
  /**
   * Standard deviation of one read of each cell.
   * @param values Conductances at that time.
   * @param programmed Conductances as programmed (clipped), before ageing.
   */
  readDeviation(out: Float32Array, values: Float32Array, programmed: Float32Array, goals: Float32Array, device: D, seconds: number): void
}

/** What every model must say; the rest has a common answer. */
type Essential<D> = Pick<ConductanceDevice<D>, 'range' | 'programmedDeviation'> & Partial<ConductanceDevice<D>>

/** Fills in what most models share: no offset, normal errors, never negative, no retention, no read noise. */
export function defineDevice<D>(model: Essential<D>): ConductanceDevice<D> {
  const programmedMean = model.programmedMean ?? ((out, goals) => out.set(goals))
  return {
    limits: () => ({ minimum: 0, maximum: Infinity }),
    programmedMean,
    /** G = mean + σ·ε, ε ~ N(0, 1). */
    program(out, goals, device, stream) {
      fillNormal(out, stream)
      const deviations = new Float32Array(goals.length)
      model.programmedDeviation(deviations, goals, device)
      let means = goals
      if (model.programmedMean !== undefined) {
        means = new Float32Array(goals.length)
        programmedMean(means, goals, device)
      }
      for (let i = 0; i < out.length; i++) out[i] = means[i]! + deviations[i]! * out[i]!
    },
    ages: () => false,
    age: () => undefined,
    readsWithNoise: () => false,
    readDeviation: (out) => void out.fill(0),
    ...model
  }
}

export const rangeOfMicrosiemens = (device: { minimumMicrosiemens: number; maximumMicrosiemens: number }): ConductanceRange => ({
  minimum: device.minimumMicrosiemens,
  maximum: device.maximumMicrosiemens
})

export const clip = (value: number, low: number, high: number): number => (value < low ? low : value > high ? high : value)

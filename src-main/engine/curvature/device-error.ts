/** Errors of the device as displacements of the weights: their variances, and what they cost on average. */
import { hardwareInForce, type Hardware, type HardwareInForce } from '@shared/hardware'
import { storedInAnalog } from '../analog/compile'
import { hardwareByParameter, Programmer } from '../analog/chip-instance'
import type { LossSurface } from './loss-surface'

/** Chip instances from which variances are estimated where they have no closed form. */
export const varianceChips = 64

export class DeviceError {
  private readonly programmer: Programmer
  /** Standard deviation per weight of stored parameters whose error has a closed form; null: sampled. */
  private readonly deviations: readonly (number | Float32Array | null)[]
  private readonly stored: readonly number[]

  constructor(
    private readonly surface: LossSurface,
    hardware: Hardware,
    /** w, at which scales are taken. */
    private readonly weights: readonly Float32Array[],
    private readonly seed: number
  ) {
    const { parameters, layerNames } = surface
    const analog = new Set(storedInAnalog(parameters, layerNames, hardware))
    this.stored = parameters.flatMap((parameter, p) => (analog.has(parameter) ? [p] : []))
    this.programmer = new Programmer(this.stored.map((p) => parameters[p]!), layerNames, hardware)
    const scales = this.programmer.setScales(this.stored.map((p) => weights[p]!))
    const hardwareOf = hardwareByParameter(layerNames, hardware)
    this.deviations = this.stored.map((p, position) => closedForm(hardwareInForce(hardwareOf(parameters[p]!)), scales[position]!))
  }

  /** Writes w + δ of one chip instance; parameters outside of analog cells stay as they are. */
  draw(target: readonly Float32Array[], chipInstance: number): void {
    this.weights.forEach((array, p) => target[p]!.set(array))
    const values = this.stored.map((p) => this.weights[p]!)
    this.programmer.program(this.stored.map((p) => target[p]!), values, (position) => ({ seed: this.seed, purpose: 'programming', at: [chipInstance, this.stored[position]!] }))
  }

  /** Variance of each weight's error, in the unit of the weights squared; 0 where nothing is drawn. From {@link varianceChips} chip instances where it has no closed form. */
  variances(): Float32Array[] {
    const variances = this.deviations.every((deviation) => deviation !== null) ? this.surface.empty() : this.sampledVariances()
    this.deviations.forEach((deviation, position) => {
      if (deviation === null) return
      const array = variances[this.stored[position]!]!
      for (let i = 0; i < array.length; i++) array[i] = (typeof deviation === 'number' ? deviation : deviation[i]!) ** 2
    })
    return variances
  }

  private sampledVariances(): Float32Array[] {
    const drawn = this.surface.empty()
    const means = this.surface.empty()
    const squares = this.surface.empty()
    for (let chip = 0; chip < varianceChips; chip++) {
      this.draw(drawn, chip)
      // Welford's update: m ← m + (x − m)/n, q ← q + (x − m_before)(x − m)
      drawn.forEach((array, p) => {
        const mean = means[p]!
        const square = squares[p]!
        for (let i = 0; i < array.length; i++) {
          const before = array[i]! - mean[i]!
          mean[i] = mean[i]! + before / (chip + 1)
          square[i] = square[i]! + before * (array[i]! - mean[i]!)
        }
      })
    }
    return squares.map((array) => array.map((value) => value / (varianceChips - 1)))
  }
}

/** s·σ of a weight-referred device, s·σ/√3 where ε is uniform on [−1, 1]; null for cells. */
function closedForm({ weightReferred, programmingError }: HardwareInForce, scale: number | Float32Array): number | Float32Array | null {
  if (weightReferred === null) return null
  const deviation = programmingError ? weightReferred.sigma / (weightReferred.distribution === 'uniform' ? Math.sqrt(3) : 1) : 0
  return typeof scale === 'number' ? scale * deviation : scale.map((s) => s * deviation)
}

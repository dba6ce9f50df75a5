/**
 * One chip instance: one draw of programmed devices for every stored parameter. Shared by simulation (one draw per
 * chip instance) and training (a fresh draw per step and sample).
 */
import type { Hardware } from '@shared/hardware'
import type { StreamName } from '../random/streams'
import { deviceModel } from './devices'
import { assignScaleGroups, computeScales, type Scales, type StoredParameter } from './scales'

/** Turns nominal parameter values into what a chip represents. */
export class Programmer {
  private readonly assignment
  private scales: Scales | null = null

  constructor(
    private readonly parameters: readonly StoredParameter[],
    private readonly hardware: Hardware
  ) {
    this.assignment = assignScaleGroups(parameters, hardware)
  }

  private get clips(): boolean {
    return this.hardware.effects.weightClipping && this.hardware.representation.scaleStatistic === 'percentile'
  }

  /** True when a programmed chip differs from the nominal values at all. */
  get acts(): boolean {
    return this.clips || (this.hardware.effects.programmingError && deviceModel(this.hardware.device).acts(this.hardware.device))
  }

  /** Fixes the scales from the current nominal `values`; call again whenever they change. */
  setScales(values: readonly Float32Array[]): Scales {
    this.scales = computeScales(this.parameters, values, this.assignment, this.hardware)
    return this.scales
  }

  /**
   * Programs one chip.
   * @param targets One array per parameter, overwritten.
   * @param streamFor The stream of each parameter by its position.
   * @param sign −1 for the antithetic partner of the same draw.
   */
  program(targets: readonly Float32Array[], values: readonly Float32Array[], streamFor: (parameter: number) => StreamName, sign: 1 | -1 = 1): void {
    const scales = this.scales ?? this.setScales(values)
    const { device, effects } = this.hardware
    const model = deviceModel(device)
    const noisy = effects.programmingError && model.acts(device)
    for (let p = 0; p < this.parameters.length; p++) {
      const nominal = this.clips ? clipped(values[p]!, scales[p]!) : values[p]!
      if (noisy) model.program(targets[p]!, nominal, scales[p]!, device, streamFor(p), sign)
      else targets[p]!.set(nominal)
    }
  }
}

/** `values` limited to ±scale. */
function clipped(values: Float32Array, scale: number | Float32Array): Float32Array {
  return values.map((value, i) => {
    const limit = typeof scale === 'number' ? scale : scale[i]!
    return Math.min(limit, Math.max(-limit, value))
  })
}

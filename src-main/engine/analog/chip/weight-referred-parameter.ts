/**
 * A parameter stored in the paper's device: no conductances, an error on the stored mantissa relative to the array's full
 * scale, m → m + μ + σ·ε, hence w → w + s·(μ + σ·ε), with ε standard normal or uniform on [−1, 1].
 * Source: Z. Wan et al., "Accuracy and Resiliency of Analog Compute-in-Memory Inference Engines", arXiv:2008.02400.
 */
import type { HardwareInForce, WeightReferredDevice } from '@shared/hardware'
import { fillNormal, fillUniform, type StreamName } from '../../random/streams'
import { largestCode, roundHalfToEven } from '../cells/cell-plan'

/**
 * Writes what the chip represents to `target`, which may not be `values`.
 * @param scale s: one for all elements, or one per element.
 * @param stream Names the draw; the same name gives the same devices.
 * @param sign −1 gives the mirror image of the draw (ε → −ε), for antithetic pairs.
 */
export function programWeightReferred(target: Float32Array, values: Float32Array, scale: number | Float32Array, force: HardwareInForce, stream: StreamName, sign: 1 | -1): void {
  const { weightReferred: device } = force
  if (device === null) throw new Error('The device is not weight-referred')
  const nominal = force.clips ? clipped(values, scale) : values
  const stored = force.weightBits > 0 ? quantized(nominal, scale, force.weightBits) : nominal
  if (force.programmingError) addErrors(target, stored, scale, device, stream, sign)
  else target.set(stored)
}

function addErrors(target: Float32Array, values: Float32Array, scale: number | Float32Array, { sigma, mu, distribution }: WeightReferredDevice, stream: StreamName, sign: 1 | -1): void {
  if (sigma > 0) {
    if (distribution === 'gaussian') fillNormal(target, stream)
    else fillUniform(target, stream)
  } else target.fill(0)
  const spread = sign * sigma
  if (typeof scale === 'number') {
    for (let i = 0; i < values.length; i++) target[i] = values[i]! + scale * (mu + spread * target[i]!)
  } else {
    for (let i = 0; i < values.length; i++) target[i] = values[i]! + scale[i]! * (mu + spread * target[i]!)
  }
}

const scaleAt = (scale: number | Float32Array, i: number): number => (typeof scale === 'number' ? scale : scale[i]!)

/** `values` limited to ±scale. */
function clipped(values: Float32Array, scale: number | Float32Array): Float32Array {
  return values.map((value, i) => {
    const limit = scaleAt(scale, i)
    return Math.min(limit, Math.max(-limit, value))
  })
}

/** s·c/Q with the nearest code c. Half-range scales can leave |m| above 1: then the code goes beyond ±Q as well. */
function quantized(values: Float32Array, scale: number | Float32Array, weightBits: number): Float32Array {
  const largest = largestCode(weightBits)
  return values.map((value, i) => {
    const s = scaleAt(scale, i)
    return s === 0 ? 0 : (s * roundHalfToEven((value / s) * largest)) / largest
  })
}

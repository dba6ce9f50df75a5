/**
 * The paper's device: no conductances, an error on the stored mantissa relative to the array's full scale,
 * m → m + μ + σ·ε, hence w → w + s·(μ + σ·ε), with ε standard normal or uniform on [−1, 1].
 * Source: Z. Wan et al., "Accuracy and Resiliency of Analog Compute-in-Memory Inference Engines", arXiv:2008.02400.
 */
import type { WeightReferredDevice } from '@shared/hardware'
import { fillNormal, fillUniform } from '../../random/streams'
import type { DeviceModel } from './device-model'

export const weightReferred: DeviceModel<WeightReferredDevice> = {
  acts: ({ sigma, mu }) => sigma > 0 || mu !== 0,

  program(target, values, scale, { sigma, mu, distribution }, stream, sign) {
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
}

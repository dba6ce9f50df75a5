/** The device of a hardware description: the paper's weight-referred one, or any that stores a conductance. */
import { z } from 'zod'
import { conductanceDeviceSchema, type ConductanceDeviceDescription } from '../devices'
import { documented } from '../devices/documentation'

/** m → m + μ + σ·ε on the stored mantissa m = w / s (arXiv:2008.02400). ε is N(0,1), or uniform on [−1, 1]. */
export const weightReferredDeviceSchema = z.strictObject({
  kind: z.literal('weight-referred'),
  sigma: documented(z.number().min(0).max(2).default(0.1), {
    label: 'Uncertainty σ', unit: 'of full scale', meaning: 'Standard deviation (Gaussian) or half-width (uniform) of the error of each stored value.', formula: 'm → m + μ + σ·ε'
  }),
  mu: documented(z.number().min(-1).max(1).default(0), {
    label: 'Offset μ', unit: 'of full scale', meaning: 'Error that all stored values share.', formula: 'm → m + μ + σ·ε'
  }),
  distribution: documented(z.enum(['gaussian', 'uniform']).default('gaussian'), {
    label: 'Distribution', meaning: 'Of the random part ε.', choices: { gaussian: 'Standard normal', uniform: 'Uniform on [−1, 1]' }
  })
})
export type WeightReferredDevice = z.infer<typeof weightReferredDeviceSchema>

export const deviceSchema = z.discriminatedUnion('kind', [weightReferredDeviceSchema, ...conductanceDeviceSchema.options])
export type Device = z.infer<typeof deviceSchema>
export type DeviceKind = Device['kind']

/** The device stores conductances in cells; the weight-referred device has neither. */
export const isConductanceDevice = (device: Device): device is ConductanceDeviceDescription => device.kind !== 'weight-referred'

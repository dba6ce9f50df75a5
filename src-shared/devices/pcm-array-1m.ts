/** Doped-GST phase-change memory, statistics of an array of a million devices. */
import { z } from 'zod'
import { documented } from './documentation'
import { conductance, defineEntry, minimumBelowMaximum } from './entry'

export const pcmArray1mSchema = z
  .strictObject({
    kind: z.literal('pcm-array-1m'),
    minimumMicrosiemens: documented(z.number().min(0).max(100).default(0), {
      label: 'Smallest conductance', unit: 'µS', meaning: 'Lower end of the range that targets are mapped to.'
    }),
    maximumMicrosiemens: documented(z.number().gt(0).max(100).default(25), {
      label: 'Largest conductance', unit: 'µS', meaning: 'G_max; the devices were characterised at 25 µS and the error scales with it.', formula: 'r = G/G_max'
    }),
    firstReadSeconds: documented(z.number().gt(0).max(1e6).default(20), {
      label: 'First read', unit: 's', meaning: 'Time t₀ between programming and the first read of the measurements; drift counts from it.'
    }),
    readSeconds: documented(z.number().min(1e-12).max(1).default(250e-9), {
      label: 'Duration of a read', unit: 's', meaning: 't_read of the 1/f noise: the shorter a read, the more of the spectrum it sees.'
    })
  })
  .refine(minimumBelowMaximum.check, minimumBelowMaximum.parameters)
export type PcmArray1mDevice = z.infer<typeof pcmArray1mSchema>

export const pcmArray1mEntry = defineEntry({
  kind: 'pcm-array-1m',
  title: 'PCM, doped GST (array of a million devices)',
  summary: 'Phase-change memory with programming error after iterative programming, drift with an exponent that differs from device to device, and 1/f read noise.',
  quantity: conductance,
  citations: [
    { text: 'S. R. Nandakumar et al., “Phase-Change Memory Models for Deep Learning Training and Inference”, ICECS 2019', link: 'doi:10.1109/ICECS46596.2019.8964852' },
    { text: 'V. Joshi et al., “Accurate deep neural network inference using computational phase-change memory”, Nat. Commun. 11, 2473 (2020)', link: 'doi:10.1038/s41467-020-16108-9' }
  ],
  formulas: [
    { effect: 'programming', text: 'σ_prog = (0.26348 + 1.9650 r − 1.1731 r²)·G_max/25,  G = max(0, G_target + σ_prog·ε)' },
    { effect: 'retention', text: 'G(t) = G·((t + t₀)/t₀)^−ν,  ν = |μ_ν + σ_ν·ε|,  μ_ν = clip(−0.0155 ln r + 0.0244, 0.049, 0.1),  σ_ν = clip(−0.0125 ln r − 0.0059, 0.008, 0.045),  r of the target' },
    { effect: 'read', text: 'σ_read = G(t)·Q·√ln((t + t₀ + t_read)/(2 t_read)),  Q = min(0.0088/r^0.65, 0.2),  r as programmed' }
  ],
  limits: ['The programming error is what iterative programming left: write–verify on top would count twice.'],
  schema: pcmArray1mSchema,
  presets: [{ id: 'pcm-array-1m', title: 'As characterised', description: 'G_max 25 µS, first read after 20 s, reads of 250 ns', device: pcmArray1mSchema.parse({ kind: 'pcm-array-1m' }) }],
  retention: 'formula',
  readNoise: true
})

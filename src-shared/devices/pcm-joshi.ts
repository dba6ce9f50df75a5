/** Phase-change memory, programming error only. */
import { z } from 'zod'
import { documented } from './documentation'
import { conductance, defineEntry, minimumBelowMaximum } from './entry'

export const pcmJoshiSchema = z
  .strictObject({
    kind: z.literal('pcm-joshi'),
    minimumMicrosiemens: documented(z.number().min(0).max(25).default(0.25), {
      label: 'Smallest conductance', unit: 'µS', meaning: 'Lower end of the range; 0.25 µS is the on/off ratio of 100 that is suggested for these devices.'
    }),
    maximumMicrosiemens: documented(z.number().gt(0).max(25).default(25), {
      label: 'Largest conductance', unit: 'µS', meaning: 'Upper end of the range, at most the characterised 25 µS.'
    })
  })
  .refine(minimumBelowMaximum.check, minimumBelowMaximum.parameters)
export type PcmJoshiDevice = z.infer<typeof pcmJoshiSchema>

export const pcmJoshiEntry = defineEntry({
  kind: 'pcm-joshi',
  title: 'PCM, Joshi 2020 (programming error)',
  summary: 'The measured programming error of phase-change memory some 27 s after programming. No drift and no read noise.',
  quantity: conductance,
  citations: [{ text: 'V. Joshi et al., “Accurate deep neural network inference using computational phase-change memory”, Nat. Commun. 11, 2473 (2020), Fig. 3b', link: 'doi:10.1038/s41467-020-16108-9' }],
  formulas: [{ effect: 'programming', text: 'σ_prog = max(−0.00178767 G² + 0.07585724 G + 0.28638599, 0) µS,  G = max(0, G_target + σ_prog·ε)' }],
  limits: ['Programming error only: it does not change with time.', 'The error is what iterative programming left.'],
  schema: pcmJoshiSchema,
  presets: [{ id: 'pcm-joshi', title: 'As characterised', description: '0.25 … 25 µS', device: pcmJoshiSchema.parse({ kind: 'pcm-joshi' }) }],
  retention: 'none',
  readNoise: false
})

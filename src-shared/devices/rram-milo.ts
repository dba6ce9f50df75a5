/** Multilevel resistive memory, programming error only. */
import { z } from 'zod'
import { documented } from './documentation'
import { conductance, defineEntry, minimumBelowMaximum } from './entry'

export const rramMiloSchema = z
  .strictObject({
    kind: z.literal('rram-milo'),
    minimumMicrosiemens: documented(z.number().min(0).max(225).default(50), {
      label: 'Smallest conductance', unit: 'µS', meaning: 'Lower end of the range; characterised from 50 µS.'
    }),
    maximumMicrosiemens: documented(z.number().gt(0).max(225).default(225), {
      label: 'Largest conductance', unit: 'µS', meaning: 'Upper end of the range, at most the characterised 225 µS.'
    })
  })
  .refine(minimumBelowMaximum.check, minimumBelowMaximum.parameters)
export type RramMiloDevice = z.infer<typeof rramMiloSchema>

export const rramMiloEntry = defineEntry({
  kind: 'rram-milo',
  title: 'RRAM, Milo 2021 (programming error)',
  summary: 'Multilevel resistive memory after a programming algorithm with incremental gate and verify pulses. No retention and no read noise.',
  quantity: conductance,
  citations: [{ text: 'V. Milo et al., “Optimized programming algorithms for multilevel RRAM in hardware neural networks”, IRPS 2021, Fig. 4', link: 'doi:10.1109/IRPS46558.2021.9405119' }],
  formulas: [{ effect: 'programming', text: 'σ_prog = max(−0.009107 G + 4.782321, 0) µS' }],
  limits: ['Programming error only: it does not change with time.', 'The error is what write–verify left.'],
  schema: rramMiloSchema,
  presets: [{ id: 'rram-milo', title: 'As characterised', description: '50 … 225 µS', device: rramMiloSchema.parse({ kind: 'rram-milo' }) }],
  retention: 'none',
  readNoise: false
})

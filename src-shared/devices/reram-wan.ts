/** Resistive memory of the NeuRRAM chip. */
import { z } from 'zod'
import { documented } from './documentation'
import { conductance, defineEntry, minimumBelowMaximum } from './entry'

export const reramWanSchema = z
  .strictObject({
    kind: z.literal('reram-wan'),
    fit: documented(z.enum(['quartic', 'cubic']).default('quartic'), {
      label: 'Fit', meaning: 'Two published fits of the same measurements.',
      choices: { quartic: 'Fourth degree in r at 1 s, 1 day and 2 days', cubic: 'Third degree in µS at 1 s, up to 39.26 µS, without retention' }
    }),
    minimumMicrosiemens: documented(z.number().min(0).max(40).default(0), {
      label: 'Smallest conductance', unit: 'µS', meaning: 'Lower end of the range that targets are mapped to.'
    }),
    maximumMicrosiemens: documented(z.number().gt(0).max(40).default(40), {
      label: 'Largest conductance', unit: 'µS', meaning: 'G_max, at most the characterised 40 µS (39.26 µS for the fit of third degree).', formula: 'r = G/G_max'
    })
  })
  .refine(minimumBelowMaximum.check, minimumBelowMaximum.parameters)
  .refine((device) => device.fit === 'quartic' || device.maximumMicrosiemens <= 39.26, {
    message: 'The fit of third degree ends at 39.26 µS.',
    path: ['maximumMicrosiemens']
  })
export type ReramWanDevice = z.infer<typeof reramWanSchema>

export const reramWanEntry = defineEntry({
  kind: 'reram-wan',
  title: 'ReRAM, Wan 2022',
  summary: 'Resistive memory measured 1 s, 1 day and 2 days after programming with write–verify; it relaxes during the first day.',
  quantity: conductance,
  citations: [{ text: 'W. Wan et al., “A compute-in-memory chip based on resistive random-access memory”, Nature 608, 504 (2022), Extended Data Fig. 3', link: 'doi:10.1038/s41586-022-04992-8' }],
  formulas: [
    { effect: 'programming', text: 'σ(1 s) = (0.348 + 16.030 r − 43.853 r² + 45.393 r³ − 16.815 r⁴)·G_max/40;  third degree: 1.053 + 0.2374 G − 1.167e-2 G² + 1.536e-4 G³ (µS)' },
    { effect: 'retention', text: 'σ(1 day) = 0.701 + 22.086 r − 50.773 r² + 47.095 r³ − 16.458 r⁴,  σ(2 days) = 0.782 + 20.274 r − 43.507 r² + 37.062 r³ − 11.934 r⁴, times G_max/40; variance interpolated in ln t' }
  ],
  limits: ['Nothing is known beyond two days: the state of two days is held.', 'The error is what write–verify left.', 'No read noise was published.'],
  schema: reramWanSchema,
  presets: [
    { id: 'reram-wan', title: 'With retention', description: '0 … 40 µS, up to two days', device: reramWanSchema.parse({ kind: 'reram-wan' }) },
    { id: 'reram-wan-1s', title: 'One second after programming', description: '0 … 39.26 µS, fit of third degree', device: reramWanSchema.parse({ kind: 'reram-wan', fit: 'cubic', maximumMicrosiemens: 39.26 }) }
  ],
  retention: { untilSeconds: 172_800 },
  readNoise: false
})

/** Analog filamentary conductive-metal-oxide/HfOx resistive memory. */
import { z } from 'zod'
import { documented } from './documentation'
import { conductance, defineEntry, minimumBelowMaximum } from './entry'

export const reramCmoHfoxSchema = z
  .strictObject({
    kind: z.literal('reram-cmo-hfox'),
    acceptancePercent: documented(z.literal([0.2, 2]).default(0.2), {
      label: 'Acceptance range', unit: '%', meaning: 'How close to its target a cell had to come before programming stopped, as characterised.',
      choices: { 0.2: '0.2 % of the target', 2: '2 % of the target' }
    }),
    minimumMicrosiemens: documented(z.number().min(9).max(88.2).default(9), {
      label: 'Smallest conductance', unit: 'µS', meaning: 'Lower end of the range, at least the characterised 9 µS.'
    }),
    maximumMicrosiemens: documented(z.number().min(9).max(88.2).default(88.2), {
      label: 'Largest conductance', unit: 'µS', meaning: 'Upper end of the range, at most the characterised 88.2 µS.'
    }),
    readSeconds: documented(z.number().min(1e-12).max(1).default(1e-6), {
      label: 'Duration of a read', unit: 's', meaning: 't_read of the 1/f noise: the shorter a read, the more of the spectrum it sees.'
    })
  })
  .refine(minimumBelowMaximum.check, minimumBelowMaximum.parameters)
export type ReramCmoHfoxDevice = z.infer<typeof reramCmoHfoxSchema>

export const reramCmoHfoxEntry = defineEntry({
  kind: 'reram-cmo-hfox',
  title: 'ReRAM, CMO/HfOx',
  summary: 'Resistive memory of conductive metal oxide and HfOx with very small programming error; it relaxes by an amount that does not depend on the state.',
  quantity: conductance,
  citations: [
    { text: 'D. F. Falcone et al., “All-in-One Analog AI Hardware: On-Chip Training and Inference with Conductive-Metal-Oxide/HfOx ReRAM Devices” (2025)', link: 'arXiv:2502.04524' },
    { text: 'Lombardo et al., read noise of CMO/HfOx ReRAM, Device Research Conference (DRC) 2024' },
    { text: 'IBM Analog Hardware Acceleration Kit, noise model of CMO/HfOx ReRAM: the coefficients above as its authors publish them, those of the read noise nowhere else in the open', link: 'https://github.com/IBM/aihwkit' }
  ],
  formulas: [
    { effect: 'programming', text: 'acceptance 0.2 %: σ_prog = 0.00081107 + 0.00106879 G;  2 %: 0.0112185391 + 0.01129027418 G (µS)' },
    { effect: 'retention', text: 'G(t) = G − 0.08900206 ln t + (0.04201137 ln t + 0.41183342)·ε,  t in s from 1 s, clipped to the range' },
    { effect: 'read', text: 'σ_read = 0.0277316483·log₁₀ G(t)·√ln((t + t_read)/(2 t_read)) µS' }
  ],
  limits: ['Between programming and 1 s the state of 1 s is taken; a read directly after programming has the noise of 1 s.', 'The programming error is what programming to the acceptance range left.', 'The coefficient of the read noise was read in the published model, not in the conference paper.'],
  schema: reramCmoHfoxSchema,
  presets: [
    { id: 'reram-cmo-hfox-0.2', title: 'Acceptance 0.2 %', description: '9 … 88.2 µS', device: reramCmoHfoxSchema.parse({ kind: 'reram-cmo-hfox' }) },
    { id: 'reram-cmo-hfox-2', title: 'Acceptance 2 %', description: '9 … 88.2 µS', device: reramCmoHfoxSchema.parse({ kind: 'reram-cmo-hfox', acceptancePercent: 2 }) }
  ],
  retention: 'formula',
  readNoise: true
})

/** Phase-change memory of the 14 nm Hermes core, one or two devices per conductance. */
import { z } from 'zod'
import { documented } from './documentation'
import { conductance, defineEntry } from './entry'

export const hermesSchema = z.strictObject({
  kind: z.literal('hermes'),
  devices: documented(z.literal([1, 2]).default(1), {
    label: 'Devices per cell', meaning: 'One device (up to 10.35 µS) or two in parallel (up to 20.7 µS), which program more exactly and drift more alike.',
    choices: { 1: 'One device', 2: 'Two devices' }
  }),
  minimumMicrosiemens: documented(z.number().min(0).max(5).default(0), {
    label: 'Smallest conductance', unit: 'µS', meaning: 'Lower end of the range that targets are mapped to.'
  }),
  readSeconds: documented(z.number().min(1e-12).max(1).default(512e-9), {
    label: 'Duration of a read', unit: 's', meaning: 't_read of the 1/f noise: the shorter a read, the more of the spectrum it sees.'
  })
})
export type HermesDevice = z.infer<typeof hermesSchema>

export const hermesEntry = defineEntry({
  kind: 'hermes',
  title: 'PCM, Hermes core (14 nm)',
  summary: 'Phase-change memory as measured on an in-memory compute chip with 14 nm transistors: programming error, drift, 1/f read noise.',
  quantity: conductance,
  citations: [
    { text: 'M. Le Gallo et al., “A 64-core mixed-signal in-memory compute chip based on phase-change memory for deep neural network inference”, Nat. Electron. 6, 680 (2023)', link: 'doi:10.1038/s41928-023-01010-1' },
    { text: 'R. Khaddam-Aljameh et al., HERMES core, IEEE J. Solid-State Circuits (2022)', link: 'https://ieeexplore.ieee.org/document/9696185' }
  ],
  formulas: [
    { effect: 'programming', text: 'one device: σ_prog = 0.15781817 + 2.32443916 r − 2.16310839 r² + 0.68841818 r³;  two: 0.16603222 + 4.71806468 r − 8.48101252 r² + 4.68961419 r³ (µS)' },
    { effect: 'retention', text: 'G(t) = G·((t + t₀)/t₀)^−ν,  t₀ = 200 s (one), 300 s (two);  ν = |μ_ν + σ_ν·ε| with μ_ν: r < 0.0945: clip(−0.0387 ln r − 0.0182, 0.0720, 0.13), else −0.0436 r² − 0.0126 r + 0.0736' },
    { effect: 'retention', text: 'one: σ_ν: r < 0.3039: clip(−0.0120 ln r − 0.0023, 0.0124, 0.04), else −0.0165 r² + 0.0116 r + 0.0104;  two: r < 0.3055: clip(−0.0117 ln r − 0.0057, 0.0091, 0.04), else −0.0118 r² + 0.0093 r + 0.0073' },
    { effect: 'read', text: 'σ_read = G(t)·Q·√ln((t + t₀ + t_read)/(2 t_read));  one: Q: r < 0.1591: clip(−0.0078 ln r + 0.0038, 0.0179, 0.04), else 0.0664 r³ − 0.1352 r² + 0.0768 r + 0.0088;  two: r < 0.16: clip(−0.0117 ln r − 0.0069, 0.015, 0.04), else 0.0069 r³ − 0.0280 r² + 0.0211 r + 0.0123' }
  ],
  limits: [
    'The programming error is what iterative programming left: write–verify on top would count twice.',
    'Two devices are taken to hold the same conductance; mapping that adapts to the chip drifts less.'
  ],
  schema: hermesSchema,
  presets: [
    { id: 'hermes-1', title: 'One device', description: 'G_max 10.35 µS, first read after 200 s', device: hermesSchema.parse({ kind: 'hermes', devices: 1 }) },
    { id: 'hermes-2', title: 'Two devices', description: 'G_max 20.7 µS, first read after 300 s', device: hermesSchema.parse({ kind: 'hermes', devices: 2 }) }
  ],
  retention: 'formula',
  readNoise: true
})

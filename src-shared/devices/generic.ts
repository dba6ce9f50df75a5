/** A device of free form: error family, power-law drift and read noise with values of the user. */
import { z } from 'zod'
import { documented } from './documentation'
import { conductance, defineEntry, minimumBelowMaximum } from './entry'

export const genericSchema = z
  .strictObject({
    kind: z.literal('generic'),
    minimumMicrosiemens: documented(z.number().min(0).max(1e6).default(0), {
      label: 'Smallest conductance', unit: 'µS', meaning: 'Lower end of the range that targets are mapped to.'
    }),
    maximumMicrosiemens: documented(z.number().gt(0).max(1e6).default(100), {
      label: 'Largest conductance', unit: 'µS', meaning: 'Upper end of the range; r = G/G_max below.'
    }),
    distribution: documented(z.enum(['normal', 'uniform']).default('normal'), {
      label: 'Distribution', meaning: 'How the programming error ε is distributed.',
      choices: { normal: 'Normal, ε ~ N(0, 1)', uniform: 'Uniform, ε ~ U(−1, 1)' }
    }),
    scaling: documented(z.enum(['independent', 'proportional', 'inverse-proportional']).default('independent'), {
      label: 'Dependence on the state', meaning: 'How the error grows with the conductance.',
      formula: 'r + σ·ε,  r·(1 + σ·ε),  or  r + σ·ε/r (none at r = 0)',
      choices: { independent: 'Independent of G', proportional: 'Proportional to G', 'inverse-proportional': 'Proportional to 1/G' }
    }),
    sigma: documented(z.number().min(0).max(10).default(0.02), {
      label: 'Programming error σ', meaning: 'Standard deviation (normal) or largest value (uniform), in units of r = G/G_max.'
    }),
    driftExponentMean: documented(z.number().min(0).max(1).default(0), {
      label: 'Drift exponent, mean', meaning: 'Mean μ_ν of the power-law drift exponent over devices.',
      formula: 'G(t) = G·((t + t₀)/t₀)^−ν,  ν = |μ_ν + σ_ν·ε|'
    }),
    driftExponentDeviation: documented(z.number().min(0).max(1).default(0), {
      label: 'Drift exponent, deviation', meaning: 'Standard deviation σ_ν over devices.'
    }),
    driftReferenceSeconds: documented(z.number().gt(0).max(1e9).default(1), {
      label: 'First read', unit: 's', meaning: 'Time t₀ between programming and the read that t counts from.'
    }),
    readDeviationFraction: documented(z.number().min(0).max(10).default(0), {
      label: 'Read noise', meaning: 'Standard deviation ρ of one read, as a fraction of the conductance at that time.',
      formula: 'σ_read = ρ·G(t), times √ln((t + t₀ + t_r)/(2 t_r)) for 1/f noise'
    }),
    readNoiseSpectrum: documented(z.enum(['white', 'one-over-f']).default('white'), {
      label: 'Read noise spectrum', meaning: 'White noise is the same at any time; 1/f noise grows with the time since programming.',
      choices: { white: 'White', 'one-over-f': '1/f' }
    }),
    readSeconds: documented(z.number().min(1e-12).max(1).default(250e-9), {
      label: 'Duration of a read', unit: 's', meaning: 't_r of 1/f noise: the shorter a read, the more of the spectrum it sees.'
    })
  })
  .refine(minimumBelowMaximum.check, minimumBelowMaximum.parameters)
export type GenericDevice = z.infer<typeof genericSchema>

const preset = (distribution: GenericDevice['distribution'], scaling: GenericDevice['scaling']) => ({
  id: `${distribution}-${scaling}`,
  title: `${distribution === 'normal' ? 'Normal' : 'Uniform'}, ${scaling}`,
  description: 'A form to start from; its values are examples, not measurements.',
  device: genericSchema.parse({ kind: 'generic', distribution, scaling })
})

export const genericEntry = defineEntry({
  kind: 'generic',
  title: 'Generic',
  summary: 'Error families with values of your own: independent of the state, proportional or inverse-proportional to it, normal or uniform; power-law drift and read noise on request.',
  quantity: conductance,
  citations: [{ text: 'T. P. Xiao et al., CrossSim: accuracy simulation of analog in-memory computing (the six error families)', link: 'https://github.com/sandialabs/cross-sim' }],
  formulas: [
    { effect: 'programming', text: 'independent G + G_max·σ·ε;  proportional G·(1 + σ·ε);  inverse-proportional G + G_max·σ·ε/r' },
    { effect: 'retention', text: 'G(t) = G·((t + t₀)/t₀)^−ν,  ν = |μ_ν + σ_ν·ε|' },
    { effect: 'read', text: 'σ_read = ρ·G(t), or ρ·G(t)·√ln((t + t₀ + t_r)/(2 t_r))' }
  ],
  limits: ['Values are yours; nothing here is measured.'],
  schema: genericSchema,
  presets: (['normal', 'uniform'] as const).flatMap((distribution) =>
    (['independent', 'proportional', 'inverse-proportional'] as const).map((scaling) => preset(distribution, scaling))
  ),
  retention: 'formula',
  readNoise: true
})

/** Charge-trap transistor: the form of the model; its values come from the user. */
import { z } from 'zod'
import { documented } from './documentation'
import { conductance, defineEntry, minimumBelowMaximum } from './entry'

export const cttSchema = z
  .strictObject({
    kind: z.literal('ctt'),
    minimumMicrosiemens: documented(z.number().min(0).max(1e6).default(0), {
      label: 'Smallest conductance', unit: 'µS', meaning: 'Channel conductance of the highest programmed threshold.'
    }),
    maximumMicrosiemens: documented(z.number().gt(0).max(1e6).default(1), {
      label: 'Largest conductance', unit: 'µS', meaning: 'Channel conductance without trapped charge. Only ratios matter to accuracy; the default is a unit, not a measurement.'
    }),
    programmingErrorFraction: documented(z.number().min(0).max(2).default(0), {
      label: 'Programming error', meaning: 'Standard deviation σ as a fraction of the range, the same for every state. Set it from your measurement.', formula: 'G = G_target + σ·ΔG·ε'
    }),
    retentionShiftPerDecade: documented(z.number().min(-1).max(1).default(0), {
      label: 'Retention shift per decade', meaning: 'Mean shift κ per tenfold time, as a fraction of the range; positive where charge is lost and the current rises.', formula: 'G(t) = G + (κ + σ_κ·ε)·ΔG·log₁₀(1 + t/t_ref)'
    }),
    retentionDeviationPerDecade: documented(z.number().min(0).max(1).default(0), {
      label: 'Retention spread per decade', meaning: 'Standard deviation σ_κ of that shift from device to device, as a fraction of the range.'
    }),
    retentionReferenceSeconds: documented(z.number().gt(0).max(1e9).default(1), {
      label: 'Retention reference time', unit: 's', meaning: 't_ref, from which decades are counted.'
    })
  })
  .refine(minimumBelowMaximum.check, minimumBelowMaximum.parameters)
export type CttDevice = z.infer<typeof cttSchema>

export const cttEntry = defineEntry({
  kind: 'ctt',
  title: 'Charge-trap transistor (your values)',
  summary: 'The device of the paper: a programming error that does not depend on the state, and retention as a slow shift. Only the form is given: without values of yours the device is ideal.',
  quantity: conductance,
  citations: [
    { text: 'Z. Wan et al., “Accuracy and Resiliency of Analog Compute-in-Memory Inference Engines” (state-independent error)', link: 'arXiv:2008.02400' },
    {
      text: '“Charge-Trap Transistors for CMOS-Only Analog Memory” (2019), abstract: after programming the channel current slowly rises; five bits for a single device, three bits in an array',
      link: 'https://discovery.researcher.life/article/charge-trap-transistors-for-cmos-only-analog-memory/fe2a322059e43ef6bf373d93aa2b3573'
    },
    { text: 'S. Qiao, “Characterization of the Charge-Trap Transistor for Analog In-Memory Computing”, thesis, UCLA', link: 'https://escholarship.org/uc/item/4414z700' }
  ],
  formulas: [
    { effect: 'programming', text: 'G = G_target + σ·ΔG·ε' },
    { effect: 'retention', text: 'G(t) = G + (κ + σ_κ·ε)·ΔG·log₁₀(1 + t/t_ref)' }
  ],
  limits: [
    'The shift is the same for all states; the published measurement saw a larger one for cells programmed to a higher threshold.',
    'No figures are given: values must come from a measurement of yours or from a source that you can cite.'
  ],
  schema: cttSchema,
  presets: [{ id: 'ctt', title: 'Form without values', description: 'Ideal until you enter values', device: cttSchema.parse({ kind: 'ctt' }) }],
  retention: 'formula',
  readNoise: false
})

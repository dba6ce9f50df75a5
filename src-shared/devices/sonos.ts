/** SONOS charge-trap transistors in subthreshold operation. */
import { z } from 'zod'
import { documented } from './documentation'
import { defineEntry, readCurrent } from './entry'

/**
 * The published fits of the mean shift (polynomials of degree 10) hold up to this current. Above it they leave the
 * measurement: 30 to 60 nA at 1400 nA become 250 nA after one day but 120 nA after five at 1600 nA, and 3500 nA at 1800 nA.
 */
export const sonosDriftLimitNanoamperes = 1400

export const sonosSchema = z.strictObject({
  kind: z.literal('sonos'),
  maximumNanoamperes: documented(z.number().gt(0).max(3200).default(1400), {
    label: 'Largest current', unit: 'nA', meaning: 'Upper end of the range at the one read voltage; characterised up to 3200 nA, with retention up to 1400 nA.'
  }),
  onOffRatio: documented(z.number().min(10).max(1e9).default(1e7), {
    label: 'On/off ratio', meaning: 'Largest over smallest current.', formula: 'I_min = I_max/ratio'
  })
})
export type SonosDevice = z.infer<typeof sonosSchema>

export const sonosEntry = defineEntry({
  kind: 'sonos',
  title: 'SONOS charge trap, Agrawal 2022',
  summary: 'Charge-trap transistors of a 40 nm process, measured on 128 000 cells for five days. A relative of the charge-trap transistor of the paper.',
  quantity: readCurrent,
  citations: [
    { text: 'V. Agrawal et al., “Subthreshold operation of SONOS analog memory to enable accurate low-power neural network inference”, IEDM 2022, 21.7, Figs. 10 and 11', link: 'https://ieeexplore.ieee.org/document/10019564' },
    { text: 'T. P. Xiao et al., CrossSim: the fits to these figures with all their coefficients', link: 'https://github.com/sandialabs/cross-sim' }
  ],
  formulas: [
    { effect: 'programming', text: 'σ_I = A·(1 − e^(−I/B)),  A = 19.887 nA,  B = 176.31 nA' },
    { effect: 'retention', text: 'mean shift by day 1 … 5 as a polynomial of degree 10 in I;  (A, B) = (25.591, 186.86), (28.728, 193.57), (31.043, 198.90), (33.762, 204.77), (34.579, 207.34) nA, interpolated between days, I after the shift' },
    { effect: 'read', text: 'σ_read = 12.580·(1 − e^(−I/215.366)) nA' }
  ],
  limits: ['Nothing is known beyond five days: the state of five days is held.', 'With retention the largest current must not exceed 1400 nA: above it the published fits of the mean shift diverge.'],
  schema: sonosSchema,
  presets: [{ id: 'sonos', title: 'As characterised', description: '0 … 1400 nA, up to five days', device: sonosSchema.parse({ kind: 'sonos' }) }],
  retention: { untilSeconds: 432_000 },
  readNoise: true
})

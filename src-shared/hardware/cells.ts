/** How a stored mantissa becomes conductances: pairs or offset cells, bit slices. Only conductance devices have cells. */
import { z } from 'zod'
import { documented } from '../devices/documentation'

export const cellSchema = z.strictObject({
  kind: documented(z.enum(['differential', 'offset']).default('differential'), {
    label: 'Cell', meaning: 'A signed value is the difference of two cells, or one cell around mid-range whose reference current is subtracted.',
    choices: { differential: 'Differential pair', offset: 'Offset (one cell)' }, formula: 'm = (G⁺ − G⁻)/ΔG, or G = G_min + (m + 1)/2·ΔG'
  }),
  pair: documented(z.enum(['one-sided', 'centred']).default('one-sided'), {
    label: 'Pair', meaning: 'One-sided: the cell of the other sign sits at G_min. Centred: both move around mid-range. Differential cells only.',
    choices: { 'one-sided': 'One-sided', centred: 'Centred' }
  }),
  digitization: documented(z.enum(['together', 'separate']).default('together'), {
    label: 'Currents of a pair', meaning: 'Subtracted as currents in front of one converter, or digitised by a converter each and subtracted digitally. Differential cells only.',
    choices: { together: 'Subtracted, then digitised', separate: 'Digitised separately' }
  }),
  reference: documented(z.enum(['digital', 'column']).default('digital'), {
    label: 'Reference', meaning: 'Mid-range current of an offset cell: computed digitally from the inputs, or measured with a programmed column of each array that has errors and a converter of its own. Offset cells only.',
    choices: { digital: 'Digital', column: 'Reference column' }
  })
})
export type Cell = z.infer<typeof cellSchema>

export const slicesSchema = z.strictObject({
  weightBits: documented(z.int().min(0).max(16).refine((bits) => bits !== 1, 'Use 0 (continuous) or 2 to 16 bits.').default(0), {
    label: 'Weight bits', unit: 'bit', meaning: 'Mantissas are rounded to this many bits, sign included. 0 is continuous.', formula: 'c = round(m·(2^(n−1) − 1)), half to even'
  }),
  bitsPerCell: documented(z.int().min(0).max(16).default(0), {
    label: 'Bits per cell', unit: 'bit', meaning: 'Bits of the code in one cell; the code is cut into slices, each on arrays and converters of its own. 0 puts all bits into one cell.',
    formula: 'slices = ⌈magnitude bits/bits per cell⌉, slice k weighs 2^(k·bits per cell)'
  })
})
export type Slices = z.infer<typeof slicesSchema>

/** Time between programming and inference, and what is done about drift. */
export const retentionSchema = z.strictObject({
  seconds: documented(z.number().min(0).max(1e10).default(0), {
    label: 'Time since programming', unit: 's', meaning: 'Inference happens this long after programming; devices with a retention model drift meanwhile. 3600 is an hour, 86400 a day, 31536000 a year.'
  }),
  compensation: documented(z.enum(['none', 'global', 'tile']).default('none'), {
    label: 'Drift compensation', meaning: 'One digital gain behind the converters, from the summed read currents of all cells at programming and at that time.',
    choices: { none: 'None', global: 'One gain per layer', tile: 'One gain per array tile' }, formula: 'gain = Σ G(0)/Σ G(t)'
  })
})
export type Retention = z.infer<typeof retentionSchema>

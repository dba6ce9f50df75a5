/** How weights become array contents and digital scales: w = s · m. */
import { z } from 'zod'
import { documented } from '../devices/documentation'

export const scaleGranularities = ['network', 'layer', 'layer-bi-scale', 'column', 'tile', 'tile-column'] as const
export type ScaleGranularity = (typeof scaleGranularities)[number]
/** Digital scales in a few words. */
export const granularityLabels: Readonly<Record<ScaleGranularity, string>> = {
  network: 'One for the network', layer: 'One per layer', 'layer-bi-scale': 'Two per layer (bi-scale)', column: 'One per column', tile: 'One per tile', 'tile-column': 'One per tile column'
}

export const representationSchema = z.strictObject({
  scaleGranularity: documented(z.enum(scaleGranularities).default('layer-bi-scale'), {
    label: 'Scale granularity', meaning: 'Which weights share one digital scale s. Two scales per layer are the paper’s analog floating-point form.', formula: 'w = s·m',
    choices: {
      network: 'One for the whole network', layer: 'One per layer', 'layer-bi-scale': 'Two per layer: weights, biases', column: 'One per output column', tile: 'One per array tile',
      'tile-column': 'One per column of each tile'
    }
  }),
  scaleStatistic: documented(z.enum(['auto', 'half-range', 'max-abs', 'percentile']).default('auto'), {
    label: 'Scale statistic', meaning: 'How s follows from the weights that share it. Automatic: half-range with the weight-referred device (the paper), largest magnitude with cells, which cannot hold |m| > 1.',
    choices: { auto: 'Automatic', 'half-range': '(max − min)/2', 'max-abs': 'Largest magnitude', percentile: 'Percentile of magnitudes, clipped' }
  }),
  scalePercentile: documented(z.number().gt(50).max(100).default(99.9), { label: 'Scale percentile', unit: '%', meaning: 'Percentile of |w| for the statistic “percentile”.' }),
  scaleExponentBits: documented(z.int().min(0).max(16).default(0), {
    label: 'Exponent bits', meaning: '0: s is a real number. n: s = 2^e with e in n bits (two’s complement), rounded up so that nothing clips; a scale above the largest is refused.', formula: 's = 2^e'
  }),
  bias: documented(z.enum(['analog', 'digital']).default('analog'), {
    label: 'Bias', meaning: 'Stored in analog cells, or added digitally without error.', choices: { analog: 'In analog cells', digital: 'Digital' }
  })
})
export type Representation = z.infer<typeof representationSchema>

/** Converters at the edges of the arrays. */
import { z } from 'zod'
import { documented } from '../devices/documentation'

const bits = (label: string, meaning: string) =>
  documented(z.int().min(0).max(16).refine((value) => value !== 1, 'Use 0 (ideal) or 2 to 16 bits.').default(0), { label, unit: 'bit', meaning })

const statistic = documented(z.enum(['max', 'percentile', 'least-squares']).default('max'), {
  label: 'Statistic', meaning: 'Full scale from what the calibration images produce in the noise-free network: the largest magnitude, a percentile of magnitudes, or the range with the least mean-square error.',
  choices: { max: 'Largest magnitude', percentile: 'Percentile', 'least-squares': 'Least squares' }
})
const percentile = documented(z.number().gt(50).max(100).default(99.9), { label: 'Percentile', unit: '%', meaning: 'Of magnitudes, for the statistic “percentile”.' })

const fixedMaximum = z.number().gt(0).max(1e9)

export const dacRangeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('calibrated'), statistic, percentile }),
  z.strictObject({
    kind: z.literal('fixed'),
    maximum: documented(fixedMaximum.default(1), { label: 'Full scale', meaning: 'Largest input magnitude, in the unit of the layer’s input. Larger inputs saturate.' })
  }),
  z.strictObject({ kind: z.literal('per-vector') })
])
export type DacRange = z.infer<typeof dacRangeSchema>

export const adcRangeSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('calibrated'), statistic, percentile,
    scope: documented(z.enum(['layer', 'tile']).default('layer'), {
      label: 'Scope', meaning: 'All tiles of a layer share one range, or each has its own.', choices: { layer: 'One range per layer', tile: 'One range per tile' }
    })
  }),
  /** All the current that the rows of the tile can carry. */
  z.strictObject({ kind: z.literal('full-scale') }),
  z.strictObject({
    kind: z.literal('fixed'),
    maximum: documented(fixedMaximum.default(16), {
      label: 'Upper end', unit: 'cell currents', meaning: 'In currents of one cell at its largest conductance with a full-scale input.', formula: 'i = Σ (G/G_max)·(x/x_max)'
    }),
    minimum: documented(z.number().min(-1e9).max(0).nullable().default(null), {
      label: 'Lower end', unit: 'cell currents', meaning: 'Empty: minus the upper end, or 0 where no current is negative. An own lower end needs mid-rise codes.'
    }),
    perSlice: documented(z.array(fixedMaximum).max(16).default([]), {
      label: 'Upper end of each slice', unit: 'cell currents', meaning: 'Least significant slice first; empty: the upper end above for all.'
    })
  })
])
export type AdcRange = z.infer<typeof adcRangeSchema>

const codes = documented(z.enum(['twos-complement', 'sign-magnitude', 'mid-rise']).default('twos-complement'), {
  label: 'Codes', meaning: 'Two’s complement: 2^n levels with zero, the most negative one step beyond full scale. Sign and magnitude: 2^n − 1 levels, symmetric. Mid-rise: 2^n levels evenly from end to end, zero is none of them when signed.',
  choices: { 'twos-complement': 'Two’s complement', 'sign-magnitude': 'Sign and magnitude', 'mid-rise': 'Mid-rise' }
})

export const dacSchema = z.strictObject({
  inputBits: bits('Input bits', 'Resolution of the inputs; 0 is an ideal converter.'),
  range: documented(dacRangeSchema.prefault({ kind: 'calibrated' }), {
    label: 'Range', meaning: 'Full scale of the inputs: from calibration images, layer by layer; one number; or, with a gain that follows the input, the largest magnitude of each input vector.',
    choices: { calibrated: 'Calibrated', fixed: 'Fixed', 'per-vector': 'Of each input vector' }
  }),
  sign: documented(z.enum(['auto', 'signed', 'unsigned']).default('auto'), {
    label: 'Sign', meaning: 'Automatic: unsigned where calibration sees no negative input, for example behind a ReLU. Unsigned converters clip negative inputs to 0.',
    choices: { auto: 'Automatic', signed: 'Signed', unsigned: 'Unsigned' }
  }),
  codes,
  streaming: documented(z.enum(['analog', 'bit-serial']).default('analog'), {
    label: 'Inputs', meaning: 'Analog: one voltage per input. Bit-serial: one read per digit of the input code, each with its own conversion, added with weights 2^b; signed codes as sign and magnitude.',
    choices: { analog: 'Analog', 'bit-serial': 'Bit-serial' }, formula: 'x = Δ·Σ_b 2^b·x_b'
  }),
  bitsPerPulse: documented(z.int().min(1).max(8).default(1), { label: 'Bits per read', unit: 'bit', meaning: 'Bits of the input code in one read of bit-serial inputs.' })
})
export type Dac = z.infer<typeof dacSchema>

const deviation = (label: string, unit: string, meaning: string) => documented(z.number().min(0).max(1).default(0), { label, unit, meaning })

export const adcSchema = z.strictObject({
  outputBits: bits('Output bits', 'Resolution of each partial sum of a tile, slice and input plane; 0 is an ideal converter.'),
  range: documented(adcRangeSchema.prefault({ kind: 'calibrated' }), {
    label: 'Range', meaning: 'Full scale of the partial sums: from calibration images; all the current that the rows of a tile can carry, which nothing exceeds and little fills; or fixed in cell currents.',
    choices: { calibrated: 'Calibrated', 'full-scale': 'All the current of the rows', fixed: 'Fixed' }
  }),
  codes,
  offsetDeviation: deviation('Offset', 'of full scale', 'Standard deviation of the offsets of the converters, one draw per converter (tile, slice and column) and chip instance.'),
  gainDeviation: deviation('Gain error', 'relative', 'Standard deviation of the relative gain errors of the converters, one draw per converter and chip instance.'),
  noiseDeviation: deviation('Noise', 'of full scale', 'Standard deviation of the noise of one conversion, a fresh draw each time.')
})
export type Adc = z.infer<typeof adcSchema>

/**
 * The description of analog hardware: device, number representation, arrays, converters, and one master switch per
 * effect. Everything has a default, so `hardwareSchema.parse({})` is the paper's setting at σ = 0.1 with ideal converters.
 */
import { z } from 'zod'

/** m → m + μ + σ·ε on the stored mantissa m = w / s (arXiv:2008.02400). ε is N(0,1), or uniform on [−1, 1]. */
export const weightReferredDeviceSchema = z.strictObject({
  kind: z.literal('weight-referred'),
  sigma: z.number().min(0).max(2).default(0.1),
  mu: z.number().min(-1).max(1).default(0),
  distribution: z.enum(['gaussian', 'uniform']).default('gaussian')
})

export const deviceSchema = z.discriminatedUnion('kind', [weightReferredDeviceSchema])
export type Device = z.infer<typeof deviceSchema>
export type WeightReferredDevice = z.infer<typeof weightReferredDeviceSchema>

export const scaleGranularities = ['network', 'layer', 'layer-bi-scale', 'column', 'tile', 'tile-column'] as const
export type ScaleGranularity = (typeof scaleGranularities)[number]

/** How weights become array contents and digital scales: w = s · m. */
export const representationSchema = z.strictObject({
  /** Which weights share one digital scale s. `layer-bi-scale` is the paper's analog floating-point form. */
  scaleGranularity: z.enum(scaleGranularities).default('layer-bi-scale'),
  /** Half-range (max − min)/2, largest magnitude, or a percentile of magnitudes with clipping. */
  scaleStatistic: z.enum(['half-range', 'max-abs', 'percentile']).default('half-range'),
  /** Percentile of |w| for the statistic `percentile`. */
  scalePercentile: z.number().gt(50).max(100).default(99.9),
  /** 0: s is a real number; n: s = 2^e with e in n bits (two's complement, rounded up so that nothing clips; a scale above the largest is refused). */
  scaleExponentBits: z.int().min(0).max(16).default(0),
  /** Biases are stored in analog cells, or added digitally without error. */
  bias: z.enum(['analog', 'digital']).default('analog')
})

/** Limits of one physical array. 0 means unlimited. A matrix larger than one array is cut into tiles. */
export const arraySchema = z.strictObject({
  rows: z.int().min(0).max(65536).default(0),
  columns: z.int().min(0).max(65536).default(0)
})

/** How the full scale of a converter is chosen. */
export const calibratedRangeSchema = z.strictObject({
  kind: z.literal('calibrated'),
  /** Largest magnitude that the calibration images produce, or a percentile of magnitudes. */
  statistic: z.enum(['max', 'percentile']).default('max'),
  percentile: z.number().gt(50).max(100).default(99.9)
})
export const converterRangeSchema = z.discriminatedUnion('kind', [calibratedRangeSchema])
export type ConverterRange = z.infer<typeof converterRangeSchema>

export const dacSchema = z.strictObject({
  /** 0 is an ideal converter. */
  inputBits: z.int().min(0).max(16).refine((bits) => bits !== 1, 'Use 0 (ideal) or 2 to 16 bits.').default(0),
  range: converterRangeSchema.prefault({ kind: 'calibrated' }),
  /** `auto`: unsigned where calibration sees no negative input (for example behind a ReLU). */
  sign: z.enum(['auto', 'signed', 'unsigned']).default('auto')
})

export const adcSchema = z.strictObject({
  /** 0 is an ideal converter. */
  outputBits: z.int().min(0).max(16).refine((bits) => bits !== 1, 'Use 0 (ideal) or 2 to 16 bits.').default(0),
  range: converterRangeSchema.prefault({ kind: 'calibrated' })
})

/** One master switch per effect. An effect that is off leaves no trace in the compiled program. */
export const effectSwitchesSchema = z.strictObject({
  weightClipping: z.boolean().default(true),
  scaleRounding: z.boolean().default(true),
  programmingError: z.boolean().default(true),
  inputQuantization: z.boolean().default(true),
  outputQuantization: z.boolean().default(true)
})
export type EffectSwitch = keyof z.infer<typeof effectSwitchesSchema>

export const hardwareSchema = z.strictObject({
  schemaVersion: z.literal(1).default(1),
  name: z.string().max(200).default('Untitled hardware'),
  device: deviceSchema.prefault({ kind: 'weight-referred' }),
  representation: representationSchema.prefault({}),
  array: arraySchema.prefault({}),
  dac: dacSchema.prefault({}),
  adc: adcSchema.prefault({}),
  /** Images of the training split that set calibrated converter ranges. */
  calibrationImages: z.int().min(1).max(4096).default(64),
  effects: effectSwitchesSchema.prefault({})
})
export type Hardware = z.infer<typeof hardwareSchema>
export type HardwareInput = z.input<typeof hardwareSchema>

export const idealHardware = (): Hardware =>
  hardwareSchema.parse({ name: 'Ideal', device: { kind: 'weight-referred', sigma: 0 } })

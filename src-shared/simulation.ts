/** Monte-Carlo simulation: what is asked for and what comes out. Accuracies are fractions in [0, 1]. */
import { z } from 'zod'
import { activeEffectSchema } from './effects'
import { hardwareSchema, scaleGranularities } from './hardware'
import { imageRangeSchema } from './dataset'
import { accuracyStatisticsSchema } from './statistics'

/** Parameters that a one-dimensional sweep can vary. `sweepParameters` in sweep.ts says how each is set. */
export const sweepParameterIds = [
  'sigma', 'mu', 'scale', 'weight-bits', 'bits-per-cell', 'levels', 'time', 'wire-resistance', 'adc-bits', 'dac-bits', 'array-rows', 'array-columns'
] as const
export type SweepParameterId = (typeof sweepParameterIds)[number]

export const sweepSchema = z.strictObject({
  parameter: z.enum(sweepParameterIds),
  values: z
    .array(z.union([z.number(), z.enum(scaleGranularities)]))
    .min(1)
    .max(200)
    .refine((values) => new Set(values).size === values.length, 'A value stands twice in the sweep; each point is computed once.')
})
export type Sweep = z.infer<typeof sweepSchema>
export type SweepValue = Sweep['values'][number]

export const seedSchema = z.int().min(0).max(0xffffffff)

export const simulationSettingsSchema = z.strictObject({
  sweep: sweepSchema.nullable().default(null),
  /** Draws of programmed conductances per point. */
  chipInstances: z.int().min(1).max(100_000).default(10),
  /** Images per chip instance. The last `count` of the evaluation split unless `first` is given (position in the whole set). */
  images: z.strictObject({ count: z.int().min(1), first: z.int().min(0).nullable().default(null) }).prefault({ count: 2000 }),
  seed: seedSchema.default(1),
  /** Images per run of the network; 0: chosen for the network and the machine. The result does not depend on it. */
  batch: z.int().min(0).max(4096).default(0)
})
export type SimulationSettings = z.infer<typeof simulationSettingsSchema>

/** Everything that determines the result of a simulation besides the network and the data. */
export const simulationConfigSchema = z.strictObject({ hardware: hardwareSchema, settings: simulationSettingsSchema })
export type SimulationConfig = z.infer<typeof simulationConfigSchema>

export const digitalResultSchema = z.object({
  top1: z.number(),
  top5: z.number(),
  images: z.int(),
  /** confusion[true class][predicted class], counts. */
  confusion: z.array(z.array(z.int())),
  seconds: z.number(),
  imagesPerSecond: z.number()
})
export type DigitalResult = z.infer<typeof digitalResultSchema>

/** What every point of a sweep (or the only one) says, whatever its quality is measured by. */
const pointBaseSchema = z.object({
  /** The value of the swept parameter; null without a sweep. */
  value: z.union([z.number(), z.string()]).nullable(),
  /** Of the weight-referred device; null with any other. */
  sigma: z.number().nullable(),
  mu: z.number().nullable(),
  chipInstances: z.int(),
  activeEffects: z.array(activeEffectSchema),
  /** Compute time of the point summed over its chip instances, and images through the network per such second. */
  seconds: z.number(),
  imagesPerSecond: z.number()
})
/** Where a point lies on the axis of its sweep. */
export type PlacedPoint = Pick<z.infer<typeof pointBaseSchema>, 'value' | 'sigma'>

/** A point of a network with classes. */
export const simulationPointSchema = pointBaseSchema.extend({
  top1: accuracyStatisticsSchema,
  top5: accuracyStatisticsSchema,
  /** Mean cross-entropy over images and chip instances, in nats. */
  loss: accuracyStatisticsSchema,
  /** Counts summed over chip instances. */
  confusion: z.array(z.array(z.int()))
})
export type SimulationPoint = z.infer<typeof simulationPointSchema>

/**
 * Why a fidelity is no number of decibels:
 * - `exact`: no difference at all; the ratio is infinite;
 * - `silent`: the digital network's output is 0 everywhere, the chip's is not; the ratio is 0;
 * - `overflow`: some output is not a finite number.
 */
export const fidelityOutcomes = ['exact', 'silent', 'overflow'] as const
export type FidelityOutcome = (typeof fidelityOutcomes)[number]

/**
 * Fidelity: 10·log₁₀(Σ y² / Σ (ŷ − y)²) of each chip instance, y the digital network's output and ŷ the chip's, sums over the
 * output's elements and the images.
 */
export const fidelitySchema = z.object({
  /** In decibels, over the chip instances whose ratio is finite; null where there is none. */
  decibels: accuracyStatisticsSchema.nullable(),
  /** Chip instances without any difference: their ratio is infinite. */
  exact: z.int(),
  /** Chip instances with a difference where the digital network's output is 0 everywhere: their ratio is 0. */
  silent: z.int(),
  /** Chip instances with an output that is not a finite number. */
  overflow: z.int(),
  /** Decibels, or why there are none, of each chip instance in the order of the instances. Earlier programs did not store them. */
  instances: z.array(z.union([z.number(), z.enum(fidelityOutcomes)])).optional()
})
export type Fidelity = z.infer<typeof fidelitySchema>

/** A point of a network without classes: it has no accuracy, and the labels of the data mean nothing to it. */
export const fidelityPointSchema = pointBaseSchema.extend({ fidelity: fidelitySchema })
export type FidelityPoint = z.infer<typeof fidelityPointSchema>

export const simulationResultSchema = z.object({
  /** Null for a network without classes, which has `fidelity` in place of this and of `points`. */
  digital: digitalResultSchema.nullable(),
  points: z.array(simulationPointSchema),
  /** The points of a network without classes; any other has none. */
  fidelity: z.array(fidelityPointSchema).optional(),
  classNames: z.array(z.string()),
  imageRange: imageRangeSchema
})
export type SimulationResult = z.infer<typeof simulationResultSchema>

/** One chip instance at one point: a line of trials.jsonl, and of the exported CSV. */
export const trialSchema = z.object({
  point: z.int(),
  chipInstance: z.int(),
  top1: z.number(),
  top5: z.number(),
  loss: z.number(),
  confusion: z.array(z.array(z.int())),
  seconds: z.number()
})
export type Trial = z.infer<typeof trialSchema>

/** The same for a network without classes. An energy that is no finite number is null. */
export const fidelityTrialSchema = z.object({
  point: z.int(),
  chipInstance: z.int(),
  /** Σ y² of the digital network. */
  signal: z.number().nullable(),
  /** Σ (ŷ − y)². */
  noise: z.number().nullable(),
  seconds: z.number()
})
export type FidelityTrial = z.infer<typeof fidelityTrialSchema>

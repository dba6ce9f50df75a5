/**
 * Attribution: which effect, and which layer, costs how much accuracy; and how far each layer's output is from the digital
 * network's (physics §9). A chip instance is the same chip at every point (docs/decisions/0008), so differences between
 * points are taken chip by chip. Accuracies are fractions in [0, 1].
 */
import { z } from 'zod'
import { imageRangeSchema } from './dataset'
import { effectSwitches, hardwareSchema } from './hardware'
import { digitalResultSchema, seedSchema } from './simulation'
import { accuracyStatisticsSchema } from './statistics'

export const attributionSettingsSchema = z.strictObject({
  /** Draws of programmed conductances at each point where something is drawn. */
  chipInstances: z.int().min(1).max(100_000).default(10),
  /** Images per chip instance. The last `count` of the evaluation split unless `first` is given (position in the whole set). */
  images: z.strictObject({ count: z.int().min(1), first: z.int().min(0).nullable().default(null) }).prefault({ count: 1000 }),
  seed: seedSchema.default(1),
  /** Images per run of the network; 0: chosen for the network and the machine. The result does not depend on it. */
  batch: z.int().min(0).max(4096).default(0),
  /** Accuracy with each layer alone on analog hardware, all others digital. */
  layersAlone: z.boolean().default(true),
  /** Accuracy with each layer alone digital, all others on analog hardware. */
  layersDigital: z.boolean().default(false),
  /** Images on which layer outputs are compared: the first of those above; 0: signal-to-noise ratios are not measured. */
  signalImages: z.int().min(0).max(100_000).default(100),
  /** Besides the error that has accumulated up to each layer also what the layer itself adds, fed with the digital network's input. */
  ownSignal: z.boolean().default(true)
})
export type AttributionSettings = z.infer<typeof attributionSettingsSchema>

/** Everything that determines the result besides the network and the data. */
export const attributionConfigSchema = z.strictObject({ hardware: hardwareSchema, settings: attributionSettingsSchema })
export type AttributionConfig = z.infer<typeof attributionConfigSchema>

const effectSwitchSchema = z.enum(effectSwitches)

/** Accuracy with some effects on, in some layers. */
export const attributionPointSchema = z.object({
  /** Effects that act, in the order of action. */
  on: z.array(effectSwitchSchema),
  /**
   * Chips differ at this point. Where nothing is drawn all chip instances are the same chip: it is computed once, and its
   * values stand for all.
   */
  drawn: z.boolean(),
  /** Chip instances finished so far. */
  chipInstances: z.int(),
  top1: accuracyStatisticsSchema,
  top5: accuracyStatisticsSchema,
  /** Mean cross-entropy over images, in nats. */
  loss: accuracyStatisticsSchema
})
export type AttributionPoint = z.infer<typeof attributionPointSchema>

/** Difference of two top-1 accuracies, taken chip by chip. */
export const pairedDifferenceSchema = z.object({
  mean: z.number(),
  /** Sample standard deviation over chip instances (n − 1); 0 for one. */
  std: z.number(),
  /** Half-width of the 95 % confidence interval of the mean (Student t, n − 1 degrees of freedom); null for one chip instance. */
  ci95: z.number().nullable()
})
export type PairedDifference = z.infer<typeof pairedDifferenceSchema>

/** One effect, measured alone and left out. What is not measured yet, or cannot be, is null. */
export const effectAttributionSchema = z.object({
  switch: effectSwitchSchema,
  name: z.string(),
  /** What the effect is in this hardware, in a sentence. */
  description: z.string(),
  /** Effects without which this one cannot act: they are on where it is measured "alone", and in the reference of that. */
  companions: z.array(effectSwitchSchema),
  /** This effect and its companions on, all others off. */
  alone: attributionPointSchema.nullable(),
  /** Accuracy without any effect (with companions: with these alone) minus accuracy with this effect. Positive: it costs accuracy. */
  lossAlone: pairedDifferenceSchema.nullable(),
  /** All effects but this one. */
  without: attributionPointSchema.nullable(),
  /** Accuracy without this effect minus accuracy with all. Positive: it costs accuracy. */
  gainWithout: pairedDifferenceSchema.nullable(),
  /** What else changes with this switch, and why something is not measured. */
  notes: z.array(z.string())
})
export type EffectAttribution = z.infer<typeof effectAttributionSchema>

/**
 * One step of switching effects on one after another. Effects do not add up, so single contributions would not close between
 * the digital accuracy and that of the whole hardware; these steps do.
 */
export const cumulativeStepSchema = z.object({
  /** What is switched on at this step: one effect, or those that cannot be switched on one by one. */
  switches: z.array(effectSwitchSchema).min(1),
  name: z.string(),
  point: attributionPointSchema.nullable(),
  /** Accuracy before this step minus accuracy after it. */
  loss: pairedDifferenceSchema.nullable(),
  /** Digital accuracy minus accuracy after this step. */
  lossSoFar: pairedDifferenceSchema.nullable()
})
export type CumulativeStep = z.infer<typeof cumulativeStepSchema>

export const layerAttributionSchema = z.object({
  /** Name of the layer's node. */
  layer: z.string(),
  /** This layer on analog hardware, all others digital. */
  alone: attributionPointSchema.nullable(),
  /** Digital accuracy minus accuracy with this layer alone analog. */
  lossAlone: pairedDifferenceSchema.nullable(),
  /** This layer digital, all others on analog hardware. */
  digital: attributionPointSchema.nullable(),
  /** Accuracy with this layer digital minus accuracy with all layers analog. */
  gainDigital: pairedDifferenceSchema.nullable()
})
export type LayerAttribution = z.infer<typeof layerAttributionSchema>

/**
 * - `finite`: a number of decibels;
 * - `exact`: the outputs are those of the digital network, bit by bit; the ratio is infinite;
 * - `silent`: the digital network's output is 0 everywhere, the analog one's is not; the ratio is 0;
 * - `overflow`: some output is not a finite number.
 */
export const signalOutcomes = ['finite', 'exact', 'silent', 'overflow'] as const

/** 10·log₁₀(Σ y² / Σ (ŷ − y)²), y the digital and ŷ the analog output of a layer, sums over images, elements and chip instances. */
export const signalToNoiseSchema = z.object({
  /** Null unless the outcome is `finite`. */
  decibels: z.number().nullable(),
  /**
   * Half-width in decibels of the 95 % confidence interval: (10 / ln 10)·h/N̄, with N̄ the mean error energy over chip instances
   * and h the half-width of its interval (Student t), to first order in h/N̄. Null for one chip instance.
   */
  interval: z.number().nullable(),
  outcome: z.enum(signalOutcomes),
  /** Ratio of each chip instance in decibels; null where it is not finite. */
  instances: z.array(z.number().nullable())
})
export type SignalToNoise = z.infer<typeof signalToNoiseSchema>

export const layerSignalSchema = signalToNoiseSchema.extend({
  layer: z.string(),
  /** With the digital network's input to this layer: what the layer itself adds. Null where it is not measured. */
  own: signalToNoiseSchema.nullable()
})
export type LayerSignal = z.infer<typeof layerSignalSchema>

/** What is known so far; the result once everything is. */
export const attributionFindingsSchema = z.object({
  digital: digitalResultSchema.nullable(),
  /** All effects in force: the accuracy that a simulation of this hardware finds. */
  all: attributionPointSchema.nullable(),
  /** Digital accuracy minus accuracy with all effects. */
  loss: pairedDifferenceSchema.nullable(),
  /** In the order in which they act. */
  effects: z.array(effectAttributionSchema),
  /** In the order in which effects act; one that needs another follows it. */
  cumulative: z.array(cumulativeStepSchema),
  /** Analog layers in the order of computation; empty when layers are not measured one by one. */
  layers: z.array(layerAttributionSchema),
  /** What else changes where layers are measured one by one. */
  layerNotes: z.array(z.string()),
  /** Analog layers in the order of computation, from the first that is finished. `decibels` are those accumulated with all effects. */
  snr: z.array(layerSignalSchema)
})
export type AttributionFindings = z.infer<typeof attributionFindingsSchema>

export const attributionResultSchema = attributionFindingsSchema.extend({
  digital: digitalResultSchema,
  all: attributionPointSchema,
  loss: pairedDifferenceSchema,
  classNames: z.array(z.string()),
  imageRange: imageRangeSchema,
  /** Images on which layer outputs were compared; null when they were not. */
  signalRange: imageRangeSchema.nullable()
})
export type AttributionResult = z.infer<typeof attributionResultSchema>

/** Energies of one layer's output over the compared images; null where a number is not finite. */
const layerEnergySchema = z.object({
  layer: z.string(),
  /** Σ y² of the digital network. */
  signal: z.number().nullable(),
  /** Σ (ŷ − y)². */
  noise: z.number().nullable()
})
export type LayerEnergy = z.infer<typeof layerEnergySchema>

/** One chip instance at one point: a line of trials.jsonl. */
export const attributionTrialSchema = z.discriminatedUnion('measure', [
  z.object({
    measure: z.literal('accuracy'),
    /** Names what is on, for example `programmingError+inputQuantization@*` (all layers). */
    point: z.string(),
    chipInstance: z.int(),
    top1: z.number(),
    top5: z.number(),
    loss: z.number(),
    seconds: z.number()
  }),
  z.object({ measure: z.literal('signal'), point: z.string(), chipInstance: z.int(), layers: z.array(layerEnergySchema), seconds: z.number() })
])
export type AttributionTrial = z.infer<typeof attributionTrialSchema>

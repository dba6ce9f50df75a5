/** Hessian-Aware SGD fine-tuning: what is asked for and what comes out. */
import { z } from 'zod'
import { hardwareSchema } from './hardware'
import { imageRangeSchema } from './dataset'
import { digitalResultSchema, fidelityPointSchema, fidelitySchema, seedSchema, simulationPointSchema } from './simulation'

export const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant') }),
  /** The learning rate is multiplied by `factor` every `everyEpochs` epochs (the authors' code: 0.2 every 60). */
  z.strictObject({ kind: z.literal('step'), everyEpochs: z.number().positive().default(60), factor: z.number().gt(0).max(1).default(0.2) }),
  /** Half a cosine from the learning rate to 0 over all steps. */
  z.strictObject({ kind: z.literal('cosine') }),
  /** Half a cosine up from a 25th of the learning rate over the first `peakAt` of all steps, half a cosine down to a 250 000th (L. N. Smith, arXiv:1708.07120; PyTorch's OneCycleLR). */
  z.strictObject({ kind: z.literal('one-cycle'), peakAt: z.number().gt(0).lt(1).default(0.3) })
])
export type Schedule = z.infer<typeof scheduleSchema>

/** What of the hardware acts while training; accuracies are always measured on all of it. The order of a choice on the screen. */
export const trainingMethods = ['ha-sgd', 'noise-aware', 'quantization-aware', 'plain'] as const
export type TrainingMethod = (typeof trainingMethods)[number]
export const trainingMethodNames: Record<TrainingMethod, string> = {
  'ha-sgd': 'Hessian-Aware SGD',
  'noise-aware': 'Noise-aware, one sample',
  'quantization-aware': 'Quantisation-aware',
  plain: 'Plain SGD'
}

/** A number drawn anew for every draw of noise, uniform between the two. */
const drawnRangeSchema = z.strictObject({ from: z.number(), to: z.number() }).refine(({ from, to }) => from <= to, 'The range ends below its beginning.')
export type DrawnRange = z.infer<typeof drawnRangeSchema>

export const weightLimitSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** ± so many standard deviations of the layer's weights around 0. */
  z.strictObject({ kind: z.literal('deviations'), deviations: z.number().positive().max(100).default(2) }),
  /** ± this percentile of the magnitudes of the layer's weights. */
  z.strictObject({ kind: z.literal('percentile'), percentile: z.number().gt(50).max(100).default(99.5) })
])
export type WeightLimit = z.infer<typeof weightLimitSchema>

export const finetuneSettingsSchema = z.strictObject({
  method: z.enum(trainingMethods).default('ha-sgd'),
  /** Noise samples per step, K. */
  samples: z.int().min(1).max(64).default(1),
  /** Draws come in pairs (δ, −δ); needs an even K. */
  antithetic: z.boolean().default(false),
  /** Other errors while training than the hardware's own. */
  noise: z.strictObject({
    /** σ and μ of a weight-referred device, drawn anew for each draw; null: the hardware's. */
    sigma: drawnRangeSchema.refine(({ from }) => from >= 0, 'σ is at least 0.').nullable().default(null),
    mu: drawnRangeSchema.nullable().default(null),
    /** The error of every draw grows from 0 to its full size over so many epochs. */
    rampEpochs: z.number().min(0).max(10_000).default(0)
  }).prefault({}),
  epochs: z.number().positive().max(10_000).default(10),
  batch: z.int().min(1).max(4096).default(200),
  /** Batches whose gradients are averaged for one step. */
  accumulation: z.int().min(1).max(1024).default(1),
  learningRate: z.number().positive().max(10).default(0.01),
  schedule: scheduleSchema.prefault({ kind: 'cosine' }),
  /** The learning rate rises from 0 over so many epochs, on top of the schedule. */
  warmupEpochs: z.number().min(0).max(10_000).default(0),
  /** Node names of layers whose weights stay as they are; they err like all others. */
  frozenLayers: z.array(z.string()).default([]),
  /** Factors on the learning rate of single layers, by node name. */
  learningRateFactors: z.record(z.string(), z.number().min(0).max(1000)).default({}),
  momentum: z.number().min(0).lt(1).default(0.9),
  /** The gradient is taken to stand where momentum will have led. */
  nesterov: z.boolean().default(false),
  weightDecay: z.number().min(0).max(1).default(5e-4),
  /** Largest Euclidean norm of the gradient over all trained parameters; 0 does not clip. */
  gradientNormClip: z.number().min(0).default(0),
  /** Weights are brought back into these limits after each step; biases are not limited. */
  weightLimit: weightLimitSchema.prefault({ kind: 'none' }),
  /** Full scales of converters that are learnt with the weights, layer by layer; the others stay as the hardware says. */
  learntRanges: z.strictObject({
    dac: z.boolean().default(false),
    adc: z.boolean().default(false),
    /** On the learning rate, for the steps of these converters; a layer's own factor acts besides. */
    learningRateFactor: z.number().positive().max(1000).default(1)
  }).prefault({}),
  /** The digital network as it was before is the teacher. */
  distillation: z.strictObject({
    /** Share of the teacher in the loss: 0 learns from the labels alone, 1 from the teacher alone. */
    weight: z.number().min(0).max(1).default(0),
    /** Scores of teacher and network are divided by it. */
    temperature: z.number().positive().max(1000).default(4)
  }).prefault({}),
  /** Ends when the accuracy under noise on the validation images was not bettered for so many epochs; 0 trains to the end. */
  patienceEpochs: z.int().min(0).max(10_000).default(0),
  augmentation: z.strictObject({
    /** Random shift of at most this many pixels, filled with zeros after normalisation. */
    cropPadding: z.int().min(0).max(64).default(0),
    horizontalFlip: z.boolean().default(false)
  }).prefault({}),
  /** The first images of the training part. 0: all that are not evaluated. */
  trainImages: z.int().min(0).default(0),
  /** Taken from the end of the training images for choosing the best checkpoint; never trained on, never the test images. */
  validationImages: z.int().min(1).default(500),
  validationChipInstances: z.int().min(1).max(1000).default(3),
  /** Test images and chip instances for the figures before and after. */
  testImages: z.int().min(1).default(2000),
  testChipInstances: z.int().min(1).max(1000).default(10),
  seed: seedSchema.default(1)
})
export type FinetuneSettings = z.infer<typeof finetuneSettingsSchema>

export const finetuneConfigSchema = z.strictObject({ hardware: hardwareSchema, settings: finetuneSettingsSchema })
export type FinetuneConfig = z.infer<typeof finetuneConfigSchema>

/** Of a network with classes. */
const accuracyValidationSchema = z.object({ digitalTop1: z.number(), noisyTop1: z.number(), noisyLoss: z.number(), best: z.boolean() })

/**
 * Of a network without classes: the relative error energy Σ (ŷ − y)² / Σ y², y the output of the digital network as it was before training, in the mean over chip
 * instances; −10·log₁₀ of it is a fidelity. Null where it is not a finite number.
 */
const fidelityValidationSchema = z.object({ digitalError: z.number().nullable(), noisyError: z.number().nullable(), best: z.boolean() })

export const validationSchema = z.union([accuracyValidationSchema, fidelityValidationSchema])
export type Validation = z.infer<typeof validationSchema>

/** One line of metrics.jsonl. */
export const finetuneMetricSchema = z.object({
  step: z.int(),
  epoch: z.number(),
  /** Mean training loss under noise since the last line: in nats; of a network without classes the square error of its output as a share of the output's energy. */
  loss: z.number(),
  /** Mean gradient norm before clipping since the last line. */
  gradientNorm: z.number(),
  learningRate: z.number(),
  /** At the end of an epoch, else null. */
  validation: validationSchema.nullable(),
  secondsElapsed: z.number()
})
export type FinetuneMetric = z.infer<typeof finetuneMetricSchema>

export const evaluationSchema = z.object({ digital: digitalResultSchema, noisy: simulationPointSchema })
export type Evaluation = z.infer<typeof evaluationSchema>

/** Of a network without classes: against the digital network as it was before, which is the teacher. */
export const fidelityEvaluationSchema = z.object({
  /** Of the digital network itself; `exact` before. */
  digital: fidelitySchema,
  noisy: fidelityPointSchema
})
export type FidelityEvaluation = z.infer<typeof fidelityEvaluationSchema>

export const learntRangeSchema = z.object({
  /** Name of the layer's node. */
  layer: z.string(),
  converter: z.enum(['dac', 'adc']),
  /** Full scale, in the unit of the layer's input (DAC) or of its partial sums (ADC; with a scale for each column, in units of it). */
  before: z.number().positive(),
  after: z.number().positive()
})
export type LearntRangeResult = z.infer<typeof learntRangeSchema>

const courseSchema = z.object({
  history: z.array(finetuneMetricSchema),
  /** Steps done at the checkpoint that was kept. */
  bestStep: z.int(),
  /** Steps done; fewer than planned where it ended early. */
  steps: z.int(),
  trainRange: imageRangeSchema,
  validationRange: imageRangeSchema,
  testRange: imageRangeSchema,
  classNames: z.array(z.string()),
  /** Ranges that were learnt, and the hardware with them as fixed ranges of its layers, on which the figures after were measured; null where none were. */
  learnt: z.object({ ranges: z.array(learntRangeSchema), hardware: hardwareSchema }).nullable().default(null),
  /** The fine-tuned network: file name within the run folder. */
  export: z.object({ file: z.string(), sha256: z.string(), bytes: z.int() })
})
const accuracyResultSchema = courseSchema.extend({ before: evaluationSchema, after: evaluationSchema })
const fidelityResultSchema = courseSchema.extend({ before: fidelityEvaluationSchema, after: fidelityEvaluationSchema })
export type AccuracyFinetuneResult = z.infer<typeof accuracyResultSchema>
export type FidelityFinetuneResult = z.infer<typeof fidelityResultSchema>

export const finetuneResultSchema = z.union([accuracyResultSchema, fidelityResultSchema])
export type FinetuneResult = z.infer<typeof finetuneResultSchema>

/** The result of a network with classes. Throws for any other: for who has chosen the network. */
export function accuracyOf(result: FinetuneResult): AccuracyFinetuneResult {
  if (isFidelityResult(result)) throw new Error('The network has no classes, and its fine-tuning no accuracy')
  return result
}

/** The network has no classes. */
export const isFidelityResult = (result: FinetuneResult): result is FidelityFinetuneResult => 'fidelity' in result.before.noisy

/** Hessian-Aware SGD fine-tuning: what is asked for and what comes out. */
import { z } from 'zod'
import { hardwareSchema } from './hardware'
import { imageRangeSchema } from './dataset'
import { digitalResultSchema, seedSchema, simulationPointSchema } from './simulation'

export const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant') }),
  /** The learning rate is multiplied by `factor` every `everyEpochs` epochs (the authors' code: 0.2 every 60). */
  z.strictObject({ kind: z.literal('step'), everyEpochs: z.number().positive().default(60), factor: z.number().gt(0).max(1).default(0.2) }),
  /** Half a cosine from the learning rate to 0 over all steps. */
  z.strictObject({ kind: z.literal('cosine') })
])
export type Schedule = z.infer<typeof scheduleSchema>

export const finetuneSettingsSchema = z.strictObject({
  /** Noise samples per step, K. */
  samples: z.int().min(1).max(64).default(1),
  /** Draws come in pairs (δ, −δ); needs an even K. */
  antithetic: z.boolean().default(false),
  epochs: z.number().positive().max(10_000).default(10),
  batch: z.int().min(1).max(4096).default(200),
  learningRate: z.number().positive().max(10).default(0.01),
  schedule: scheduleSchema.prefault({ kind: 'cosine' }),
  momentum: z.number().min(0).lt(1).default(0.9),
  weightDecay: z.number().min(0).max(1).default(5e-4),
  /** Largest Euclidean norm of the gradient over all trained parameters; 0 does not clip. */
  gradientNormClip: z.number().min(0).default(0),
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

/** One line of metrics.jsonl. */
export const finetuneMetricSchema = z.object({
  step: z.int(),
  epoch: z.number(),
  /** Mean training loss under noise since the last line, in nats. */
  loss: z.number(),
  /** Mean gradient norm before clipping since the last line. */
  gradientNorm: z.number(),
  learningRate: z.number(),
  /** At the end of an epoch, else null. */
  validation: z.object({ digitalTop1: z.number(), noisyTop1: z.number(), noisyLoss: z.number(), best: z.boolean() }).nullable(),
  secondsElapsed: z.number()
})
export type FinetuneMetric = z.infer<typeof finetuneMetricSchema>

export const evaluationSchema = z.object({ digital: digitalResultSchema, noisy: simulationPointSchema })
export type Evaluation = z.infer<typeof evaluationSchema>

export const finetuneResultSchema = z.object({
  before: evaluationSchema,
  after: evaluationSchema,
  history: z.array(finetuneMetricSchema),
  /** Steps done at the checkpoint that was kept. */
  bestStep: z.int(),
  steps: z.int(),
  trainRange: imageRangeSchema,
  validationRange: imageRangeSchema,
  testRange: imageRangeSchema,
  classNames: z.array(z.string()),
  /** The fine-tuned network: file name within the run folder. */
  export: z.object({ file: z.string(), sha256: z.string(), bytes: z.int() })
})
export type FinetuneResult = z.infer<typeof finetuneResultSchema>

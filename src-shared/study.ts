/**
 * Resilience study: the accuracy of several networks of the same layers, in several number representations, over what varies in the hardware (usually
 * σ). Chip instance i is the same draw for every network, representation and value, so that differences are taken chip by chip. Accuracies are
 * fractions in [0, 1].
 */
import { z } from 'zod'
import { attributionPointSchema, pairedDifferenceSchema } from './attribution'
import { comparedNetworkSchema } from './compared-network'
import { imageRangeSchema } from './dataset'
import { hardwareSchema, scaleGranularities, type ScaleGranularity } from './hardware'
import { seedSchema, sweepSchema, type Sweep } from './simulation'

/** What the network in use is called beside those that were made from it. */
export const originalName = 'Original'

const tunedNetworkSchema = z.strictObject({
  name: z.string().trim().min(1).max(60),
  network: comparedNetworkSchema
})
export type TunedNetwork = z.infer<typeof tunedNetworkSchema>

const namesDiffer = (tuned: readonly TunedNetwork[]): boolean => new Set([originalName, ...tuned.map(({ name }) => name)]).size === tuned.length + 1

const usualScales = (): ScaleGranularity[] => ['network', 'layer-bi-scale', 'column']
/** σ = 0, 0.02 … 0.2 */
const usualSweep = (): Sweep => ({ parameter: 'sigma', values: Array.from({ length: 11 }, (_, i) => (2 * i) / 100) })

export const studySettingsSchema = z.strictObject({
  /** Networks that are compared with the network in use. */
  tuned: z.array(tunedNetworkSchema).max(10).refine(namesDiffer, `Names of networks must differ from each other and from “${originalName}”.`).default(() => []),
  /** Number representations: which weights share a digital scale, in place of the hardware's own choice. */
  scales: z
    .array(z.enum(scaleGranularities))
    .min(1)
    .refine((scales) => new Set(scales).size === scales.length, 'A representation stands twice in the list; each is computed once.')
    .default(usualScales),
  /** What varies in the hardware; null: it is taken as described. */
  sweep: sweepSchema
    .refine(({ parameter }) => parameter !== 'scale', 'Representations are compared in any case; sweep another parameter.')
    .refine(({ values }) => values.length <= 60, 'A study has at most 60 values.')
    .nullable()
    .default(usualSweep),
  /** Draws of programmed conductances; one is enough where nothing is drawn. */
  chipInstances: z.int().min(1).max(10_000).default(20),
  /** Images per chip instance. The last `count` of the evaluation split unless `first` is given (position in the whole set). */
  images: z.strictObject({ count: z.int().min(1), first: z.int().min(0).nullable().default(null) }).prefault({ count: 2000 }),
  seed: seedSchema.default(1),
  /** Images per run of a network; 0: chosen for the network and the machine. The result does not depend on it. */
  batch: z.int().min(0).max(4096).default(0)
})
export type StudySettings = z.infer<typeof studySettingsSchema>

/** Everything that determines the result of a study besides the networks and the data. */
export const studyConfigSchema = z.strictObject({ hardware: hardwareSchema, settings: studySettingsSchema })
export type StudyConfig = z.infer<typeof studyConfigSchema>

const digitalAccuracySchema = z.object({ top1: z.number(), top5: z.number(), images: z.int() })

export const studiedNetworkSchema = z.object({
  name: z.string(),
  /** Name and hash of its file. */
  file: z.string(),
  sha256: z.string(),
  /** Null until it is known. */
  digital: digitalAccuracySchema.nullable()
})
export type StudiedNetwork = z.infer<typeof studiedNetworkSchema>

/** One network in one representation at one value. */
export const studyPointSchema = attributionPointSchema.omit({ on: true }).extend({
  /** Position in `networks`. */
  network: z.int(),
  scale: z.enum(scaleGranularities),
  /** The value of the swept parameter; null without a sweep. */
  value: z.number().nullable(),
  /** Top-1 accuracy of this network minus that of the first, chip by chip; null for the first, and where none is measured yet. */
  gain: pairedDifferenceSchema.nullable()
})
export type StudyPoint = z.infer<typeof studyPointSchema>

/** What is known so far. */
export const studyFindingsSchema = z.object({
  /** The network in use first. */
  networks: z.array(studiedNetworkSchema),
  /** By representation, then network, then value, in the order of the settings. */
  points: z.array(studyPointSchema)
})
export type StudyFindings = z.infer<typeof studyFindingsSchema>

export const studyResultSchema = studyFindingsSchema.extend({
  networks: z.array(studiedNetworkSchema.extend({ digital: digitalAccuracySchema })),
  classNames: z.array(z.string()),
  imageRange: imageRangeSchema
})
export type StudyResult = z.infer<typeof studyResultSchema>

/** A finished part: a line of trials.jsonl. */
export const studyTrialSchema = z.discriminatedUnion('measure', [
  /** The digital network; its hash says whether a resumed study still computes the same one. */
  digitalAccuracySchema.extend({ measure: z.literal('digital'), network: z.int(), sha256: z.string(), seconds: z.number() }),
  z.object({
    measure: z.literal('chip'),
    network: z.int(),
    scale: z.enum(scaleGranularities),
    /** Position among the values of the sweep. */
    point: z.int(),
    chipInstance: z.int(),
    top1: z.number(),
    top5: z.number(),
    loss: z.number(),
    seconds: z.number()
  })
])
export type StudyTrial = z.infer<typeof studyTrialSchema>

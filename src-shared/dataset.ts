/** Labelled images: what a data set is, how it is preprocessed and split, and what the import reports. */
import { z } from 'zod'

/** x = (v / divisor − mean) / std per channel, v the stored value (0…255 for bytes). */
export const preprocessingSchema = z.strictObject({
  /** 255 for bytes, 1 for data stored as floats in the network's own units. */
  divisor: z.number().positive().default(255),
  /** One value per channel, or one for all. */
  mean: z.array(z.number()).min(1).max(16).default([0]),
  std: z.array(z.number().positive()).min(1).max(16).default([1])
})
export type Preprocessing = z.infer<typeof preprocessingSchema>

/** A range of images by position in the data set's fixed order. */
export const imageRangeSchema = z.object({ first: z.int().min(0), count: z.int().min(0) })
export type ImageRange = z.infer<typeof imageRangeSchema>

export const datasetFormats = ['idx', 'cifar10', 'cifar100', 'image-folder', 'npy', 'npz'] as const

export const datasetSummarySchema = z.object({
  name: z.string(),
  format: z.enum(datasetFormats),
  /** Channels, height, width. */
  shape: z.tuple([z.int(), z.int(), z.int()]),
  elementType: z.enum(['uint8', 'float32']),
  count: z.int(),
  classNames: z.array(z.string()),
  /** Images per class over the whole set. */
  classCounts: z.array(z.int()),
  /** Splits that the source itself names (train/ and test/ folders, CIFAR batches, IDX pairs); null where it has none. */
  sourceSplits: z.object({ train: imageRangeSchema, test: imageRangeSchema }).nullable(),
  /** Mean and standard deviation of each channel of v / divisor. */
  channelMean: z.array(z.number()),
  channelStd: z.array(z.number()),
  divisor: z.number(),
  /** SHA-256 over pixels and labels in canonical order: identifies the data whatever file it came from. */
  sha256: z.string(),
  /** Things worth knowing that did not stop the import. */
  notes: z.array(z.string())
})
export type DatasetSummary = z.infer<typeof datasetSummarySchema>

/** One line of the check of common normalisations. */
export const normalizationCandidateSchema = z.object({
  name: z.string(),
  preprocessing: preprocessingSchema,
  top1: z.number(),
  images: z.int()
})
export type NormalizationCandidate = z.infer<typeof normalizationCandidateSchema>

/** A thumbnail as raw RGBA, `width·height·4` bytes in base64. */
export const thumbnailSchema = z.object({
  index: z.int(),
  label: z.int(),
  width: z.int(),
  height: z.int(),
  rgbaBase64: z.string()
})
export type Thumbnail = z.infer<typeof thumbnailSchema>

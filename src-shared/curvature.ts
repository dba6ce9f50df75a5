/**
 * Curvature: how sharply the loss of the digital network bends around its weights, and in which layers it bends where the device errs
 * (physics §8: E[L(w + δ)] ≈ L(w) + ½ tr(H Σ)). Losses are mean cross-entropies over images, in nats; H is the Hessian of the loss by the
 * weights and biases of the analog layers, Σ the variances of the errors with which the device stores them. Traces of H and eigenvalues are
 * in nats per unit of weight squared; tr(H Σ) is in nats.
 */
import { z } from 'zod'
import { comparedNetworkSchema } from './compared-network'
import { imageRangeSchema } from './dataset'
import { hardwareSchema } from './hardware'
import { seedSchema } from './simulation'
import { accuracyStatisticsSchema } from './statistics'

export const landscapeKinds = ['none', 'line', 'plane'] as const

export const curvatureSettingsSchema = z.strictObject({
  /** Images of the loss. The last `count` of the evaluation split unless `first` is given (position in the whole set). */
  images: z.strictObject({ count: z.int().min(1), first: z.int().min(0).nullable().default(null) }).prefault({ count: 500 }),
  /** Random vectors of Hutchinson's estimator; intervals narrow with their square root. */
  probes: z.int().min(2).max(100_000).default(20),
  /** Eigenvalues of H of largest magnitude; 0: none. */
  eigenvalues: z.int().min(0).max(50).default(3),
  /** Iterations for one eigenvalue at most; it ends earlier once the value changes by less than a thousandth. */
  iterations: z.int().min(1).max(10_000).default(30),
  /** Chip instances whose errors are added to the weights to measure what they cost; 0: not measured. */
  chipInstances: z.int().min(0).max(100_000).default(20),
  /** The loss along random directions in which every filter is as long as the network's. */
  landscape: z.strictObject({
    kind: z.enum(landscapeKinds).default('line'),
    /** Points of each axis; odd, so that the network itself is one of them. */
    points: z.int().min(3).max(201).refine((points) => points % 2 === 1, 'An odd number, so that the network itself is a point.').default(21),
    /** How far it goes to either side, in units of the filters' norms. */
    extent: z.number().positive().max(10).default(0.5)
  }).prefault({}),
  /** The network to compare with; null: none. */
  after: comparedNetworkSchema.nullable().default(null),
  seed: seedSchema.default(1),
  /** Images of one gradient; 0: chosen for the network. Where it does not divide the images, batches are made a little smaller and up to one image a batch is left out. */
  batch: z.int().min(0).max(4096).default(0)
})
export type CurvatureSettings = z.infer<typeof curvatureSettingsSchema>

/** Everything that determines the result besides the networks and the data. */
export const curvatureConfigSchema = z.strictObject({ hardware: hardwareSchema, settings: curvatureSettingsSchema })
export type CurvatureConfig = z.infer<typeof curvatureConfigSchema>

/** A mean over probes. */
export const estimatedSchema = z.object({
  mean: z.number(),
  /** Half-width of the 95 % confidence interval (Student t, n − 1 degrees of freedom); null for one probe. */
  ci95: z.number().nullable()
})
export type Estimated = z.infer<typeof estimatedSchema>

export const layerCurvatureSchema = z.object({
  /** Name of the layer's node. */
  layer: z.string(),
  /** Weights and biases of the layer. */
  weights: z.int(),
  /** Root mean square of the device's errors in this layer, in the unit of the weights; 0 where nothing is drawn. */
  deviation: z.number(),
  /** tr(H) of this layer's block. */
  trace: estimatedSchema.nullable(),
  /** tr(H Σ) of this layer: twice what its errors cost to second order, in nats. */
  weighted: estimatedSchema.nullable()
})
export type LayerCurvature = z.infer<typeof layerCurvatureSchema>

export const foundEigenvalueSchema = z.object({
  value: z.number(),
  /** ‖Hv − λv‖ of the vector that was found: some eigenvalue of H lies this near. */
  residual: z.number(),
  iterations: z.int()
})
export type FoundEigenvalue = z.infer<typeof foundEigenvalueSchema>

export const lossLandscapeSchema = z.object({
  /** Of the points of an axis from the network, in units of the filters' norms. */
  distances: z.array(z.number()),
  /** A line has one row; of a plane rows lie along the second direction. Null: not computed yet, or not a finite number. */
  losses: z.array(z.array(z.number().nullable()))
})
export type LossLandscape = z.infer<typeof lossLandscapeSchema>

/** What is known of one network. */
export const networkCurvatureSchema = z.object({
  /** L(w), in nats. */
  loss: z.number(),
  /** L(w + δ) − L(w) over chip instances, in nats; null: not measured, not yet, or no finite number. */
  cost: accuracyStatisticsSchema.nullable(),
  /** Analog layers in the order of computation. */
  layers: z.array(layerCurvatureSchema),
  /** tr(H) and tr(H Σ) over all layers; null before the second probe. */
  trace: estimatedSchema.nullable(),
  weighted: estimatedSchema.nullable(),
  /** Probes done. */
  probes: z.int(),
  /** Largest magnitude first. */
  eigenvalues: z.array(foundEigenvalueSchema),
  /** Null: not asked for. */
  landscape: lossLandscapeSchema.nullable()
})
export type NetworkCurvature = z.infer<typeof networkCurvatureSchema>

/** What is known so far; `after` is null where nothing is compared. */
export const curvatureFindingsSchema = z.object({ before: networkCurvatureSchema.nullable(), after: networkCurvatureSchema.nullable() })
export type CurvatureFindings = z.infer<typeof curvatureFindingsSchema>

export const curvatureResultSchema = curvatureFindingsSchema.extend({
  before: networkCurvatureSchema,
  classNames: z.array(z.string()),
  /** Images of the loss. */
  imageRange: imageRangeSchema,
  /** Name and hash of the network that was compared; null: none. */
  afterNetwork: z.object({ name: z.string(), sha256: z.string() }).nullable()
})
export type CurvatureResult = z.infer<typeof curvatureResultSchema>

export const curvatureNetworks = ['before', 'after'] as const
export type CurvatureNetwork = (typeof curvatureNetworks)[number]
const networkField = { network: z.enum(curvatureNetworks) }

/** A finished step: a line of trials.jsonl. Losses that are no finite number are null. */
export const curvatureStepSchema = z.discriminatedUnion('measure', [
  z.object({ measure: z.literal('loss'), ...networkField, loss: z.number() }),
  z.object({ measure: z.literal('draw'), ...networkField, chipInstance: z.int(), loss: z.number().nullable() }),
  /** By layer, in the order of computation. */
  z.object({ measure: z.literal('probe'), ...networkField, probe: z.int(), trace: z.array(z.number()), weighted: z.array(z.number()) }),
  z.object({ measure: z.literal('eigenvalue'), ...networkField, index: z.int(), ...foundEigenvalueSchema.shape }),
  z.object({ measure: z.literal('landscape'), ...networkField, row: z.int(), column: z.int(), loss: z.number().nullable() })
])
export type CurvatureStep = z.infer<typeof curvatureStepSchema>

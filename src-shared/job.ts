/** A job: something the engine is working on. Runs are jobs with stored results; imports are short jobs. */
import { z } from 'zod'
import { attributionFindingsSchema } from './attribution'
import { curvatureFindingsSchema } from './curvature'
import { finetuneMetricSchema } from './finetune'
import { problemSchema } from './problems'
import { digitalResultSchema, fidelityPointSchema, simulationPointSchema } from './simulation'
import { studyFindingsSchema } from './study'

export const jobStatusSchema = z.enum(['queued', 'running', 'paused', 'finished', 'cancelled', 'failed', 'interrupted'])
export type JobStatus = z.infer<typeof jobStatusSchema>

export const jobSchema = z.object({
  id: z.string(),
  /** The run it belongs to; null for imports and checks. */
  runId: z.string().nullable(),
  title: z.string(),
  status: jobStatusSchema,
  /** Fraction done, 0 … 1. */
  progress: z.number(),
  /** What is being done, in a few words. */
  activity: z.string(),
  /** Seconds until the end, once it can be estimated. */
  secondsRemaining: z.number().nullable(),
  secondsElapsed: z.number(),
  problem: problemSchema.nullable()
})
export type Job = z.infer<typeof jobSchema>

/** Live partial results of a running job. */
export const partialResultSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('simulate'), digital: digitalResultSchema.nullable(), points: z.array(simulationPointSchema), fidelity: z.array(fidelityPointSchema).optional() }),
  z.object({ kind: z.literal('finetune'), history: z.array(finetuneMetricSchema) }),
  z.object({ kind: z.literal('attribute'), findings: attributionFindingsSchema }),
  z.object({ kind: z.literal('curvature'), findings: curvatureFindingsSchema }),
  z.object({ kind: z.literal('study'), findings: studyFindingsSchema })
])
export type PartialResult = z.infer<typeof partialResultSchema>

export const estimateSchema = z.object({
  /** Chip instances times points. */
  trials: z.int(),
  images: z.int(),
  seconds: z.number(),
  peakMegabytes: z.number(),
  /** What the estimate rests on. */
  basis: z.string()
})
export type Estimate = z.infer<typeof estimateSchema>

/** The estimate with what a person should know before starting: where a model is silent and its last known state is held. */
export const runEstimateSchema = estimateSchema.extend({ warnings: z.array(problemSchema) })
export type RunEstimate = z.infer<typeof runEstimateSchema>

/** A run: one simulation, fine-tuning, attribution, curvature or study, as stored in runs/<id>/run.json. */
import { z } from 'zod'
import { attributionConfigSchema, attributionResultSchema } from './attribution'
import { computationSchema } from './computation'
import { curvatureConfigSchema, curvatureResultSchema } from './curvature'
import { preprocessingSchema } from './dataset'
import { activeEffectSchema } from './effects'
import { finetuneConfigSchema, finetuneResultSchema } from './finetune'
import { problemSchema } from './problems'
import { providerSchema } from './providers'
import { simulationConfigSchema, simulationResultSchema } from './simulation'
import { studyConfigSchema, studyResultSchema } from './study'

/** Each is an engine task of the same name, and the end of a run's id. */
export const runKinds = ['simulate', 'finetune', 'attribute', 'curvature', 'study'] as const
export const runKindSchema = z.enum(runKinds)
export type RunKind = z.infer<typeof runKindSchema>
/** What a run of each kind is called. */
export const runKindNames: Record<RunKind, string> = { simulate: 'Simulation', finetune: 'Fine-tuning', attribute: 'Attribution', curvature: 'Curvature', study: 'Resilience study' }

export const runStatuses = ['queued', 'running', 'paused', 'finished', 'cancelled', 'failed', 'interrupted'] as const
export const runStatusSchema = z.enum(runStatuses)
export type RunStatus = z.infer<typeof runStatusSchema>

/** What is needed to repeat a run exactly: versions, machine, hashes of the inputs. */
export const provenanceSchema = z.object({
  appVersion: z.string(),
  onnxRuntimeVersion: z.string(),
  nodeVersion: z.string(),
  platform: z.string(),
  processor: z.string(),
  network: z.object({ name: z.string(), folder: z.string(), sha256: z.string() }),
  dataset: z.object({ name: z.string(), folder: z.string(), sha256: z.string(), preprocessing: preprocessingSchema })
})
export type Provenance = z.infer<typeof provenanceSchema>

const runBaseSchema = z.object({
  schemaVersion: z.literal(1),
  /** Folder name: a running number and the kind, for example `0003-simulate`. */
  id: z.string(),
  name: z.string(),
  status: runStatusSchema,
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  /** Fraction done, 0 … 1. */
  progress: z.number(),
  provenance: provenanceSchema,
  activeEffects: z.array(activeEffectSchema),
  /** What it was last started with; absent: the CPU. */
  provider: providerSchema.optional(),
  /** Of a run that is finished; those of older versions have none. */
  computation: computationSchema.optional(),
  problem: problemSchema.nullable()
})

export const runRecordSchema = z.discriminatedUnion('kind', [
  runBaseSchema.extend({ kind: z.literal('simulate'), config: simulationConfigSchema, result: simulationResultSchema.nullable() }),
  runBaseSchema.extend({ kind: z.literal('finetune'), config: finetuneConfigSchema, result: finetuneResultSchema.nullable() }),
  runBaseSchema.extend({ kind: z.literal('attribute'), config: attributionConfigSchema, result: attributionResultSchema.nullable() }),
  runBaseSchema.extend({ kind: z.literal('curvature'), config: curvatureConfigSchema, result: curvatureResultSchema.nullable() }),
  runBaseSchema.extend({ kind: z.literal('study'), config: studyConfigSchema, result: studyResultSchema.nullable() })
])
export type RunRecord = z.infer<typeof runRecordSchema>
export type SimulationRun = Extract<RunRecord, { kind: 'simulate' }>
export type FinetuneRun = Extract<RunRecord, { kind: 'finetune' }>
export type AttributionRun = Extract<RunRecord, { kind: 'attribute' }>
export type CurvatureRun = Extract<RunRecord, { kind: 'curvature' }>
export type StudyRun = Extract<RunRecord, { kind: 'study' }>

/** What is asked for in a run of each kind. */
export type RunRequest = RunRecord extends infer R ? (R extends RunRecord ? Pick<R, 'kind' | 'config'> : never) : never

/** One row of the run table. */
export const runSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: runKindSchema,
  status: runStatusSchema,
  createdAt: z.iso.datetime(),
  progress: z.number(),
  network: z.string(),
  dataset: z.string(),
  /** For the table: digital and first or last noisy top-1, where known. */
  digitalTop1: z.number().nullable(),
  noisyTop1: z.number().nullable(),
  /** Of a network without classes, in their place: mean of the last point in dB, null where no chip instance has a finite ratio, and the same in words. */
  fidelity: z.object({ decibels: z.number().nullable(), words: z.string() }).nullish(),
  description: z.string(),
  /** Depends on a network, data set or hardware that the project has changed since. */
  stale: z.boolean(),
  problem: problemSchema.nullable()
})
export type RunSummary = z.infer<typeof runSummarySchema>

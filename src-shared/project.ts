/** A project: one folder with project.json, models/, datasets/, runs/. */
import { z } from 'zod'
import { attributionSettingsSchema } from './attribution'
import { costSettingsSchema } from './cost'
import { curvatureSettingsSchema } from './curvature'
import { datasetSummarySchema, preprocessingSchema } from './dataset'
import { finetuneSettingsSchema } from './finetune'
import { hardwareSchema } from './hardware'
import { networkReportSchema } from './network'
import { runSummarySchema } from './run'
import { simulationSettingsSchema } from './simulation'
import { studySettingsSchema } from './study'

export const projectSettingsSchema = z.strictObject({
  hardware: hardwareSchema.prefault({}),
  preprocessing: preprocessingSchema.prefault({}),
  simulation: simulationSettingsSchema.prefault({}),
  finetune: finetuneSettingsSchema.prefault({}),
  attribution: attributionSettingsSchema.prefault({}),
  curvature: curvatureSettingsSchema.prefault({}),
  study: studySettingsSchema.prefault({}),
  cost: costSettingsSchema.prefault({})
})
export type ProjectSettings = z.infer<typeof projectSettingsSchema>

/** project.json. */
export const projectFileSchema = z.strictObject({
  schemaVersion: z.literal(1),
  name: z.string().min(1).max(200),
  createdAt: z.iso.datetime(),
  /** Folder under models/ of the network in use. */
  network: z.string().nullable(),
  /** Folder under datasets/ of the data set in use. */
  dataset: z.string().nullable(),
  settings: projectSettingsSchema.prefault({})
})
export type ProjectFile = z.infer<typeof projectFileSchema>

/** The open project as the interface sees it. */
export const projectStateSchema = z.object({
  name: z.string(),
  /** For display only; nothing accepts it as an argument. */
  location: z.string(),
  settings: projectSettingsSchema,
  network: networkReportSchema.nullable(),
  dataset: datasetSummarySchema.nullable(),
  runs: z.array(runSummarySchema)
})
export type ProjectState = z.infer<typeof projectStateSchema>

export const recentProjectSchema = z.object({ id: z.string(), name: z.string(), location: z.string(), openedAt: z.iso.datetime(), exists: z.boolean() })
export type RecentProject = z.infer<typeof recentProjectSchema>

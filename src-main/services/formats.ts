/** Every versioned file that the services read and write, in one table. */
import { z } from 'zod'
import { storedCalibrationSchema } from '@shared/calibration'
import { computationPreferenceSchema } from '@shared/providers'
import { datasetSummarySchema } from '@shared/dataset'
import { partialResultSchema } from '@shared/job'
import { networkReportSchema } from '@shared/network'
import { ownDeviceFileSchema } from '@shared/own-device'
import { projectFileSchema } from '@shared/project'
import { runRecordSchema } from '@shared/run'
import type { StoredFormat } from './migrations'

const format = <S extends z.ZodType>(
  name: string, schema: S, invalid: StoredFormat<S>['invalid'], missing: StoredFormat<S>['missing']
): StoredFormat<S> => ({ name, schema, current: 1, steps: {}, invalid, missing })

const version = z.literal(1)
const importBase = { schemaVersion: version, importedAt: z.iso.datetime() }

const recentSchema = z.object({ id: z.string(), name: z.string(), location: z.string(), openedAt: z.iso.datetime() })
export type StoredRecent = z.infer<typeof recentSchema>

export const formats = {
  project: format('project file', projectFileSchema, 'PROJECT_INVALID', 'PROJECT_NOT_FOUND'),
  run: format('run file', runRecordSchema, 'RUN_INVALID', 'RUN_NOT_FOUND'),
  /** models/<name>/import.json */
  networkImport: format('import record', z.strictObject({ ...importBase, network: networkReportSchema }), 'PROJECT_INVALID', 'FILE_NOT_FOUND'),
  /** datasets/<name>/import.json */
  datasetImport: format('import record', z.strictObject({ ...importBase, dataset: datasetSummarySchema }), 'PROJECT_INVALID', 'FILE_NOT_FOUND'),
  /** devices/<id>.json */
  ownDevice: format('device file', ownDeviceFileSchema, 'DEVICE_INVALID', 'DEVICE_NOT_FOUND'),
  /** runs/<id>/partial.json: what to show of a run that has not finished. */
  partial: format('partial result', z.strictObject({ schemaVersion: version, partial: partialResultSchema }), 'RUN_INVALID', 'RUN_NOT_FOUND'),
  /** runs/<id>/calibration.json: what the engine found at the converters. */
  calibration: format('calibration', storedCalibrationSchema, 'RUN_INVALID', 'RUN_NOT_FOUND'),
  /** computation.json, in the user's data folder: what this machine computes with. */
  computation: format('computation settings', z.strictObject({ schemaVersion: version, preference: computationPreferenceSchema }), 'REQUEST_INVALID', 'FILE_NOT_FOUND'),
  recents: format('list of recent projects', z.strictObject({ schemaVersion: version, recents: z.array(recentSchema) }), 'PROJECT_INVALID', 'FILE_NOT_FOUND')
}

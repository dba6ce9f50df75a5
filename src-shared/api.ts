/**
 * The one interface between the program and whoever looks at it: requests with schemas for what goes in and comes out,
 * and events. Electron IPC, the WebSocket and the command line are three bindings of it. Nothing here names a path:
 * files are chosen through handles (`files.*`), which the services alone can resolve.
 */
import { z } from 'zod'
import { shownCalibrationSchema } from './calibration'
import { costInventorySchema } from './cost'
import { datasetSummarySchema, normalizationCandidateSchema, thumbnailSchema } from './dataset'
import { jobSchema, partialResultSchema, runEstimateSchema } from './job'
import { deviceCurvesInputSchema, deviceCurvesSchema } from './device-curves'
import { deviceOfFitInputSchema, measuredFitsSchema, measurementsSchema } from './measurements'
import { interfaceChoiceSchema, layerWeightsSchema, networkReportSchema, tileCountSchema } from './network'
import { ownDeviceContentSchema, ownDeviceIdSchema, ownDeviceListSchema, ownDeviceSchema } from './own-device'
import { tablePointSchema } from './devices'
import { problemSchema } from './problems'
import { computationPreferenceSchema, computationStateSchema } from './providers'
import { projectSettingsSchema, projectStateSchema, recentProjectSchema } from './project'
import { runKindSchema, runRecordSchema } from './run'

const nothing = z.object({}).prefault({})
const handle = z.string().min(8).max(64)
const runId = z.string().regex(/^[0-9]{4,}-[a-z]+$/)

export const fileEntrySchema = z.object({
  name: z.string(),
  kind: z.enum(['file', 'folder']),
  bytes: z.int().nullable(),
  handle
})
export type FileEntry = z.infer<typeof fileEntrySchema>

export const requests = {
  /** Versions and what the host can do. */
  'app.info': {
    input: nothing,
    output: z.object({
      name: z.string(), version: z.string(), host: z.enum(['electron', 'web', 'cli']), platform: z.string(), processor: z.string(), cores: z.int(),
      versions: z.record(z.string(), z.string()),
      /** The host shows the operating system's own file dialogs; otherwise `files.browse` is used. */
      nativeDialogs: z.boolean()
    })
  },

  /** What runs compute with on this machine. */
  'computation.state': { input: nothing, output: computationStateSchema },
  /** Keeps the choice for this machine and tries its provider; in place of one that cannot be used the CPU computes. */
  'computation.choose': { input: computationPreferenceSchema, output: computationStateSchema },

  /** Lists a folder of the machine that the program runs on; without a handle, the starting places. */
  'files.browse': {
    input: z.object({ folder: handle.nullable() }),
    output: z.object({ location: z.string(), folder: handle.nullable(), parent: handle.nullable(), entries: z.array(fileEntrySchema) })
  },
  /** Opens the operating system's dialog (hosts with `nativeDialogs`); null when the person cancels. */
  'files.pick': {
    input: z.object({ purpose: z.enum(['network', 'data-file', 'data-folder', 'project', 'new-project-folder', 'hardware', 'device', 'measurements']) }),
    output: z.object({ handle: handle, name: z.string() }).nullable()
  },

  'project.recents': { input: nothing, output: z.array(recentProjectSchema) },
  'project.current': { input: nothing, output: projectStateSchema.nullable() },
  /** Makes a project folder. Without a parent it is made in the user's default projects folder. */
  'project.create': { input: z.object({ name: z.string().min(1).max(100), parent: handle.nullable() }), output: projectStateSchema },
  'project.open': { input: z.union([z.object({ handle }), z.object({ recent: z.string() })]), output: projectStateSchema },
  /** A fresh copy of the bundled sample: network, data and settings. */
  'project.openSample': { input: nothing, output: projectStateSchema },
  'project.close': { input: nothing, output: nothing },
  /** Replaces the settings; saved at once. */
  'project.saveSettings': { input: z.object({ settings: projectSettingsSchema }), output: nothing },

  /** Imports an ONNX file into the project and makes it the network in use; without names the likeliest input and output are taken. */
  'network.import': { input: z.object({ handle, choice: interfaceChoiceSchema.optional() }), output: networkReportSchema },
  /** Imports the file of the network in use again with another input or output. */
  'network.choose': { input: z.object({ choice: interfaceChoiceSchema }), output: networkReportSchema },
  'network.layerWeights': { input: z.object({ node: z.string() }), output: layerWeightsSchema },
  /** How the network in use falls onto arrays of the project's hardware. */
  'network.tiles': { input: nothing, output: z.array(tileCountSchema) },
  /**
   * What the network in use, or with a run the network that its fine-tuning made, takes of the project's hardware: the
   * inventory from which `@shared/cost` makes the estimate with the project's figures.
   */
  'hardware.cost': { input: z.object({ runId: runId.nullable() }), output: costInventorySchema },
  /** Makes the fine-tuned network of a run the network in use, and with learnt ranges the hardware that has them that of the project. */
  'network.useFineTuned': { input: z.object({ runId }), output: networkReportSchema },
  /** Makes the network that a run computed with the network in use again. */
  'network.useOriginal': { input: z.object({ runId }), output: networkReportSchema },

  /** Devices of the user in the open project. */
  'device.list': { input: nothing, output: ownDeviceListSchema },
  'device.make': { input: ownDeviceContentSchema, output: ownDeviceSchema },
  /** Replaces name, source and values of a device. */
  'device.change': { input: ownDeviceSchema, output: ownDeviceSchema },
  'device.delete': { input: z.object({ id: ownDeviceIdSchema }), output: nothing },
  /** Adds the device of a JSON file to the project; a file that holds none changes nothing. */
  'device.import': { input: z.object({ handle }), output: ownDeviceSchema },
  /** What a device does, for plots. Needs no project. */
  'device.curves': { input: deviceCurvesInputSchema, output: deviceCurvesSchema },
  /** Measured points of a CSV file; stores nothing. */
  'device.measurements': { input: z.object({ handle }), output: measurementsSchema },
  /** Forms fitted to the points of one time. */
  'device.fits': { input: z.object({ points: z.array(tablePointSchema).max(20_000) }), output: measuredFitsSchema },
  /** Makes a device of the user from fitted forms. */
  'device.makeFromFit': { input: deviceOfFitInputSchema.extend({ source: z.string().max(1000) }), output: ownDeviceSchema },

  'dataset.import': { input: z.object({ handle }), output: datasetSummarySchema },
  'dataset.thumbnails': { input: z.object({ indices: z.array(z.int().min(0)).max(200) }), output: z.array(thumbnailSchema) },
  /** Digital accuracy of the network in use under the common normalisations, best first. */
  'dataset.checkNormalizations': { input: z.object({ images: z.int().min(1).max(5000) }), output: z.array(normalizationCandidateSchema) },

  'runs.get': { input: z.object({ runId }), output: runRecordSchema },
  /** Live or stored partial result of a run that is not finished. */
  'runs.partial': { input: z.object({ runId }), output: partialResultSchema.nullable() },
  /** What calibration found at the converters of a run, for one of its distinct programs; without an index, for the last. */
  'runs.calibration': { input: z.object({ runId, index: z.int().min(0).nullable() }), output: shownCalibrationSchema },
  /** Queues a run with the project's current settings; the answer comes at once. */
  'runs.start': { input: z.object({ kind: runKindSchema, name: z.string().max(200).nullable() }), output: z.object({ runId }) },
  'runs.estimate': { input: z.object({ kind: runKindSchema }), output: runEstimateSchema },
  'runs.resume': { input: z.object({ runId }), output: nothing },
  /** Runs the stored configuration again as a new run. */
  'runs.repeat': { input: z.object({ runId }), output: z.object({ runId }) },
  'runs.rename': { input: z.object({ runId, name: z.string().min(1).max(200) }), output: nothing },
  'runs.delete': { input: z.object({ runId }), output: nothing },

  'jobs.list': { input: nothing, output: z.array(jobSchema) },
  'jobs.pause': { input: z.object({ jobId: z.string() }), output: nothing },
  'jobs.resume': { input: z.object({ jobId: z.string() }), output: nothing },
  'jobs.cancel': { input: z.object({ jobId: z.string() }), output: nothing },

  'problems.list': { input: nothing, output: z.array(problemSchema) },
  'problems.dismiss': { input: z.object({ index: z.int().min(0).nullable() }), output: nothing },

  /** Text of a report over runs, for preview. */
  'report.preview': { input: z.object({ runIds: z.array(runId).min(1) }), output: z.object({ html: z.string() }) },
  /** Prepares a file for saving: the host saves it with a dialog (Electron) or serves it once as a download (web). */
  'export.prepare': {
    input: z.discriminatedUnion('what', [
      z.object({ what: z.literal('report'), runIds: z.array(runId).min(1), format: z.enum(['html', 'md']) }),
      z.object({ what: z.literal('trials'), runId, format: z.enum(['csv', 'json']) }),
      z.object({ what: z.literal('network'), runId }),
      /** That of the project; with a fine-tuning that on which its figures after were measured, learnt ranges included. */
      z.object({ what: z.literal('hardware'), runId: runId.optional() }),
      z.object({ what: z.literal('device'), content: ownDeviceContentSchema })
    ]),
    output: z.object({ downloadId: z.string(), fileName: z.string(), bytes: z.int() })
  },
  /** Hosts with native dialogs: saves a prepared file where the person says; false when cancelled. */
  'export.save': { input: z.object({ downloadId: z.string() }), output: z.object({ saved: z.boolean() }) }
} as const

export type RequestName = keyof typeof requests
export type RequestInput<N extends RequestName> = z.input<(typeof requests)[N]['input']>
export type RequestOutput<N extends RequestName> = z.output<(typeof requests)[N]['output']>
/** Input as the handler sees it, defaults filled in. */
export type HandlerInput<N extends RequestName> = z.output<(typeof requests)[N]['input']>

export const events = {
  'project.changed': projectStateSchema.nullable(),
  'jobs.changed': z.array(jobSchema),
  'runs.partial': z.object({ runId: z.string(), partial: partialResultSchema }),
  'problems.changed': z.array(problemSchema),
  /** The open project's own devices are others. */
  'devices.changed': ownDeviceListSchema,
  /** Something asked of the interface by the host: a menu command, a file dropped on the icon. */
  'host.command': z.object({ command: z.string() })
} as const
export type EventName = keyof typeof events
export type EventPayload<N extends EventName> = z.output<(typeof events)[N]>

/** The answer to any request: a value, or a problem. Nothing is thrown across a boundary. */
export type Answer<T> = { ok: true; value: T } | { ok: false; problem: z.output<typeof problemSchema> }

/** What a renderer gets from its host: Electron's preload and the WebSocket client both implement it. */
export interface Bridge {
  request<N extends RequestName>(name: N, input: RequestInput<N>): Promise<Answer<RequestOutput<N>>>
  /** Returns a function that stops listening. */
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void
  /** A handle for a file that was dropped on the window or chosen in the page. Web: uploads it. Electron: names it. */
  handleForFile(file: File): Promise<Answer<{ handle: string; name: string }>>
  /** Brings a prepared file to the person. Resolves false when they cancel. */
  save(prepared: { downloadId: string; fileName: string }): Promise<Answer<{ saved: boolean }>>
}

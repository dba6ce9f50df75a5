/** One open project: its folder, what project.json says, and what that refers to. */
import { readdir, stat } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import type { DatasetSummary } from '@shared/dataset'
import type { NetworkReport } from '@shared/network'
import { projectFileSchema, type ProjectFile, type ProjectSettings, type ProjectState } from '@shared/project'
import { fail, ProblemError } from '@shared/problems'
import { timestamp, type Clock } from './clock'
import type { EngineClient } from './engine-client'
import { formats } from './formats'
import type { JobQueue } from './jobs'
import { createLibrary, type Imported, type Library } from './library'
import { lockProject, type ProjectLock } from './lock'
import { makeFolder } from './make-folder'
import { isChildName } from './names'
import type { ProblemList } from './problems'
import { projectFolder, type ProjectFolder } from './project-folder'
import { summarize } from './run-summary'
import { openRunStore, type RunStore } from './run-store'
import { createSerial } from './serial'
import { failForFile, isMissing, readStored, writeStored } from './storage'

export interface OpenProject {
  readonly folder: ProjectFolder
  readonly library: Library
  readonly runs: RunStore
  name(): string
  settings(): ProjectSettings
  /** The network in use; null when there is none or it could not be read. */
  network(): Imported<NetworkReport> | null
  dataset(): Imported<DatasetSummary> | null
  state(): ProjectState
  saveSettings(settings: ProjectSettings): Promise<void>
  useNetwork(network: Imported<NetworkReport>): Promise<void>
  useDataset(dataset: Imported<DatasetSummary>): Promise<void>
  /** Frees the folder for other programs. */
  close(): Promise<void>
}

export interface ProjectServices {
  engine: EngineClient
  jobs: JobQueue
  problems: ProblemList
  clock: Clock
}

/** Makes project.json in an empty or missing folder. Raises PROJECT_EXISTS otherwise. */
export async function makeProject(path: string, name: string, clock: Clock): Promise<void> {
  const folder = projectFolder(path)
  const names = await readdir(path).catch((thrown: unknown) => (isMissing(thrown) ? [] : failForFile(thrown, path)))
  if (names.length > 0) fail('PROJECT_EXISTS', path, `The folder holds ${names.length} entries already (${names.slice(0, 3).join(', ')}).`)
  const file = projectFileSchema.parse({ schemaVersion: 1, name, createdAt: timestamp(clock), network: null, dataset: null })
  await makeFolder(path)
  await writeStored(folder.projectFile, file, 'project.json')
}

export const isProjectFolder = async (path: string): Promise<boolean> =>
  (await stat(projectFolder(path).projectFile).catch(() => null))?.isFile() === true

/** Locks and reads a project. Raises PROJECT_NOT_FOUND, PROJECT_IN_USE, PROJECT_INVALID or PROJECT_TOO_NEW; nothing is changed then. */
export async function openProject(path: string, services: ProjectServices): Promise<OpenProject> {
  if (!(await isProjectFolder(path))) fail('PROJECT_NOT_FOUND', path, 'The folder holds no project.json.')
  const lock = await lockProject(path)
  try {
    return await readProject(projectFolder(path), lock, services)
  } catch (thrown) {
    await lock.release()
    throw thrown
  }
}

async function readProject(folder: ProjectFolder, lock: ProjectLock, services: ProjectServices): Promise<OpenProject> {
  const { engine, jobs, problems, clock } = services
  let file: ProjectFile = await readStored(formats.project, folder.projectFile, 'project.json')
  for (const field of ['network', 'dataset'] as const) {
    const value = file[field]
    if (value !== null && !isChildName(value)) fail('PROJECT_INVALID', `project.json.${field}`, `“${value}” is not the name of one folder.`)
  }
  const library = createLibrary(folder, engine, jobs, clock)
  await library.clean()

  /** A project whose network or data is damaged still opens: its runs and settings are worth seeing. */
  const load = async <T>(name: string | null, read: (name: string) => Promise<T>): Promise<Imported<T> | null> => {
    if (name === null) return null
    try {
      return { folder: name, report: await read(name) }
    } catch (thrown) {
      if (!(thrown instanceof ProblemError)) throw thrown
      problems.add(thrown.problem)
      return null
    }
  }
  let network = await load(file.network, library.network)
  let dataset = await load(file.dataset, library.dataset)
  const runs = await openRunStore(folder.runs, clock)
  for (const { unreadable } of runs.entries()) if (unreadable !== null) problems.add(unreadable)

  const serial = createSerial()
  let closed = false
  const change = (update: (file: ProjectFile) => ProjectFile, then: () => void = () => undefined): Promise<void> =>
    serial(async () => {
      if (closed) fail('NOT_READY', 'project', 'The project has been closed.')
      const next = update(file)
      if (!isDeepStrictEqual(next, file)) await writeStored(folder.projectFile, next, 'project.json')
      file = next
      then()
    })

  return {
    folder,
    library,
    runs,
    name: () => file.name,
    settings: () => file.settings,
    network: () => network,
    dataset: () => dataset,
    state: () => {
      const { settings } = file
      const basis = {
        networkSha256: network?.report.sha256 ?? null, datasetSha256: dataset?.report.sha256 ?? null,
        preprocessing: settings.preprocessing, hardware: settings.hardware
      }
      return {
        name: file.name, location: folder.path, settings, network: network?.report ?? null, dataset: dataset?.report ?? null,
        runs: runs.entries().map((entry) => summarize(entry, basis))
      }
    },
    saveSettings: (settings) => change((current) => ({ ...current, settings })),
    useNetwork: (imported) =>
      change((current) => ({ ...current, network: imported.folder }), () => {
        network = imported
      }),
    useDataset: (imported) =>
      change((current) => ({ ...current, dataset: imported.folder, settings: fitPreprocessing(current.settings, imported.report) }), () => {
        dataset = imported
      }),
    close: async () => {
      await serial(async () => {
        closed = true
      })
      await runs.close()
      await lock.release()
    }
  }
}

/**
 * Settings whose preprocessing can be applied to a data set: the divisor is a property of how the data is stored, and
 * means or deviations for another number of channels cannot mean anything for it.
 */
function fitPreprocessing(settings: ProjectSettings, dataset: DatasetSummary): ProjectSettings {
  const channels = dataset.shape[0]
  const fits = (values: number[]): boolean => values.length === 1 || values.length === channels
  const { mean, std } = settings.preprocessing
  const kept = fits(mean) && fits(std) ? { mean, std } : { mean: [0], std: [1] }
  return { ...settings, preprocessing: { divisor: dataset.divisor, ...kept } }
}

/**
 * The imported networks and data sets of a project. The engine imports into a folder of its own that gets its name
 * (what it is and its hash) only when it is complete; the same content imported twice is stored once.
 */
import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { DatasetSummary } from '@shared/dataset'
import type { InterfaceChoice, NetworkReport } from '@shared/network'
import { fail, ProblemError } from '@shared/problems'
import type { EngineTasks } from '../engine/tasks'
import { timestamp, type Clock } from './clock'
import type { EngineClient } from './engine-client'
import { formats } from './formats'
import type { JobQueue } from './jobs'
import { childName, hashedName } from './names'
import { importFileName, sourceFileName, unfinishedPrefix, type ProjectFolder } from './project-folder'
import { failForFile, isMissing, readStored, writeStored } from './storage'

/** An imported thing and its folder name under models/ or datasets/. */
export interface Imported<T> {
  folder: string
  report: T
}

export interface ImportHow {
  choice?: InterfaceChoice
  /** What the network is called, where that is not the file's name. */
  name?: string
  /** Where files with its weights lie, if not beside the file. */
  weightsFolder?: string
}

export interface Library {
  importNetwork(file: string, title: string, how?: ImportHow): Promise<Imported<NetworkReport>>
  importDataset(source: string, title: string): Promise<Imported<DatasetSummary>>
  /** Report of a stored network. Raises PROJECT_INVALID when it cannot be read. */
  network(folder: string): Promise<NetworkReport>
  dataset(folder: string): Promise<DatasetSummary>
  networkPath(folder: string): string
  datasetPath(folder: string): string
  /** Removes what a killed process left half imported; only while the project is locked. */
  clean(): Promise<void>
}

const exists = async (path: string): Promise<boolean> => (await stat(path).catch(() => null)) !== null

const asProjectProblem = (thrown: unknown): never => {
  if (thrown instanceof ProblemError && thrown.problem.code === 'FILE_NOT_FOUND') {
    fail('PROJECT_INVALID', thrown.problem.where, 'The file is missing from the project.', 'Import the network or data again, or restore the folder from a backup.')
  }
  throw thrown
}

export function createLibrary(folder: ProjectFolder, engine: EngineClient, jobs: JobQueue, clock: Clock): Library {
  const networkRecord = (name: string): string => join(folder.models, childName(name, 'PROJECT_INVALID', 'project.json.network'), importFileName)
  const datasetRecord = (name: string): string => join(folder.datasets, childName(name, 'PROJECT_INVALID', 'project.json.dataset'), importFileName)
  const network = async (name: string): Promise<NetworkReport> =>
    (await readStored(formats.networkImport, networkRecord(name), `models/${name}/${importFileName}`).catch(asProjectProblem)).network
  const dataset = async (name: string): Promise<DatasetSummary> =>
    (await readStored(formats.datasetImport, datasetRecord(name), `datasets/${name}/${importFileName}`).catch(asProjectProblem)).dataset

  /** Runs an import task as a job into an unfinished folder and gives the folder its name. */
  const bring = async <N extends 'network.import' | 'dataset.import'>(
    parent: string, title: string, task: N, params: (folder: string) => EngineTasks[N]['params'],
    complete: (folder: string, report: EngineTasks[N]['result']) => Promise<string>,
    stored: (name: string) => Promise<EngineTasks[N]['result']>
  ): Promise<Imported<EngineTasks[N]['result']>> => {
    const unfinished = join(parent, `${unfinishedPrefix}${randomUUID()}`)
    await mkdir(unfinished, { recursive: true }).catch((thrown: unknown) => failForFile(thrown, parent))
    try {
      let placed: string | null = null
      const onResult = async (report: EngineTasks[N]['result']): Promise<void> => {
        const isSame = (name: string): Promise<boolean> => stored(name).then((other) => isDeepStrictEqual(other, report), () => false)
        placed = await place(parent, unfinished, await complete(unfinished, report), isSame)
      }
      const job = jobs.add({ runId: null, title, heavy: false, start: (onProgress) => engine.run(task, params(unfinished), onProgress), onResult })
      const report = await job.result
      if (placed === null) throw new Error('An import ended without a folder.')
      return { folder: placed, report }
    } finally {
      await rm(unfinished, { recursive: true, force: true })
    }
  }

  return {
    importNetwork: (file, title, how = {}) =>
      bring(folder.models, title, 'network.import', (into) => ({ file, folder: into, ...how }),
        async (into, report) => {
          const source = join(into, sourceFileName)
          if (!(await exists(source))) await copyFile(file, source).catch((thrown: unknown) => failForFile(thrown, file))
          await writeStored(join(into, importFileName), { schemaVersion: 1, importedAt: timestamp(clock), network: report }, importFileName)
          return hashedName(report.name, report.sha256, 'network')
        },
        network),
    importDataset: (source, title) =>
      bring(folder.datasets, title, 'dataset.import', (into) => ({ source, folder: into }),
        async (into, summary) => {
          await writeStored(join(into, importFileName), { schemaVersion: 1, importedAt: timestamp(clock), dataset: summary }, importFileName)
          return hashedName(summary.name, summary.sha256, 'data')
        },
        dataset),
    network,
    dataset,
    networkPath: (name) => join(folder.models, childName(name, 'PROJECT_INVALID', 'network folder')),
    datasetPath: (name) => join(folder.datasets, childName(name, 'PROJECT_INVALID', 'dataset folder')),
    clean: async () => {
      for (const parent of [folder.models, folder.datasets]) {
        const names = await readdir(parent).catch((thrown: unknown) => (isMissing(thrown) ? [] : failForFile(thrown, parent)))
        for (const name of names.filter((candidate) => candidate.startsWith(unfinishedPrefix))) {
          await rm(join(parent, name), { recursive: true, force: true })
        }
      }
    }
  }
}

/**
 * Renames a complete import to its name. The same thing that is there already is kept, because runs refer to it;
 * a damaged folder of that name, or one with another report (other class names), is left as it is, and the new one gets a number.
 */
async function place(parent: string, complete: string, name: string, isSame: (name: string) => Promise<boolean>): Promise<string> {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`
    if (!(await exists(join(parent, candidate)))) {
      await rename(complete, join(parent, candidate))
      return candidate
    }
    if (await isSame(candidate)) return candidate
  }
}

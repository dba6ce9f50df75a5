/** The runs of one project on disk: runs/<id>/run.json. All writing to one store is in order, and stops when it is closed. */
import { randomUUID } from 'node:crypto'
import { lstat, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { partialResultSchema, type PartialResult } from '@shared/job'
import { fail, parseOrFail, ProblemError } from '@shared/problems'
import { runKinds, runRecordSchema, type RunKind, type RunRecord } from '@shared/run'
import { timestamp, type Clock } from './clock'
import { formats } from './formats'
import { unfinishedPrefix } from './project-folder'
import { runEntry, type RunEntry } from './run-summary'
import { createSerial } from './serial'
import { failForFile, isMissing, readStored, writeStored } from './storage'

const idPattern = new RegExp(`^([0-9]{4,})-(${runKinds.join('|')})$`)
const runFile = 'run.json'
const partialFile = 'partial.json'

export interface RunStore {
  /** In the order in which the runs were made. */
  entries(): RunEntry[]
  /** Raises RUN_NOT_FOUND. */
  entry(id: string): RunEntry
  /** Folder of an existing run. Raises RUN_NOT_FOUND. */
  folder(id: string): string
  /** The whole stored record. Raises RUN_NOT_FOUND or RUN_INVALID. */
  read(id: string): Promise<RunRecord>
  /** Gives a new run its number and stores it. */
  create(kind: RunKind, make: (id: string) => RunRecord): Promise<RunRecord>
  /** Changes a stored record. Raises RUN_INVALID and writes nothing when the file is not valid. */
  update(id: string, change: (record: RunRecord) => RunRecord): Promise<void>
  readPartial(id: string): Promise<PartialResult | null>
  writePartial(id: string, partial: PartialResult | null): Promise<void>
  remove(id: string): Promise<void>
  /** Later changes are dropped: the folder may belong to another program. Waits for those that are under way. */
  close(): Promise<void>
}

const where = (id: string, file: string): string => `runs/${id}/${file}`

/** A process that is gone cannot be running this. */
const interrupted = (record: RunRecord, clock: Clock): RunRecord => ({ ...record, status: 'interrupted', finishedAt: timestamp(clock) })
const isUnended = (record: RunRecord): boolean => ['queued', 'running', 'paused'].includes(record.status)

/** Reads all runs of a locked project; those that a killed process left behind become `interrupted`. */
export async function openRunStore(runs: string, clock: Clock): Promise<RunStore> {
  const entries = new Map<string, RunEntry>()
  const serial = createSerial()
  let closed = false

  const fileOf = (id: string, name: string): string => join(runs, id, name)
  const found = (id: string): RunEntry => entries.get(id) ?? fail('RUN_NOT_FOUND', 'runId', `The project has no run “${id}”.`)
  const keep = (record: RunRecord): void => {
    entries.set(record.id, runEntry(record))
  }
  const read = (id: string): Promise<RunRecord> => readStored(formats.run, fileOf(id, runFile), where(id, runFile))
  const write = async (record: RunRecord): Promise<void> => {
    parseOrFail(runRecordSchema, record, 'INTERNAL', where(record.id, runFile))
    await writeStored(fileOf(record.id, runFile), record, where(record.id, runFile))
    keep(record)
  }
  const load = async (id: string, kind: RunKind): Promise<void> => {
    try {
      const record = await read(id)
      if (record.id !== id || record.kind !== kind) {
        fail('RUN_INVALID', `${where(id, runFile)}.id`, `The file describes run “${record.id}” (${record.kind}), but lies in “${id}”.`)
      }
      if (isUnended(record)) await write(interrupted(record, clock))
      else keep(record)
    } catch (thrown) {
      if (!(thrown instanceof ProblemError)) throw thrown
      const unreadable = thrown.problem.code === 'RUN_NOT_FOUND' ? { ...thrown.problem, code: 'RUN_INVALID' as const } : thrown.problem
      const createdAt = (await stat(join(runs, id))).mtime.toISOString()
      entries.set(id, { id, kind, createdAt, record: null, unreadable, digitalTop1: null, noisyTop1: null })
    }
  }

  const names = await readdir(runs).catch((thrown: unknown) => (isMissing(thrown) ? [] : failForFile(thrown, 'runs')))
  for (const name of names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))) {
    const match = idPattern.exec(name)
    // The pattern has matched one of the kinds.
    if (match !== null) await load(name, match[2] as RunKind)
    else if (name.startsWith(unfinishedPrefix)) await rm(join(runs, name), { recursive: true, force: true })
  }

  const nextNumber = (): number => Math.max(0, ...[...entries.keys()].map((id) => Number.parseInt(id, 10))) + 1

  return {
    entries: () => [...entries.values()],
    entry: found,
    folder: (id) => join(runs, found(id).id),
    read: async (id) => read(found(id).id),
    create: (kind, make) =>
      serial(async () => {
        const record = make(`${String(nextNumber()).padStart(4, '0')}-${kind}`)
        // Made under another name and renamed: a kill leaves a whole run or none.
        const unfinished = join(runs, `${unfinishedPrefix}${randomUUID()}`)
        try {
          await mkdir(unfinished, { recursive: true })
          await writeStored(join(unfinished, runFile), record, where(record.id, runFile))
          await rename(unfinished, join(runs, record.id))
        } catch (thrown) {
          failForFile(thrown, 'runs')
        }
        keep(record)
        return record
      }),
    update: (id, change) =>
      serial(async () => {
        if (!closed && entries.has(id)) await write(change(await read(id)))
      }),
    readPartial: async (id) => {
      try {
        return (await readStored(formats.partial, fileOf(found(id).id, partialFile), where(id, partialFile))).partial
      } catch (thrown) {
        if (thrown instanceof ProblemError && thrown.problem.code === 'RUN_NOT_FOUND') return null
        throw thrown
      }
    },
    writePartial: (id, partial) =>
      serial(async () => {
        if (closed || !entries.has(id)) return
        if (partial === null) await rm(fileOf(id, partialFile), { force: true })
        else {
          const checked = parseOrFail(partialResultSchema, partial, 'INTERNAL', where(id, partialFile))
          await writeStored(fileOf(id, partialFile), { schemaVersion: 1, partial: checked }, where(id, partialFile))
        }
      }),
    remove: (id) =>
      serial(async () => {
        const folder = join(runs, found(id).id)
        // A link is removed as a link: what it points to lies outside of the project.
        const linked = (await lstat(folder).catch(() => null))?.isSymbolicLink() === true
        await rm(folder, { recursive: !linked, force: true }).catch((thrown: unknown) => failForFile(thrown, where(id, '')))
        entries.delete(id)
      }),
    close: () =>
      serial(async () => {
        closed = true
      })
  }
}

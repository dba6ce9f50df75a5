/** Recent projects, in the user's data folder. A list that cannot be read is put aside, never overwritten. */
import { createHash } from 'node:crypto'
import { mkdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { RecentProject } from '@shared/project'
import { problem, ProblemError } from '@shared/problems'
import { timestamp, type Clock } from './clock'
import { formats, type StoredRecent } from './formats'
import type { ProblemList } from './problems'
import { createSerial } from './serial'
import { readStored, writeStored } from './storage'

const longestList = 20

export interface Recents {
  list(): Promise<RecentProject[]>
  /** Puts a project at the top of the list. */
  add(name: string, location: string): Promise<void>
  /** Folder of a recent project, or null for an unknown id. */
  locationOf(id: string): Promise<string | null>
}

export function createRecents(userDataFolder: string, problems: ProblemList, clock: Clock): Recents {
  const file = join(userDataFolder, 'recents.json')
  const serial = createSerial()

  const read = async (): Promise<StoredRecent[]> => {
    try {
      return (await readStored(formats.recents, file, 'recents.json')).recents
    } catch (thrown) {
      if (!(thrown instanceof ProblemError)) throw thrown
      if (thrown.problem.code === 'FILE_NOT_FOUND') return []
      const aside = `${file}.unreadable-${clock.now()}`
      await rename(file, aside)
      const message = `${thrown.problem.message} The list starts anew; the old file was kept as ${aside}.`
      problems.add(problem(thrown.problem.code, thrown.problem.where, message, { severity: 'warning', tip: 'Open your projects by their folder.' }))
      return []
    }
  }

  return {
    list: () =>
      serial(async () => {
        const exists = async (location: string): Promise<boolean> =>
          (await stat(join(location, 'project.json')).catch(() => null)) !== null
        return Promise.all((await read()).map(async (recent) => ({ ...recent, exists: await exists(recent.location) })))
      }),
    add: (name, location) =>
      serial(async () => {
        await mkdir(userDataFolder, { recursive: true })
        const id = createHash('sha256').update(location).digest('hex').slice(0, 16)
        const others = (await read()).filter((recent) => recent.id !== id)
        const recents = [{ id, name, location, openedAt: timestamp(clock) }, ...others].slice(0, longestList)
        await writeStored(file, { schemaVersion: 1, recents }, 'recents.json')
      }),
    locationOf: (id) => serial(async () => (await read()).find((recent) => recent.id === id)?.location ?? null)
  }
}

/**
 * One program at a time works on a project: a lock file that names the process and is touched while it lives. The lock
 * of a process that is gone, or that has not touched it for a minute (another machine, a number used again), is taken over.
 */
import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { fail } from '@shared/problems'
import { failForFile, isMissing } from './storage'

const lockFileName = '.lock'
const heartbeatMs = 15_000
/** Four missed heartbeats: a busy machine misses one or two. */
const staleAfterMs = 4 * heartbeatMs
/** Each attempt finds either no lock, a live lock, or removes a stale one. */
const attempts = 3

const lockSchema = z.object({ pid: z.int().positive(), host: z.string(), token: z.string() })
type Lock = z.infer<typeof lockSchema>

export interface ProjectLock {
  release(): Promise<void>
}

/** Tokens of this process's own locks: a lock with our number but none of these is from an earlier life of the machine. */
const held = new Set<string>()

function processLives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM'
  }
}

function parseLock(text: string): Lock | null {
  try {
    return lockSchema.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

/** Null when there is no lock any more. */
async function readLock(file: string): Promise<{ text: string; owner: string; live: boolean } | null> {
  try {
    const text = await readFile(file, 'utf8')
    const fresh = Date.now() - (await stat(file)).mtimeMs < staleAfterMs
    const lock = parseLock(text)
    if (lock === null) return { text, owner: 'an unknown program', live: fresh }
    const owner = `process ${lock.pid} on ${lock.host}`
    if (lock.host !== hostname()) return { text, owner, live: fresh }
    const running = lock.pid === process.pid ? held.has(lock.token) : processLives(lock.pid)
    return { text, owner, live: fresh && running }
  } catch (thrown) {
    if (isMissing(thrown)) return null
    throw thrown
  }
}

/** Removes a stale lock, but not one that another program has put there since it was read. */
async function removeStale(file: string, text: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`
  try {
    await rename(file, aside)
    if ((await readFile(aside, 'utf8')) === text) await rm(aside)
    else await rename(aside, file)
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown
  }
}

/** Takes the lock of a project folder. Raises PROJECT_IN_USE while another program holds it. */
export async function lockProject(folder: string): Promise<ProjectLock> {
  const file = join(folder, lockFileName)
  const lock: Lock = { pid: process.pid, host: hostname(), token: randomUUID() }
  const text = JSON.stringify(lock)
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      await writeFile(file, text, { flag: 'wx' })
      held.add(lock.token)
      const heartbeat = setInterval(() => {
        const now = new Date()
        // A failing touch is harmless: it only lets the lock grow old.
        utimes(file, now, now).catch(() => undefined)
      }, heartbeatMs)
      heartbeat.unref()
      return {
        release: async () => {
          clearInterval(heartbeat)
          if (!held.delete(lock.token)) return
          const found = await readLock(file).catch(() => null)
          if (found?.text === text) await rm(file, { force: true })
        }
      }
    } catch (thrown) {
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) failForFile(thrown, folder, 'PROJECT_NOT_FOUND')
    }
    const found = await readLock(file)
    if (found?.live === true) fail('PROJECT_IN_USE', folder, `The project is open in ${found.owner}.`)
    if (found !== null) await removeStale(file, found.text)
  }
  return fail('PROJECT_IN_USE', folder, 'Another program is opening the project at this moment.')
}

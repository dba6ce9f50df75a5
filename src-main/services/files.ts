/**
 * Handles stand for paths: a client names files by them alone. A handle is given for a path that a person chose on the
 * trusted side, or for what lies below a starting place that was listed; nothing else can be reached.
 */
import { randomBytes } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join, parse, relative, resolve, sep } from 'node:path'
import type { FileEntry, RequestOutput } from '@shared/api'
import { fail, problem } from '@shared/problems'
import type { ProblemList } from './problems'
import { failForFile } from './storage'

/** A page of this many entries is as much as a person looks through; a folder of images can hold a million. */
const longestListing = 2000

export interface FileHandles {
  /** A handle for a path that a person chose; below it, `browse` may go down but not up. */
  register(path: string): string
  /** Raises HANDLE_UNKNOWN. */
  resolve(handle: string): string
  browse(folder: string | null): Promise<RequestOutput<'files.browse'>>
}

interface Place {
  path: string
  /** The folder above which no parent is offered. */
  root: string
}

const isInside = (path: string, root: string): boolean => {
  const way = relative(root, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(root, way) === path)
}

/** `projectsFolder` is a starting place besides the home folder, the current folder and the root of the file system. */
export function createFileHandles(projectsFolder: string, problems: ProblemList): FileHandles {
  const places = new Map<string, Place>()
  const known = new Map<string, string>()

  const give = (path: string, root: string): string => {
    const key = `${root}\0${path}`
    const existing = known.get(key)
    if (existing !== undefined) return existing
    const handle = randomBytes(16).toString('hex')
    known.set(key, handle)
    places.set(handle, { path, root })
    return handle
  }
  const find = (handle: string): Place => {
    const place = places.get(handle)
    if (place === undefined) fail('HANDLE_UNKNOWN', 'handle', 'This choice of a file is not known any more.')
    return place
  }

  const startingPlaces = async (): Promise<RequestOutput<'files.browse'>> => {
    const home = homedir()
    const candidates: [name: string, path: string][] = [
      ['Home', home], ['Projects', projectsFolder], ['Current folder', process.cwd()], ['Computer', parse(home).root]
    ]
    const entries: FileEntry[] = []
    for (const [name, candidate] of candidates) {
      const path = resolve(candidate)
      const information = await stat(path).catch(() => null)
      if (information?.isDirectory() === true) entries.push({ name, kind: 'folder', bytes: null, handle: give(path, path) })
    }
    return { location: '', folder: null, parent: null, entries }
  }

  const entryOf = async (folder: Place, name: string): Promise<FileEntry | null> => {
    const path = join(folder.path, name)
    // A broken link, or an entry that went away while the folder was read, cannot be chosen.
    const information = await stat(path).catch(() => null)
    if (information === null) return null
    const handle = give(path, folder.root)
    if (information.isDirectory()) return { name, kind: 'folder', bytes: null, handle }
    return information.isFile() ? { name, kind: 'file', bytes: information.size, handle } : null
  }

  const browse = async (handle: string | null): Promise<RequestOutput<'files.browse'>> => {
    if (handle === null) return startingPlaces()
    const place = find(handle)
    const names = (await readdir(place.path).catch((thrown: unknown) => failForFile(thrown, place.path)))
      .filter((name) => !name.startsWith('.'))
      .sort((a, b) => a.localeCompare(b, undefined, { numeric: true }))
    if (names.length > longestListing) {
      const message = `The folder holds ${names.length} entries; the first ${longestListing} are listed.`
      problems.add(problem('FILE_TOO_LARGE', place.path, message, { severity: 'info', tip: 'Choose the folder itself, or open a folder inside it.' }))
    }
    const entries: FileEntry[] = []
    for (const name of names.slice(0, longestListing)) {
      const entry = await entryOf(place, name)
      if (entry !== null) entries.push(entry)
    }
    // The sort is stable: names stay in order within folders and within files.
    entries.sort((a, b) => Number(a.kind === 'file') - Number(b.kind === 'file'))
    const above = dirname(place.path)
    const parent = place.path !== place.root && isInside(above, place.root) ? give(above, place.root) : null
    return { location: place.path, folder: handle, parent, entries }
  }

  return {
    register: (path) => give(resolve(path), resolve(path)),
    resolve: (handle) => find(handle).path,
    browse
  }
}

/** What a chosen path is called towards the person. */
export const displayName = (path: string): string => basename(path) || path

/** Where things are, for every host: the program's own files, the user's settings, new projects. */
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism, homedir, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import envPaths from 'env-paths'

const packageName = 'analog-cim-studio'

/**
 * The folder with this program's package.json, found upwards from this file: the same for the built program, a packaged
 * one, and sources run by the tests.
 */
export function applicationRoot(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json')
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === packageName) return folder
    if (dirname(folder) === folder) throw new Error(`No package.json of ${packageName} above ${import.meta.dirname}`)
  }
}

/** A file made by the build, such as `builtFile('main', 'engine-process.js')`. */
export const builtFile = (...path: string[]): string => join(applicationRoot(), 'out', ...path)

export interface Folders {
  /** Settings and recents; shared by all hosts, so that a project opened in one is recent in the others. */
  userDataFolder: string
  /** Where new projects are made when the person names no place. */
  projectsFolder: string
  /** The bundled sample and other resources. */
  resourcesFolder: string
}

export function defaultFolders(): Folders {
  return {
    userDataFolder: envPaths(packageName, { suffix: '' }).data,
    projectsFolder: join(homedir(), 'Analog CIM Projects'),
    resourcesFolder: join(applicationRoot(), 'resources')
  }
}

/** Share of this machine's memory that a job may take: the rest is for the interface and what else runs. */
const memoryShare = 0.6

/** In a container, of what the container may take. */
export function defaultMemoryMegabytes(): number {
  const allowed = process.constrainedMemory()
  return (memoryShare * (allowed > 0 ? Math.min(allowed, totalmem()) : totalmem())) / 1e6
}

/** Worker threads per job: every core, less one for the interface where there are enough of them. */
export function defaultWorkers(): number {
  const cores = availableParallelism()
  return cores > 4 ? cores - 1 : cores
}

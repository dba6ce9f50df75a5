/** Which project is open. Opening, closing and making projects happen one at a time. */
import { readdir, realpath, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { ProjectState } from '@shared/project'
import { fail, toProblem } from '@shared/problems'
import type { EventHub } from './event-hub'
import { makeFolder } from './make-folder'
import { safeName } from './names'
import { isProjectFolder, makeProject, openProject, type OpenProject, type ProjectServices } from './open-project'
import type { Recents } from './recents'
import { createSerial } from './serial'
import { failForFile, isMissing } from './storage'
import { createThrottle } from './throttle'

/** Jobs of a project that is left must have stopped: longer than an engine that does not react is allowed to live. */
const interruptMs = 40_000

export interface Session {
  current(): OpenProject | null
  /** The open project. Raises NOT_READY. */
  need(): OpenProject
  /** Tells the listeners, at most five times per second, that the open project's state is another. */
  changed(): void
  open(path: string): Promise<ProjectState>
  /** Makes a project in `path`, which must be empty or missing, and opens it. */
  create(path: string, name: string): Promise<ProjectState>
  /** Makes a project with a free folder name under `parent`, fills and opens it; removed again when filling fails. */
  createFilled(parent: string, name: string, fill: (project: OpenProject) => Promise<void>): Promise<ProjectState>
  /** Opens the project in `path`, or makes one where the folder is empty or missing. Raises PROJECT_EXISTS for other folders. */
  openOrCreate(path: string, name: string): Promise<ProjectState>
  /** `waitMs`: how long running jobs may take to stop. */
  close(waitMs?: number): Promise<void>
}

export function createSession(services: ProjectServices & { hub: EventHub; recents: Recents }): Session {
  const { hub, jobs, problems, recents } = services
  const serial = createSerial()
  let current: OpenProject | null = null

  const changed = createThrottle(() => hub.emit('project.changed', current?.state() ?? null))

  const leave = async (waitMs: number): Promise<void> => {
    const project = current
    if (project === null) return
    await jobs.interruptAll(waitMs)
    current = null
    await project.close()
  }

  const enter = async (chosen: string): Promise<OpenProject> => {
    // One spelling per folder: a second way to it must not look like a second project.
    const path = await realpath(chosen).catch(() => chosen)
    if (current?.folder.path === path) return current
    const project = await openProject(path, services)
    await leave(interruptMs)
    current = project
    // A list that cannot be written is no reason not to work on the project.
    await recents.add(project.name(), path).catch((thrown: unknown) => problems.add(toProblem(thrown, 'recents.json')))
    changed.trigger()
    return project
  }

  const freeFolder = async (parent: string, name: string): Promise<string> => {
    await makeFolder(parent)
    for (let number = 1; ; number++) {
      const path = join(parent, number === 1 ? name : `${name} ${number}`)
      if ((await stat(path).catch(() => null)) === null) return path
    }
  }

  return {
    current: () => current,
    need: () => current ?? fail('NOT_READY', 'project', 'No project is open.', 'Open or make a project first.'),
    changed: () => changed.trigger(),
    open: (path) =>
      serial(async () => {
        // A person may well choose project.json itself.
        const folder = basename(path) === 'project.json' ? dirname(path) : path
        return (await enter(folder)).state()
      }),
    create: (path, name) =>
      serial(async () => {
        await makeProject(path, name, services.clock)
        return (await enter(path)).state()
      }),
    createFilled: (parent, name, fill) =>
      serial(async () => {
        const path = await freeFolder(parent, safeName(name, 'Project'))
        await makeProject(path, basename(path), services.clock)
        let project: OpenProject | null = null
        try {
          project = await enter(path)
          await fill(project)
          return project.state()
        } catch (thrown) {
          if (project !== null && current === project) await leave(interruptMs)
          await rm(path, { recursive: true, force: true })
          changed.trigger()
          throw thrown
        }
      }),
    openOrCreate: (path, name) =>
      serial(async () => {
        if (!(await isProjectFolder(path))) {
          const names = await readdir(path).catch((thrown: unknown) => (isMissing(thrown) ? [] : failForFile(thrown, path)))
          if (names.length > 0) fail('PROJECT_EXISTS', path, 'The folder is not empty and holds no project.json.')
          await makeProject(path, name, services.clock)
        }
        return (await enter(path)).state()
      }),
    close: (waitMs = interruptMs) =>
      serial(async () => {
        if (current === null) return
        await leave(waitMs)
        changed.trigger()
        changed.flush()
      })
  }
}

/**
 * The web host: the services behind the web server. `npm start` without Electron, `acim serve` and the end-to-end tests
 * start it from here.
 */
import type { Answer } from '@shared/api'
import type { ComputationPreference } from '@shared/providers'
import type { Services } from '../../services/contract'
import { createServices } from '../../services/services'
import { forkEngineBehindInterface } from '../engine-link'
import { builtFile, defaultFolders, defaultMemoryMegabytes, defaultWorkers } from '../environment'
import { startWebServer, type WebServer } from './web-server'

export interface WebHostOptions {
  /** 0 takes any free port; without one, the usual port or any free one. */
  port?: number
  /** Folder of a project to open, or to make when there is none in it. */
  project?: string
  workers?: number
  /** What the command line says of memory and execution provider. */
  fixedComputation?: Partial<ComputationPreference>
  maximumUploadBytes?: number
  userDataFolder?: string
  projectsFolder?: string
  resourcesFolder?: string
  rendererFolder?: string
}

export interface WebHost {
  port: number
  token: string
  /** The address for a person to open, with the token in it. */
  address: string
  services: Services
  /** What came of opening `project`; null when none was named. */
  opened: Answer<unknown> | null
  /** Lets jobs reach a checkpoint, then ends everything. Safe to call twice. */
  close(): Promise<void>
}

/** Starts the services and serves them on loopback. Raises ARGUMENT_INVALID when the named port is taken. */
export async function startWebHost(options: WebHostOptions = {}): Promise<WebHost> {
  const folders = defaultFolders()
  const services = await createServices({
    kind: 'web',
    launchEngine: forkEngineBehindInterface,
    workers: options.workers ?? defaultWorkers(),
    memoryMegabytes: defaultMemoryMegabytes(),
    ...(options.fixedComputation === undefined ? {} : { fixedComputation: options.fixedComputation }),
    userDataFolder: options.userDataFolder ?? folders.userDataFolder,
    projectsFolder: options.projectsFolder ?? folders.projectsFolder,
    resourcesFolder: options.resourcesFolder ?? folders.resourcesFolder
  })
  let server: WebServer | undefined
  let opened: Answer<unknown> | null = null
  try {
    if (options.project !== undefined) opened = await services.openOrCreateProject(options.project, projectName(options.project))
    server = await startWebServer(services, {
      rendererFolder: options.rendererFolder ?? builtFile('renderer'),
      ...(options.port === undefined ? {} : { port: options.port }),
      ...(options.maximumUploadBytes === undefined ? {} : { maximumUploadBytes: options.maximumUploadBytes })
    })
  } catch (error) {
    await services.close()
    throw error
  }
  const { port, token, address, close } = server
  let closing: Promise<void> | undefined
  return {
    port,
    token,
    address,
    services,
    opened,
    close: () => (closing ??= close().then(() => services.close()))
  }
}

/** A new project is named after its folder. */
const projectName = (folder: string): string => folder.split(/[\\/]/).filter((part) => part !== '' && part !== '.').at(-1) ?? 'Project'

/**
 * What a host sees of the services, and what the services need of a host. Hosts are thin: they carry requests and
 * events, turn chosen paths into handles, and start the engine process their own way.
 */
import type { Answer, EventName, EventPayload } from '@shared/api'
import type { InterfaceChoice, NetworkReport } from '@shared/network'
import type { ComputationPreference } from '@shared/providers'
import type { RunKind } from '@shared/run'
import type { EngineMessage, EngineRequest } from '../engine/tasks'

export interface Services {
  /** Any request by name with unchecked input: checks both ways with the schemas of `api.ts`; never throws. */
  handle(name: string, input: unknown): Promise<Answer<unknown>>
  /** All events, already checked. Returns a function that stops listening. */
  subscribe(listener: <N extends EventName>(name: N, payload: EventPayload<N>) => void): () => void
  /** Trusted side only: a handle for a path that a person chose, dropped, uploaded or typed on the command line. */
  registerPath(path: string): string
  /** Trusted side only: opens the project in `folder`, or makes one there. Ends with a problem answer like any request. */
  openOrCreateProject(folder: string, name: string): Promise<Answer<unknown>>
  /** Trusted side only: what is known of the ONNX file at `path`. Needs no project and stores nothing. */
  inspect(path: string, choice?: InterfaceChoice): Promise<Answer<NetworkReport>>
  /**
   * A run of the open project that is cancelled or interrupted and would compute exactly what a new run of this kind with
   * the current settings would: the same configuration, inputs, versions and machine. Null when there is none. Rejects
   * with the problem that `runs.start` would answer with.
   */
  findResumable(kind: RunKind): Promise<string | null>
  /** The prepared file behind a download id, or null when it is unknown. */
  preparedFile(downloadId: string): { path: string; fileName: string } | null
  /** A new, empty folder for an upload; removed when the services close. */
  uploadFolder(): Promise<string>
  /** Lets running jobs reach a checkpoint, stops the engine process, closes the project. */
  close(): Promise<void>
}

export interface HostAbilities {
  kind: 'electron' | 'web' | 'cli'
  launchEngine: () => EngineLink
  /** Threads that a job may compute with. */
  workers: number
  /** The engine process is kept under this unless a limit is chosen; no limit unless given. */
  memoryMegabytes?: number
  /** What the command line says of memory and provider: wins over what the person chose for this machine. */
  fixedComputation?: Partial<ComputationPreference>
  /** Folder of settings and recents of this program. */
  userDataFolder: string
  /** Folder in which new projects are made when the person names none. */
  projectsFolder: string
  /** Folder of the bundled resources (the sample). */
  resourcesFolder: string
  /** Native dialogs, where the host has them; null when the person cancels. */
  pick?: (purpose: 'network' | 'data-file' | 'data-folder' | 'project' | 'new-project-folder' | 'hardware' | 'device' | 'measurements') => Promise<string | null>
  saveAs?: (suggestedName: string) => Promise<string | null>
}

/** One running engine process: Electron's `utilityProcess` or Node's `child_process.fork`. */
export interface EngineLink {
  send(message: EngineRequest): void
  onMessage(listener: (message: EngineMessage) => void): void
  onExit(listener: (code: number | null) => void): void
  /** Last resort: ends the process at once (SIGKILL where there are signals). */
  kill(): void
}

/**
 * The one place that talks to the engine process: starts it when the first task comes, gives tasks numbers, and hands
 * progress and results back. When the process ends unexpectedly all its tasks end with ENGINE_STOPPED and the next task
 * starts a fresh process.
 */
import { problem, ProblemError, type Problem } from '@shared/problems'
import type { EngineMessage, EngineRequest, EngineTasks, TaskName, TaskProgress } from '../engine/tasks'
import type { EngineLink } from './contract'

export interface EngineTask<T> {
  /** Rejects with a ProblemError: the task's problem, JOB_CANCELLED, or ENGINE_STOPPED. */
  promise: Promise<T>
  pause(): void
  resume(): void
  /** Cooperative; an engine that does not react within the grace time is ended, once no other task needs it. */
  cancel(): void
}

export interface EngineClient {
  run<N extends TaskName>(
    task: N, params: EngineTasks[N]['params'], onProgress?: (progress: TaskProgress) => void
  ): EngineTask<EngineTasks[N]['result']>
  /** Asks the process to end, waits for it, and ends it by force if it does not. No task can be started afterwards. */
  shutdown(): Promise<void>
}

export interface EngineClientOptions {
  /** A task stops between steps of well under a second; loading a large model is the longest it may take. */
  cancelGraceMs?: number
  shutdownGraceMs?: number
}

interface PendingTask {
  resolve(result: unknown): void
  reject(error: ProblemError): void
  onProgress: ((progress: TaskProgress) => void) | undefined
  cancelTimer: NodeJS.Timeout | null
}

/** One life of the engine process. */
interface Connection {
  link: EngineLink
  ready: boolean
  waiting: EngineRequest[]
  tasks: Map<number, PendingTask>
  ended: Promise<void>
}

/** An operating system ends a killed process at once; a process that even this does not end is not waited for. */
const killGraceMs = 1_000

async function endsWithin(ended: Promise<void>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds)
  })
  const result = await Promise.race([ended.then(() => true), late])
  clearTimeout(timer)
  return result
}

const stopped = (message: string): Problem => problem('ENGINE_STOPPED', 'engine', message)

/** A process that has just died refuses messages; its exit is reported separately and ends its tasks. */
function deliver(link: EngineLink, request: EngineRequest): void {
  try {
    link.send(request)
  } catch {
    return
  }
}

export function createEngineClient(launch: () => EngineLink, options: EngineClientOptions = {}): EngineClient {
  const { cancelGraceMs = 30_000, shutdownGraceMs = 5_000 } = options
  let current: Connection | null = null
  /** Processes with a task that did not stop when it was cancelled: they take no more, and are ended when their other tasks have their results. */
  const leaving = new Set<Connection>()
  let closed = false
  let lastId = 0

  const settle = (connection: Connection, id: number, act: (task: PendingTask) => void): void => {
    const task = connection.tasks.get(id)
    if (task === undefined) return
    connection.tasks.delete(id)
    if (task.cancelTimer !== null) clearTimeout(task.cancelTimer)
    act(task)
    if (leaving.has(connection) && connection.tasks.size === 0) connection.link.kill()
  }

  const receive = (connection: Connection, message: EngineMessage): void => {
    switch (message.type) {
      case 'ready':
        connection.ready = true
        for (const request of connection.waiting.splice(0)) deliver(connection.link, request)
        break
      case 'progress':
        connection.tasks.get(message.id)?.onProgress?.(message.progress)
        break
      case 'finished':
        settle(connection, message.id, (task) => task.resolve(message.result))
        break
      case 'failed':
        settle(connection, message.id, (task) => task.reject(new ProblemError(message.problem)))
        break
    }
  }

  const connect = (): Connection => {
    const link = launch()
    let markEnded = (): void => undefined
    const ended = new Promise<void>((resolve) => {
      markEnded = resolve
    })
    const connection: Connection = { link, ready: false, waiting: [], tasks: new Map(), ended }
    link.onMessage((message) => receive(connection, message))
    link.onExit((code) => {
      if (current === connection) current = null
      leaving.delete(connection)
      const how = code === null ? 'by a signal' : `with code ${code}`
      for (const id of [...connection.tasks.keys()]) {
        settle(connection, id, (task) => task.reject(new ProblemError(stopped(`The engine process ended ${how} before the task was done.`))))
      }
      markEnded()
    })
    return connection
  }

  const send = (connection: Connection, request: EngineRequest): void => {
    if (connection.ready) deliver(connection.link, request)
    else connection.waiting.push(request)
  }

  const refused = <T>(error: ProblemError): EngineTask<T> => {
    const nothing = (): void => undefined
    return { promise: Promise.reject(error), pause: nothing, resume: nothing, cancel: nothing }
  }

  const run = <N extends TaskName>(
    task: N, params: EngineTasks[N]['params'], onProgress?: (progress: TaskProgress) => void
  ): EngineTask<EngineTasks[N]['result']> => {
    if (closed) return refused(new ProblemError(stopped('The program is closing.')))
    try {
      current ??= connect()
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown)
      return refused(new ProblemError(stopped(`The engine process could not be started: ${reason}`)))
    }
    const connection = current
    const id = ++lastId
    const promise = new Promise<EngineTasks[N]['result']>((resolve, reject) => {
      // The engine answers a task with that task's result: the pair of names and types is fixed by EngineTasks.
      const accept = (result: unknown): void => resolve(result as EngineTasks[N]['result'])
      connection.tasks.set(id, { resolve: accept, reject, onProgress, cancelTimer: null })
    })
    send(connection, { type: 'start', id, task, params })
    const tell = (type: 'pause' | 'resume' | 'cancel'): void => {
      if (connection.tasks.has(id)) send(connection, { type, id })
    }
    const cancel = (): void => {
      const pending = connection.tasks.get(id)
      if (pending === undefined || pending.cancelTimer !== null) return
      tell('cancel')
      pending.cancelTimer = setTimeout(() => {
        if (current === connection) current = null
        leaving.add(connection)
        settle(connection, id, (late) => late.reject(new ProblemError(problem('JOB_CANCELLED', task, 'The task did not stop by itself; its engine process is ended.'))))
      }, cancelGraceMs)
      pending.cancelTimer.unref()
    }
    return { promise, pause: () => tell('pause'), resume: () => tell('resume'), cancel }
  }

  const shutdown = async (): Promise<void> => {
    closed = true
    for (const { link } of leaving) link.kill()
    const connection = current
    if (connection === null) return
    deliver(connection.link, { type: 'shutdown' })
    if (await endsWithin(connection.ended, shutdownGraceMs)) return
    connection.link.kill()
    await endsWithin(connection.ended, killGraceMs)
  }

  return { run, shutdown }
}

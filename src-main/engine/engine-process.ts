/**
 * Entry of the engine process: receives tasks from the process that owns it, runs them and answers. Bound to
 * Electron's `utilityProcess` or to Node's `child_process.fork`, whichever started it.
 */
import { join } from 'node:path'
import { toProblem } from '@shared/problems'
import { taskTable, type TaskContext } from './task-table'
import type { EngineMessage, EngineRequest, EngineTasks, TaskControl, TaskName, TaskProgress } from './tasks'
import { threadPool } from './workers/pool'
import { cancelledProblem, isCancelled, isPaused, newSignal, setSignal, type SharedSignal } from './workers/signal'

/** The way to the owner. */
interface Port {
  send(message: EngineMessage): void
  onMessage(listener: (message: EngineRequest) => void): void
  /** The owner has gone. */
  onClosed(listener: () => void): void
}

/** Electron's utility process has a `parentPort`; a forked Node process has `process.send`. */
function ownerPort(): Port {
  const { parentPort } = process as unknown as { parentPort?: { postMessage(message: unknown): void; on(event: 'message', listener: (event: { data: EngineRequest }) => void): void } }
  if (parentPort !== undefined) {
    return {
      send: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on('message', ({ data }) => listener(data)),
      onClosed: () => undefined
    }
  }
  return {
    send: (message) => void process.send?.(message),
    onMessage: (listener) => void process.on('message', (message) => listener(message as EngineRequest)),
    onClosed: (listener) => void process.on('disconnect', listener)
  }
}

const port = ownerPort()
/** Running tasks: their signals, and their ends. */
const running = new Map<number, { signal: SharedSignal; ended: Promise<void> }>()
let shuttingDown = false

function controlOf(id: number, signal: SharedSignal): TaskControl {
  return {
    signal,
    report: (progress: TaskProgress) => port.send({ type: 'progress', id, progress }),
    async checkpoint() {
      while (isPaused(signal)) await new Promise((resolve) => setTimeout(resolve, 50))
      if (isCancelled(signal)) throw cancelledProblem()
    }
  }
}

async function perform<N extends TaskName>(id: number, task: N, params: EngineTasks[N]['params'], signal: SharedSignal): Promise<void> {
  const context: TaskContext = {
    control: controlOf(id, signal),
    pool: (size, cores, provider) => threadPool(size, cores, join(import.meta.dirname, 'worker.js'), provider)
  }
  try {
    const result = await taskTable[task](params, context)
    port.send({ type: 'finished', id, result })
  } catch (thrown) {
    port.send({ type: 'failed', id, problem: toProblem(thrown, task) })
  } finally {
    running.delete(id)
  }
}

/** Cancels everything and leaves once nothing runs: a thread inside ONNX Runtime must not be ended. */
async function shutdown(): Promise<void> {
  if (shuttingDown) return
  shuttingDown = true
  for (const { signal } of running.values()) setSignal(signal, 'cancel')
  await Promise.all([...running.values()].map(({ ended }) => ended))
  process.exit(0)
}

port.onMessage((message) => {
  if (message.type === 'shutdown') return void shutdown()
  if (message.type === 'start') {
    if (shuttingDown) return
    const signal = newSignal()
    const { id, task, params } = message
    running.set(id, { signal, ended: Promise.resolve() })
    running.set(id, { signal, ended: perform(id, task, params as never, signal) })
    return
  }
  const target = running.get(message.id)
  if (target !== undefined) setSignal(target.signal, message.type === 'resume' ? 'run' : message.type)
})
port.onClosed(() => void shutdown())
port.send({ type: 'ready' })

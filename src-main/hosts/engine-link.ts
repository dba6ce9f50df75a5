/** The engine process under plain Node (web host, command line, tests). Electron has its own in electron/. */
import { fork } from 'node:child_process'
import type { EngineMessage } from '../engine/tasks'
import type { EngineLink } from '../services/contract'
import { builtFile } from './environment'
import { lowerPriority } from './process-priority'

/** The engine process of a host that serves pages: it leaves the processor to whoever draws them. */
export function forkEngineBehindInterface(): EngineLink {
  return forkEngine(builtFile('main', 'engine-process.js'), lowerPriority)
}

/**
 * Starts an engine process.
 * @param file the built engine process; another one in tests
 * @param started called with the process's id as soon as it has one
 */
export function forkEngine(file = builtFile('main', 'engine-process.js'), started?: (id: number | undefined) => void): EngineLink {
  const child = fork(file, [], {
    // Structured clone: typed arrays and -0 survive, as they do under Electron.
    serialization: 'advanced',
    execArgv: [],
    // Standard output belongs to the command line's own result: what native libraries print goes to standard error.
    stdio: ['ignore', 2, 2, 'ipc'],
    // In a terminal Ctrl+C reaches the whole process group. The host alone shall hear it and let jobs reach a checkpoint;
    // the engine process ends when its channel closes, so that none is left behind.
    detached: process.platform !== 'win32'
  })
  started?.(child.pid)
  let ended = false
  const exitListeners: ((code: number | null) => void)[] = []
  const end = (code: number | null): void => {
    if (ended) return
    ended = true
    for (const listener of exitListeners) listener(code)
  }
  child.on('exit', end)
  // Failing to start, or to be reached: the same to whoever waits for it.
  child.on('error', () => end(null))
  return {
    send(message) {
      // A message that crosses the process's end is lost either way; onExit tells.
      if (child.connected) child.send(message, () => {})
    },
    onMessage(listener) {
      child.on('message', (message) => listener(message as EngineMessage))
    },
    onExit(listener) {
      exitListeners.push(listener)
    },
    kill() {
      child.kill('SIGKILL')
    }
  }
}

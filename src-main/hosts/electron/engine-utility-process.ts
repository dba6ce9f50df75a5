/** The engine process under Electron: a `utilityProcess`, which has Node but no window. */
import { utilityProcess } from 'electron'
import type { EngineMessage } from '../../engine/tasks'
import type { EngineLink } from '../../services/contract'
import { builtFile } from '../environment'
import { lowerPriority } from '../process-priority'

export function launchEngineProcess(): EngineLink {
  const child = utilityProcess.fork(builtFile('main', 'engine-process.js'), [], { serviceName: 'Analog CIM Studio engine', stdio: 'inherit' })
  child.once('spawn', () => lowerPriority(child.pid))
  return {
    send(message) {
      // Does nothing once the process has ended; onExit tells.
      child.postMessage(message)
    },
    onMessage(listener) {
      child.on('message', (message: EngineMessage) => listener(message))
    },
    onExit(listener) {
      child.once('exit', (code) => listener(code))
    },
    kill() {
      // utilityProcess.kill() is a polite SIGTERM, which a thread inside native code may never see.
      if (child.pid === undefined) child.kill()
      else process.kill(child.pid, 'SIGKILL')
    }
  }
}

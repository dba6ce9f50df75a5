/** An engine process as the application starts it, with its processor time and memory watched. Where the system has no /proc only crashes and time count. */
import { fork, type ChildProcess } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import type { EngineMessage } from '../../src-main/engine/tasks'

export interface Limits {
  /** Of one import. */
  processorSeconds: number
  /** Wall time, for a process that waits for ever. */
  waitSeconds: number
  megabytes: number
}

export interface Outcome {
  /** `imported`, a problem's code, or crash, hang, memory. */
  kind: string
  message: string
  megabytes: number
  seconds: number
}

const clockTicksPerSecond = 100
const lookEveryMs = 50

function processorSeconds(pid: number): number {
  try {
    // Behind the name in parentheses: user and system time are fields 14 and 15.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    return (Number(fields[11]) + Number(fields[12])) / clockTicksPerSecond
  } catch {
    return 0
  }
}

function megabytes(pid: number, row: 'VmRSS' | 'VmHWM'): number {
  try {
    return Number(new RegExp(`${row}:\\s*(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

/** Lets the largest size begin again at the present one. */
function forgetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5')
  } catch {
    return
  }
}

export class WatchedEngine {
  private child: ChildProcess | null = null
  private nextId = 1
  constructor(private readonly file: string, private readonly limits: Limits) {}

  private start(): ChildProcess {
    const child = fork(this.file, [], { serialization: 'advanced', execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    child.on('exit', () => { if (this.child === child) this.child = null })
    this.child = child
    return child
  }

  /** Inspects one model file. */
  async inspect(file: string): Promise<Outcome> {
    const child = this.child ?? this.start()
    const pid = child.pid ?? 0
    forgetPeak(pid)
    const id = this.nextId++
    const processorBefore = processorSeconds(pid)
    const began = performance.now()
    const seconds = (): number => (performance.now() - began) / 1000
    const outcome = await new Promise<Omit<Outcome, 'seconds' | 'megabytes'>>((resolve) => {
      const finish = (kind: string, message: string): void => {
        clearInterval(watch)
        child.off('message', onMessage)
        child.off('exit', onExit)
        resolve({ kind, message })
      }
      const onMessage = (message: EngineMessage): void => {
        if (message.type === 'finished' && message.id === id) finish('imported', '')
        if (message.type === 'failed' && message.id === id) finish(message.problem.code, message.problem.message)
      }
      const onExit = (code: number | null, signal: string | null): void => finish('crash', `exit code ${code}, signal ${signal}`)
      const watch = setInterval(() => {
        const used = processorSeconds(pid) - processorBefore
        if (used > this.limits.processorSeconds || seconds() > this.limits.waitSeconds) finish('hang', `${used.toFixed(1)} s of processor time, ${seconds().toFixed(1)} s`)
        else if (megabytes(pid, 'VmRSS') > this.limits.megabytes) finish('memory', `${megabytes(pid, 'VmRSS').toFixed(0)} MB`)
      }, lookEveryMs)
      child.on('message', onMessage)
      child.on('exit', onExit)
      child.send({ type: 'start', id, task: 'network.inspect', params: { file } })
    })
    const peak = megabytes(pid, 'VmHWM')
    if (outcome.kind === 'hang' || outcome.kind === 'memory') await this.end()
    const grown = outcome.kind !== 'crash' && peak > this.limits.megabytes
    return { ...outcome, ...(grown ? { kind: 'memory', message: `${peak.toFixed(0)} MB at most` } : {}), megabytes: peak, seconds: seconds() }
  }

  async end(): Promise<void> {
    const { child } = this
    if (child === null) return
    await new Promise<void>((resolve) => {
      child.once('exit', () => resolve())
      child.kill('SIGKILL')
    })
  }
}

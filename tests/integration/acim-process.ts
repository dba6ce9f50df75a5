/** The command line as a script runs it: a child process of build/acim.mjs. */
import { spawn, type ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'

const entry = resolve(import.meta.dirname, '../../build/acim.mjs')

/** A build may come first. */
export const processLimitMs = 240_000

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** Starts `acim …args` in `folder`. */
export function startAcim(folder: string, args: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [entry, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  return { child, ended: new Promise((settle) => child.on('close', (code) => settle({ code, stdout, stderr }))) }
}

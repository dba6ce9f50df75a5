/** The engine process of a host: a child of the host's process. */
import { execFileSync } from 'node:child_process'

/** Process numbers of the engines that the host has started; for systems that have `ps`. */
export function engineProcesses(host: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,command='], { encoding: 'utf8' }).split('\n')
  return lines.flatMap((line) => {
    const [process, parent, ...command] = line.trim().split(/\s+/)
    return Number(parent) === host && command.join(' ').includes('engine-process') ? [Number(process)] : []
  })
}

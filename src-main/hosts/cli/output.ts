/** Writing to the terminal. Results go to standard output, everything else to standard error. */
import type { Problem } from '@shared/problems'
import { problemTitle } from '@shared/problems'
import { printable } from './text-table'

/** A reader that has gone away (`acim … | head`) ends the program quietly. */
export function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      stream.destroy()
    })
  }
}

/** Resolves when the text has left this process, so that exiting loses nothing. */
export function writeOut(text: string): Promise<void> {
  return new Promise((resolve) => {
    if (process.stdout.destroyed) resolve()
    else process.stdout.write(text.endsWith('\n') ? text : `${text}\n`, () => resolve())
  })
}

export const writeError = (text: string): void => {
  if (!process.stderr.destroyed) process.stderr.write(`${text}\n`)
}

/** The problem as one line of JSON for programs and, in a terminal, in words for people. */
export function reportProblem({ code, message, tip, where }: Problem): void {
  if (process.stderr.isTTY) writeError(printable(`${problemTitle(code)}: ${where}: ${message} ${tip}`))
  writeError(JSON.stringify({ code, message, tip, where }))
}

/** Exit code of a problem: 1 for faults of the program, else 2. */
export const exitCodeOf = ({ code }: Problem): number => (code === 'INTERNAL' || code === 'ENGINE_STOPPED' ? 1 : 2)

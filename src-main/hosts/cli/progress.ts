/** Progress on standard error: one line that changes in a terminal, a few lines elsewhere. */
import { duration } from '@shared/charts'
import type { Job } from '@shared/job'
import { printable } from './text-table'

/** Elsewhere than in a terminal a line is written when this much has been done, or so much time has passed. */
const sparseFraction = 0.1
const sparseSeconds = 30

export interface ProgressLine {
  update(job: Job): void
  /** Text that stays: written at once, above the changing line. */
  note(text: string): void
  /** Removes the changing line. */
  end(): void
}

/** `Simulation 1  43 %  point 3 of 11  12 s left` */
export function progressText(job: Pick<Job, 'title' | 'progress' | 'activity' | 'secondsRemaining' | 'status'>): string {
  const left = job.secondsRemaining === null ? '' : `${duration(job.secondsRemaining)} left`
  const state = job.status === 'running' ? job.activity : job.status
  return printable([job.title, `${Math.floor(job.progress * 100)} %`, state, left].filter((part) => part !== '').join('  '))
}

export function createProgress(stream: { isTTY?: boolean; columns?: number; write(text: string): unknown; destroyed?: boolean }, quiet: boolean): ProgressLine {
  const live = stream.isTTY === true
  let shown = ''
  let last = { job: '', fraction: -1, seconds: 0 }
  const write = (text: string): void => {
    if (stream.destroyed !== true) stream.write(text)
  }
  const clear = (): void => {
    if (shown !== '') write('\r\u001b[K')
    shown = ''
  }
  return {
    update: (job) => {
      if (quiet || job.status !== 'running') return
      const text = progressText(job)
      if (job.id !== last.job) last = { job: job.id, fraction: -1, seconds: 0 }
      if (live) {
        const fitting = text.slice(0, Math.max(20, (stream.columns ?? 80) - 1))
        if (fitting !== shown) write(`\r\u001b[K${fitting}`)
        shown = fitting
      } else if (job.progress > 0 && job.progress - last.fraction >= sparseFraction - 1e-9 || job.secondsElapsed - last.seconds >= sparseSeconds) {
        last = { job: job.id, fraction: job.progress, seconds: job.secondsElapsed }
        write(`${text}\n`)
      }
    },
    note: (text) => {
      if (quiet) return
      clear()
      write(`${printable(text)}\n`)
    },
    end: clear
  }
}

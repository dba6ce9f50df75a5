/**
 * The job queue. Heavy jobs (runs) are computed one at a time in the order in which they were started; short ones
 * (imports, checks) go to the engine at once. A paused job leaves its place to the next one and queues again when it is
 * resumed: a person who pauses a long run usually wants to look at something else first.
 */
import { randomUUID } from 'node:crypto'
import type { Job, JobStatus, PartialResult } from '@shared/job'
import { fail, problem, ProblemError, toProblem, type Problem } from '@shared/problems'
import type { TaskProgress } from '../engine/tasks'
import type { Clock } from './clock'
import type { EngineTask } from './engine-client'
import type { EventHub } from './event-hub'
import type { ProblemList } from './problems'
import { createProgressRate, type ProgressRate } from './progress-rate'
import { createThrottle } from './throttle'

/** Ended jobs that stay in the list. */
const endedJobsKept = 20

export interface JobPlan<T> {
  runId: string | null
  title: string
  /** Waits for its turn among the heavy jobs. */
  heavy: boolean
  /** Progress that is already there when a run is resumed. */
  progress?: number
  start(onProgress: (progress: TaskProgress) => void): EngineTask<T>
  /** Called before a new status can be seen, so that stored files never lag behind it. */
  onStatus?(status: JobStatus, problem: Problem | null): Promise<void>
  /** Called with the result before the job counts as finished. */
  onResult?(result: T): Promise<void>
  onProgress?(fraction: number, partial: PartialResult | undefined): void
}

export interface JobQueue {
  list(): Job[]
  /** Adds a job. `result` rejects with a ProblemError when the job does not finish. */
  add<T>(plan: JobPlan<T>): { jobId: string; result: Promise<T> }
  pause(jobId: string): Promise<void>
  resume(jobId: string): Promise<void>
  cancel(jobId: string): Promise<void>
  /** The job that is queued, running or paused for a run. */
  liveJobOf(runId: string): Job | null
  /** Stops every live job as `interrupted`; waits until each has reached a checkpoint, at most `waitMs`. */
  interruptAll(waitMs: number): Promise<void>
}

interface Entry {
  job: Job
  heavy: boolean
  /** The engine knows the job (it may be paused there). */
  begin(): void
  task: EngineTask<unknown> | null
  rate: ProgressRate
  onStatus: (status: JobStatus, problem: Problem | null) => Promise<void>
  /** Ends a job that the engine does not know yet. */
  abandon(error: ProblemError): Promise<void>
  /** Settles, never rejects, when the job has ended. */
  ended: Promise<void>
  /** Set while the queue closes: the job ends as `interrupted` instead of `cancelled`. */
  interrupted: boolean
  /** The job has ended, but its end is still being stored. */
  ending: boolean
}

const liveStatuses: readonly JobStatus[] = ['queued', 'running', 'paused']
const isLive = (entry: Entry): boolean => liveStatuses.includes(entry.job.status)

export function createJobQueue(services: { hub: EventHub; problems: ProblemList; clock: Clock }): JobQueue {
  const { hub, problems, clock } = services
  let entries: Entry[] = []

  const view = (entry: Entry): Job => {
    const now = clock.monotonic()
    return {
      ...entry.job,
      secondsElapsed: entry.rate.secondsElapsed(now),
      secondsRemaining: entry.job.status === 'running' ? entry.rate.secondsRemaining(now) : null
    }
  }
  const list = (): Job[] => entries.map(view)
  const changed = createThrottle(() => hub.emit('jobs.changed', list()))

  const setStatus = async (entry: Entry, status: JobStatus, cause: Problem | null = null): Promise<void> => {
    const ending = !liveStatuses.includes(status)
    const before = entry.job.status
    const show = (): void => {
      entry.job = { ...entry.job, status, problem: cause }
      if (status === 'running') entry.rate.start(clock.monotonic())
      else entry.rate.stop(clock.monotonic())
    }
    // An end is shown after it is stored; a start or pause at once, because the queue decides by it.
    if (!ending) show()
    if (before !== status) {
      await entry.onStatus(status, cause).catch((thrown: unknown) => problems.add(toProblem(thrown, entry.job.title)))
    }
    if (ending) {
      show()
      dropOldest()
    }
    changed.trigger()
  }

  const dropOldest = (): void => {
    const ended = entries.filter((entry) => !isLive(entry))
    const dropped = new Set(ended.slice(0, Math.max(0, ended.length - endedJobsKept)))
    entries = entries.filter((entry) => !dropped.has(entry))
  }

  /** Gives the free place to the first heavy job that waits. */
  const schedule = (): void => {
    if (entries.some((entry) => entry.heavy && entry.job.status === 'running')) return
    entries.find((entry) => entry.heavy && entry.job.status === 'queued')?.begin()
  }

  const add = <T>(plan: JobPlan<T>): { jobId: string; result: Promise<T> } => {
    let settleResult: { resolve(value: T): void; reject(error: ProblemError): void } | null = null
    const result = new Promise<T>((resolve, reject) => {
      settleResult = { resolve, reject }
    })
    // A run's job has nobody who awaits its result: its problem is shown in the list of jobs.
    const ended = result.then(() => undefined, () => undefined)

    const finish = async (value: T): Promise<void> => {
      // From here on a pause or cancel comes too late and must not be stored over the result.
      entry.ending = true
      try {
        await plan.onResult?.(value)
      } catch (thrown) {
        return failed(thrown)
      }
      entry.job = { ...entry.job, progress: 1, activity: '' }
      await setStatus(entry, 'finished')
      settleResult?.resolve(value)
    }
    const failed = async (thrown: unknown): Promise<void> => {
      entry.ending = true
      const cause = toProblem(thrown, plan.title)
      const cancelled = cause.code === 'JOB_CANCELLED'
      const wanted = cancelled || entry.interrupted
      const status = entry.interrupted || cause.code === 'ENGINE_STOPPED' ? 'interrupted' : cancelled ? 'cancelled' : 'failed'
      entry.job = { ...entry.job, activity: '' }
      await setStatus(entry, status, wanted ? null : cause)
      if (!wanted) problems.add(cause)
      settleResult?.reject(new ProblemError(cause))
    }
    const progressed = (progress: TaskProgress): void => {
      if (entry.ending || !Number.isFinite(progress.fraction)) return
      entry.job = { ...entry.job, progress: Math.min(1, Math.max(0, progress.fraction)), activity: progress.activity }
      entry.rate.report(entry.job.progress, clock.monotonic())
      plan.onProgress?.(entry.job.progress, progress.partial)
      changed.trigger()
    }
    const entry: Entry = {
      job: {
        id: randomUUID(), runId: plan.runId, title: plan.title, status: 'queued', progress: plan.progress ?? 0, activity: '',
        secondsRemaining: null, secondsElapsed: 0, problem: null
      },
      heavy: plan.heavy,
      task: null,
      rate: createProgressRate(),
      onStatus: plan.onStatus ?? (async () => undefined),
      ended,
      interrupted: false,
      ending: false,
      abandon: failed,
      begin: () => {
        void setStatus(entry, 'running')
        if (entry.task !== null) {
          entry.task.resume()
          return
        }
        const task = plan.start(progressed)
        entry.task = task
        void task.promise.then(finish, failed).then(schedule)
      }
    }
    entries.push(entry)
    changed.trigger()
    if (plan.heavy) schedule()
    else entry.begin()
    return { jobId: entry.job.id, result }
  }

  const live = (jobId: string): Entry => {
    const entry = entries.find((candidate) => candidate.job.id === jobId)
    if (entry === undefined || entry.ending) fail('JOB_NOT_FOUND', 'jobId', entry === undefined ? 'There is no such job.' : `The job has ended (${entry.job.status}).`)
    return entry
  }

  const stop = async (entry: Entry): Promise<void> => {
    if (entry.ending) return
    if (entry.task === null) {
      await entry.abandon(new ProblemError(problem('JOB_CANCELLED', entry.job.title, 'Cancelled before it began.')))
    } else {
      entry.task.cancel()
    }
  }

  return {
    list,
    add,
    pause: async (jobId) => {
      const entry = live(jobId)
      if (entry.job.status === 'paused') return
      entry.task?.pause()
      await setStatus(entry, 'paused')
      schedule()
    },
    resume: async (jobId) => {
      const entry = live(jobId)
      if (entry.job.status !== 'paused') return
      if (entry.heavy) {
        await setStatus(entry, 'queued')
        schedule()
      } else {
        entry.begin()
      }
    },
    cancel: async (jobId) => {
      await stop(live(jobId))
    },
    liveJobOf: (runId) => {
      const entry = entries.find((candidate) => candidate.job.runId === runId && isLive(candidate))
      return entry === undefined ? null : view(entry)
    },
    interruptAll: async (waitMs) => {
      const stopping = entries.filter(isLive)
      // Waiting jobs first, or each would get the place that the one before it frees.
      for (const entry of stopping) entry.interrupted = true
      for (const entry of stopping.filter((candidate) => candidate.task === null)) await stop(entry)
      for (const entry of stopping.filter((candidate) => candidate.task !== null)) entry.task?.cancel()
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, waitMs)
      })
      await Promise.race([Promise.all(stopping.map((entry) => entry.ended)), late])
      clearTimeout(timer)
      changed.flush()
    }
  }
}

/** Where a command works: services, an open project, and the way a run is carried out and waited for. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import type { Answer, RequestInput, RequestName, RequestOutput } from '@shared/api'
import type { Job, PartialResult } from '@shared/job'
import { fail, problem, ProblemError, type Problem } from '@shared/problems'
import type { RunKind, RunRecord } from '@shared/run'
import type { Services } from '../../services/contract'
import { createServices } from '../../services/services'
import { forkEngine } from '../engine-link'
import { defaultFolders, defaultMemoryMegabytes, defaultWorkers } from '../environment'
import { parseComputation } from '../parse-computation'
import { parseInteger } from './arguments'
import { createProgress, type ProgressLine } from './progress'

/** What came of a run, whole or partial. */
export interface Outcome {
  run: RunRecord
  /** What was computed of a run that did not finish. */
  partial: PartialResult | null
}

export interface Workplace {
  services: Services
  progress: ProgressLine
  /** Text that is written once a run is under way: a problem with the input stands alone on standard error. */
  noteLater(text: string): void
  /** Null when the project is temporary. */
  projectFolder: string | null
  request<N extends RequestName>(name: N, input: RequestInput<N>): Promise<RequestOutput<N>>
  /**
   * Starts a run with the project's settings, or continues an unfinished one that would compute the same, and waits for
   * its end. After an interruption by the person the outcome is partial; any other failure is raised.
   */
  run(kind: RunKind, name: string | null): Promise<Outcome>
  /** Asked to stop by the person (SIGINT or SIGTERM). */
  interrupted(): boolean
}

/** The value of an answer; its problem is raised. */
export function unwrap<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.value
  throw new ProblemError(answer.problem)
}

export interface WorkplaceOptions {
  workers?: string
  memory?: string
  provider?: string
  quiet?: boolean
  /** Projects that the services make themselves (the sample) go here instead of the person's folder. */
  projectsFolder?: string
}

const isLive = (status: Job['status']): boolean => status === 'queued' || status === 'running' || status === 'paused'

/** Waits until the job of a run has ended, showing its progress. */
function endOfRun(services: Services, progress: Pick<ProgressLine, 'update'>, runId: string): Promise<Job> {
  return new Promise((settle, reject) => {
    const look = (jobs: readonly Job[]): void => {
      const job = jobs.findLast((each) => each.runId === runId)
      if (job === undefined) return
      progress.update(job)
      if (isLive(job.status)) return
      stop()
      settle(job)
    }
    const stop = services.subscribe((name, payload) => {
      if (name === 'jobs.changed') look(payload as Job[])
    })
    // The job may have ended before the subscription.
    services.handle('jobs.list', {}).then((answer) => look(unwrap(answer) as Job[]), reject)
  })
}

/**
 * Runs `work` with services that are closed afterwards in any case; running jobs reach a checkpoint first. A second
 * interruption ends the program at once.
 */
export async function withServices<T>(options: WorkplaceOptions, work: (place: Omit<Workplace, 'projectFolder'>) => Promise<T>): Promise<T> {
  const folders = defaultFolders()
  const workers = options.workers === undefined ? defaultWorkers() : parseInteger('--workers', options.workers, 1, 256)
  const fixedComputation = parseComputation(options)
  const temporary = await mkdtemp(join(tmpdir(), 'acim-'))
  const services = await createServices({
    kind: 'cli',
    launchEngine: () => forkEngine(),
    workers,
    memoryMegabytes: defaultMemoryMegabytes(),
    fixedComputation,
    // Temporary and scripted projects are not what the person wants in the list of recent projects.
    userDataFolder: join(temporary, 'user-data'),
    projectsFolder: options.projectsFolder ?? join(temporary, 'projects'),
    resourcesFolder: folders.resourcesFolder
  })
  const progress = createProgress(process.stderr, options.quiet === true)
  const waiting: string[] = []
  const flush = (): void => {
    for (const text of waiting.splice(0)) progress.note(text)
  }
  const update = (job: Job): void => {
    if (job.status === 'finished' || job.progress > 0) flush()
    progress.update(job)
  }
  // The list of problems has no screen here.
  services.subscribe((name, payload) => {
    if (name !== 'problems.changed') return
    const latest = (payload as Problem[]).at(-1)
    if (latest?.code === 'PROVIDER_UNAVAILABLE') waiting.push(`${latest.where} cannot be used: ${latest.message} The CPU computes instead.`)
  })
  let interrupted = false
  let current: string | null = null
  const request = async <N extends RequestName>(name: N, input: RequestInput<N>): Promise<RequestOutput<N>> =>
    unwrap((await services.handle(name, input)) as Answer<RequestOutput<N>>)
  const cancel = async (runId: string): Promise<void> => {
    const jobs = await request('jobs.list', {})
    const job = jobs.findLast((each) => each.runId === runId && isLive(each.status))
    if (job !== undefined) await services.handle('jobs.cancel', { jobId: job.id })
  }
  const stop = (): void => {
    if (interrupted) process.exit(130)
    interrupted = true
    progress.note('Stopping; partial results are kept. Interrupt again to end at once.')
    if (current !== null) void cancel(current)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)

  const run = async (kind: RunKind, name: string | null): Promise<Outcome> => {
    if (interrupted) fail('JOB_CANCELLED', kind, 'The program was asked to stop.')
    const unfinished = await services.findResumable(kind)
    if (unfinished !== null) {
      waiting.push(`Continuing ${unfinished}, which was begun with the same configuration.`)
      await request('runs.resume', { runId: unfinished })
    }
    const runId = unfinished ?? (await request('runs.start', { kind, name })).runId
    current = runId
    // An interruption that came before the job existed.
    if (interrupted) await cancel(runId)
    const job = await endOfRun(services, { update }, runId)
    current = null
    progress.end()
    const record = await request('runs.get', { runId })
    if (job.status === 'finished') return { run: record, partial: null }
    if (!interrupted) throw new ProblemError(job.problem ?? problem('INTERNAL', runId, `The run ended as ${job.status} without a reason.`))
    return { run: record, partial: await request('runs.partial', { runId }) }
  }

  try {
    return await work({ services, progress, noteLater: (text) => waiting.push(text), request, run, interrupted: () => interrupted })
  } finally {
    progress.end()
    await services.close()
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    await rm(temporary, { recursive: true, force: true })
  }
}

/** The same with an open project: in `out`, or a temporary one. */
export async function withProject<T>(options: WorkplaceOptions & { out?: string }, work: (place: Workplace) => Promise<T>): Promise<T> {
  return withServices(options, async (place) => {
    const chosen = options.out === undefined ? null : resolve(options.out)
    const folder = chosen ?? (await place.services.uploadFolder())
    unwrap(await place.services.openOrCreateProject(folder, chosen === null ? 'Temporary' : basename(chosen) || 'Project'))
    return work({ ...place, projectFolder: chosen })
  })
}

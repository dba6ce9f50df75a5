/** Carries out a stored run as a job: keeps run.json in step with it and passes partial results on. */
import { attributionResultSchema } from '@shared/attribution'
import { curvatureResultSchema } from '@shared/curvature'
import { finetuneResultSchema } from '@shared/finetune'
import type { PartialResult } from '@shared/job'
import { fail, parseOrFail, toProblem } from '@shared/problems'
import { simulationResultSchema } from '@shared/simulation'
import { studyResultSchema } from '@shared/study'
import type { Provenance, RunRecord } from '@shared/run'
import type { EngineTask } from './engine-client'
import type { NetworkSource } from '../engine/resources/compared'
import type { Computed, TaskProgress } from '../engine/tasks'
import { timestamp } from './clock'
import type { MachineParams } from './computation'
import type { EventHub } from './event-hub'
import type { OpenProject, ProjectServices } from './open-project'
import { createThrottle } from './throttle'

/** How often progress and partial results of a running run are stored: what a killed program forgets of the display. */
const storeIntervalMs = 3_000

export interface RunJobs {
  /** Raises NOT_READY when the inputs that a run names are no longer in the project as they were. */
  check(project: OpenProject, provenance: Provenance): Promise<void>
  /** Queues a stored run, from its own configuration and inputs; it continues where its folder says it was. `compared`: the other networks of its settings. */
  start(project: OpenProject, record: RunRecord, compared: readonly NetworkSource[], machine: MachineParams): void
  /** Partial result in memory of a run that is being computed. */
  livePartial(project: OpenProject, runId: string): PartialResult | null
}

type RunResult = Computed<NonNullable<RunRecord['result']>>

/** The record with its result, checked against the schema of its kind. */
function withResult(record: RunRecord, result: RunResult, finishedAt: string): RunRecord {
  const { computation } = result
  const ended = { status: 'finished' as const, progress: 1, finishedAt, problem: null, ...(computation === undefined ? {} : { computation }) }
  switch (record.kind) {
    case 'simulate':
      return { ...record, ...ended, result: parseOrFail(simulationResultSchema, result, 'INTERNAL', 'result') }
    case 'finetune':
      return { ...record, ...ended, result: parseOrFail(finetuneResultSchema, result, 'INTERNAL', 'result') }
    case 'attribute':
      return { ...record, ...ended, result: parseOrFail(attributionResultSchema, result, 'INTERNAL', 'result') }
    case 'curvature':
      return { ...record, ...ended, result: parseOrFail(curvatureResultSchema, result, 'INTERNAL', 'result') }
    case 'study':
      return { ...record, ...ended, result: parseOrFail(studyResultSchema, result, 'INTERNAL', 'result') }
  }
}

async function checkInputs(project: OpenProject, provenance: Provenance): Promise<void> {
  const { network, dataset } = provenance
  const networkNow = await project.library.network(network.folder)
  const datasetNow = await project.library.dataset(dataset.folder)
  const check = (what: string, folder: string, wanted: string, found: string): void => {
    if (wanted !== found) fail('NOT_READY', folder, `The ${what} has the hash ${found.slice(0, 12)}…; the run was made with ${wanted.slice(0, 12)}….`, 'Start a new run.')
  }
  check('network', network.folder, network.sha256, networkNow.sha256)
  check('data set', dataset.folder, dataset.sha256, datasetNow.sha256)
}

export function createRunJobs(
  services: ProjectServices & { hub: EventHub; projectChanged: () => void }
): RunJobs {
  const { engine, jobs, problems, clock, hub, projectChanged } = services
  const partials = new Map<string, PartialResult>()
  const key = (project: OpenProject, runId: string): string => `${project.folder.path}\0${runId}`

  const start: RunJobs['start'] = (project, record, compared, machine) => {
    const { runs, library } = project
    const { id, provenance } = record
    const partialKey = key(project, id)
    let progress = record.progress
    const params = {
      networkFolder: library.networkPath(provenance.network.folder),
      datasetFolder: library.datasetPath(provenance.dataset.folder),
      preprocessing: provenance.dataset.preprocessing,
      runFolder: runs.folder(id),
      ...machine
    }
    const begin = (onProgress: (progress: TaskProgress) => void): EngineTask<RunResult> => {
      switch (record.kind) {
        case 'simulate':
          return engine.run('simulate', { ...params, config: record.config }, onProgress)
        case 'finetune':
          return engine.run('finetune', { ...params, config: record.config }, onProgress)
        case 'attribute':
          return engine.run('attribute', { ...params, config: record.config }, onProgress)
        case 'curvature':
          return engine.run('curvature', { ...params, config: record.config, after: compared[0] ?? null }, onProgress)
        case 'study':
          return engine.run('study', { ...params, config: record.config, tuned: compared }, onProgress)
      }
    }

    const showPartial = createThrottle(() => {
      const partial = partials.get(partialKey)
      if (partial !== undefined) hub.emit('runs.partial', { runId: id, partial })
    })
    const storePartial = async (): Promise<void> => {
      await runs.update(id, (stored) => ({ ...stored, progress }))
      const partial = partials.get(partialKey)
      if (partial !== undefined) await runs.writePartial(id, partial)
    }
    // What is shown of a run is worth less than its status: failing to store it is only told.
    const tryToStorePartial = (): Promise<void> => storePartial().catch((thrown: unknown) => problems.add(toProblem(thrown, id)))
    const keepStored = createThrottle(() => void tryToStorePartial(), storeIntervalMs)
    const stopShowing = (): void => {
      showPartial.flush()
      showPartial.cancel()
      keepStored.cancel()
    }

    jobs.add<RunResult>({
      runId: id, title: record.name, heavy: true, progress,
      start: begin,
      onProgress: (fraction, partial) => {
        progress = fraction
        if (partial !== undefined) {
          partials.set(partialKey, partial)
          showPartial.trigger()
        }
        keepStored.trigger()
      },
      onResult: async (result) => {
        stopShowing()
        await runs.update(id, (stored) => withResult(stored, result, timestamp(clock)))
        await runs.writePartial(id, null)
        partials.delete(partialKey)
      },
      onStatus: async (status, cause) => {
        const going = status === 'queued' || status === 'running' || status === 'paused'
        if (!going) stopShowing()
        if (status !== 'finished') {
          if (!going) await tryToStorePartial()
          await runs.update(id, (stored) => ({ ...stored, status, progress, problem: cause, finishedAt: going ? null : timestamp(clock) }))
          if (!going) partials.delete(partialKey)
        }
        projectChanged()
      }
    })
    projectChanged()
  }

  return { check: checkInputs, start, livePartial: (project, runId) => partials.get(key(project, runId)) ?? null }
}

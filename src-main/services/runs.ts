/** Requests about runs: start, resume, repeat, look at, rename, delete. */
import { isDeepStrictEqual } from 'node:util'
import { activeEffects } from '@shared/effects'
import type { AttributionConfig } from '@shared/attribution'
import type { CurvatureConfig } from '@shared/curvature'
import type { FinetuneConfig } from '@shared/finetune'
import type { Estimate } from '@shared/job'
import { fail, problem } from '@shared/problems'
import type { ProjectSettings } from '@shared/project'
import { providerNames, type Provider } from '@shared/providers'
import { runKindNames, type RunKind, type RunRecord } from '@shared/run'
import { requestWarnings, requireRunnableRequest } from '@shared/run-problems'
import type { SimulationConfig } from '@shared/simulation'
import type { StudyConfig } from '@shared/study'
import { timestamp, type Clock } from './clock'
import type { Computation, MachineParams } from './computation'
import { comparedNetworks } from './compared-networks'
import type { Handlers } from './dispatch'
import type { NetworkSource } from '../engine/resources/compared'
import type { EngineClient } from './engine-client'
import type { JobQueue } from './jobs'
import type { OpenProject } from './open-project'
import type { ProblemList } from './problems'
import { environmentDifferences, provenanceAgain, provenanceOf, sameInputs } from './provenance'
import { shownCalibration } from './run-calibration'
import type { RunJobs } from './run-jobs'
import type { Session } from './session'
import { checkAttribution, checkFinetune, checkSimulation, checkStudy, needInputs } from './validate'

export interface RunServices {
  session: Session
  runJobs: RunJobs
  jobs: JobQueue
  engine: EngineClient
  problems: ProblemList
  clock: Clock
  computation: Computation
}

const simulationConfig = (settings: ProjectSettings): SimulationConfig => ({ hardware: settings.hardware, settings: settings.simulation })
const finetuneConfig = (settings: ProjectSettings): FinetuneConfig => ({ hardware: settings.hardware, settings: settings.finetune })
const attributionConfig = (settings: ProjectSettings): AttributionConfig => ({ hardware: settings.hardware, settings: settings.attribution })
const curvatureConfig = (settings: ProjectSettings): CurvatureConfig => ({ hardware: settings.hardware, settings: settings.curvature })
const studyConfig = (settings: ProjectSettings): StudyConfig => ({ hardware: settings.hardware, settings: settings.study })

type WithoutName<T> = T extends unknown ? Omit<T, 'id' | 'name'> : never
type PlannedRun = WithoutName<RunRecord>

const asRecord = (planned: PlannedRun, id: string, name: string): RunRecord => ({ ...planned, id, name })

/** What a new run of this kind would be with the project's settings. Raises what the checks before queueing raise. */
function plannedRun(project: OpenProject, kind: RunKind, clock: Clock): PlannedRun {
  const settings = project.settings()
  const inputs = needInputs(project)
  const base = {
    schemaVersion: 1 as const, status: 'queued' as const, createdAt: timestamp(clock), finishedAt: null, progress: 0,
    provenance: provenanceOf(inputs.network, inputs.dataset, settings.preprocessing),
    activeEffects: activeEffects(settings.hardware), problem: null, result: null
  }
  switch (kind) {
    case 'simulate': {
      const config = simulationConfig(settings)
      checkSimulation(config, inputs, settings.preprocessing)
      return { ...base, kind, config }
    }
    case 'finetune': {
      const config = finetuneConfig(settings)
      checkFinetune(config, inputs, settings.preprocessing)
      return { ...base, kind, config }
    }
    case 'attribute': {
      const config = attributionConfig(settings)
      checkAttribution(config, inputs, settings.preprocessing)
      return { ...base, kind, config }
    }
    case 'curvature': {
      const config = curvatureConfig(settings)
      checkAttribution(config, inputs, settings.preprocessing)
      return { ...base, kind, config }
    }
    case 'study': {
      const config = studyConfig(settings)
      checkStudy(config, inputs, settings.preprocessing)
      return { ...base, kind, config }
    }
  }
}

const defaultName = (kind: RunKind, id: string): string => `${runKindNames[kind]} ${Number.parseInt(id, 10)}`

const startedWith = ({ provider = 'cpu' }: MachineParams): { provider: Provider } => ({ provider })
const providerOf = ({ provider = 'cpu' }: Pick<RunRecord, 'provider'>): Provider => provider

/** Versions, machine and provider that a run's earlier part was computed with, where they matter for mixing it with a new part. */
function warnOfDifferences(record: RunRecord, queued: RunRecord, problems: ProblemList): void {
  const [before, now] = [providerOf(record), providerOf(queued)]
  const differences = [...environmentDifferences(record.provenance), ...(before === now ? [] : [`computed by ${providerNames[before]} → ${providerNames[now]}`])]
  if (differences.length === 0) return
  const message = `The run was begun elsewhere (${differences.join(', ')}); its two parts may differ in the last digits.`
  problems.add(problem('RUN_NOT_FINISHED', record.id, message, { severity: 'warning', tip: 'Repeat the run for one result from one machine.' }))
}

export function createRuns(services: RunServices): Pick<Handlers,
  'runs.get' | 'runs.partial' | 'runs.calibration' | 'runs.start' | 'runs.estimate' | 'runs.resume' | 'runs.repeat' | 'runs.rename' | 'runs.delete'
> & { findResumable(kind: RunKind): Promise<string | null> } {
  const { session, runJobs, jobs, engine, problems, clock, computation } = services

  const add = async (project: OpenProject, kind: RunKind, compared: readonly NetworkSource[], make: (id: string) => RunRecord): Promise<{ runId: string }> => {
    const machine = await computation.forRun()
    const record = await project.runs.create(kind, (id) => ({ ...make(id), ...startedWith(machine) }))
    if (session.current() !== project) fail('NOT_READY', 'project', 'The project was closed before the run could start.', 'Open it again and resume the run.')
    runJobs.start(project, record, compared, machine)
    return { runId: record.id }
  }
  const needEnded = (runId: string): void => {
    const job = jobs.liveJobOf(runId)
    if (job !== null) fail('RUN_NOT_FINISHED', 'runId', `The run is ${job.status}.`, 'Cancel it first, or wait for its end.')
  }

  return {
    'runs.get': ({ runId }) => session.need().runs.read(runId),
    'runs.partial': async ({ runId }) => {
      const project = session.need()
      const entry = project.runs.entry(runId)
      if (entry.record?.status === 'finished') return null
      return runJobs.livePartial(project, runId) ?? (await project.runs.readPartial(runId))
    },
    'runs.calibration': async ({ runId, index }) => {
      const { runs } = session.need()
      return shownCalibration(await runs.read(runId), runs.folder(runId), index)
    },
    'runs.start': async ({ kind, name }) => {
      const project = session.need()
      const planned = plannedRun(project, kind, clock)
      const started = await add(project, kind, await comparedNetworks(project, planned), (id) => asRecord(planned, id, name ?? defaultName(kind, id)))
      for (const warning of requestWarnings(planned)) problems.add(warning)
      return started
    },
    'runs.estimate': async ({ kind }) => {
      const project = session.need()
      const inputs = needInputs(project)
      const planned = plannedRun(project, kind, clock)
      const params = {
        networkFolder: project.library.networkPath(inputs.network.folder), datasetFolder: project.library.datasetPath(inputs.dataset.folder),
        preprocessing: project.settings().preprocessing, ...(await computation.forRun())
      }
      const record = asRecord(planned, '', '')
      const compared = await comparedNetworks(project, planned)
      const ask = (): Promise<Estimate> => {
        switch (record.kind) {
          case 'simulate':
            return engine.run('estimate.simulate', { ...params, config: record.config }).promise
          case 'finetune':
            return engine.run('estimate.finetune', { ...params, config: record.config }).promise
          case 'attribute':
            return engine.run('estimate.attribute', { ...params, config: record.config }).promise
          case 'curvature':
            return engine.run('estimate.curvature', { ...params, config: record.config, after: compared[0] ?? null }).promise
          case 'study':
            return engine.run('estimate.study', { ...params, config: record.config, tuned: compared }).promise
        }
      }
      const estimate = await ask()
      return { ...estimate, warnings: requestWarnings(record) }
    },
    'runs.resume': async ({ runId }) => {
      const project = session.need()
      const record = await project.runs.read(runId)
      const job = jobs.liveJobOf(runId)
      if (job?.status === 'paused') {
        await jobs.resume(job.id)
        return {}
      }
      if (job !== null) fail('REQUEST_INVALID', 'runId', `The run is ${job.status} already.`, 'Wait for its end.')
      if (record.status === 'finished') fail('REQUEST_INVALID', 'runId', 'The run is finished; there is nothing to continue.', 'Repeat the run instead.')
      // Its file may be older than a rule, or changed by hand.
      requireRunnableRequest(record)
      await runJobs.check(project, record.provenance)
      const compared = await comparedNetworks(project, record)
      const machine = await computation.forRun()
      // Stored before it is queued, and only by the first of two requests that come at once.
      const queued: RunRecord = { ...record, status: 'queued', problem: null, finishedAt: null, ...startedWith(machine) }
      await project.runs.update(runId, (stored) => {
        if (stored.status === 'queued') fail('REQUEST_INVALID', 'runId', 'The run is queued already.', 'Wait for its end.')
        return queued
      })
      warnOfDifferences(record, queued, problems)
      runJobs.start(project, queued, compared, machine)
      return {}
    },
    'runs.repeat': async ({ runId }) => {
      const project = session.need()
      const original = await project.runs.read(runId)
      requireRunnableRequest(original)
      await runJobs.check(project, original.provenance)
      const again = {
        createdAt: timestamp(clock), finishedAt: null, status: 'queued' as const, progress: 0, problem: null, result: null,
        provenance: provenanceAgain(original.provenance)
      }
      return add(project, original.kind, await comparedNetworks(project, original), (id) => ({ ...original, ...again, id, name: `${original.name} (again)`.slice(0, 200) }))
    },
    'runs.rename': async ({ runId, name }) => {
      const project = session.need()
      await project.runs.read(runId)
      await project.runs.update(runId, (stored) => ({ ...stored, name }))
      session.changed()
      return {}
    },
    'runs.delete': async ({ runId }) => {
      const project = session.need()
      needEnded(runId)
      await project.runs.remove(runId)
      session.changed()
      return {}
    },
    findResumable: async (kind) => {
      const project = session.need()
      const planned = plannedRun(project, kind, clock)
      const { provider } = startedWith(await computation.forRun())
      const candidates = project.runs.entries().flatMap(({ record }) => (record === null ? [] : [record]))
      const fitting = candidates.filter((record) =>
        record.kind === kind && isUnfinished(record) && jobs.liveJobOf(record.id) === null &&
        isDeepStrictEqual(record.config, planned.config) && sameInputs(record.provenance, planned.provenance) &&
        environmentDifferences(record.provenance).length === 0 && providerOf(record) === provider)
      return fitting.at(-1)?.id ?? null
    }
  }
}

/** Cancelled, or cut short from outside; a run that failed by itself would fail again. */
const isUnfinished = (record: RunRecord): boolean => record.status === 'interrupted' || record.status === 'cancelled'

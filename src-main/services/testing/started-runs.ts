/** What tests of runs do over and over: settings saved, runs started, the engine's tasks and the queue's jobs found. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Job } from '@shared/job'
import { projectSettingsSchema } from '@shared/project'
import type { RunKind } from '@shared/run'
import type { StartedTask } from './fake-engine'
import { until, type Workbench } from './workbench'

export interface StartedRuns {
  /** Starts a run, and returns its name in the project. */
  start(kind: RunKind, name?: string | null): Promise<string>
  status(runId: string): Promise<string>
  /** The newest job of a run. */
  jobOf(runId: string): Promise<Job>
  /** The `number`th task of this kind that the engine was given, from 1; waits for it. */
  task(kind: RunKind, number: number): Promise<StartedTask>
  saveSettings(input: Parameters<typeof projectSettingsSchema.parse>[0]): Promise<unknown>
  /** What is stored of a run of the project in `project`. */
  stored(project: string, runId: string): { status: string; progress: number }
}

/** @param bench The workbench of the test that is running. */
export const startedRuns = (bench: () => Workbench): StartedRuns => ({
  start: async (kind, name = null) => (await bench().ask('runs.start', { kind, name })).runId,
  status: async (runId) => (await bench().ask('runs.get', { runId })).status,
  jobOf: async (runId) => {
    const job = (await bench().ask('jobs.list', {})).findLast((candidate) => candidate.runId === runId)
    if (job === undefined) throw new Error(`No job of ${runId}`)
    return job
  },
  task: async (kind, number) => {
    await until(() => bench().engine.of(kind).length >= number, `${kind} task ${number}`)
    const found = bench().engine.of(kind)[number - 1]
    if (found === undefined) throw new Error('No task')
    return found
  },
  saveSettings: (input) => bench().ask('project.saveSettings', { settings: projectSettingsSchema.parse(input) }),
  stored: (project, runId) => JSON.parse(readFileSync(join(project, 'runs', runId, 'run.json'), 'utf8')) as { status: string; progress: number }
})

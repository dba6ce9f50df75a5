/** What tests of runs do over and over: a workbench with a project for each, settings saved, runs started, the engine's tasks and the queue's jobs found. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Job } from '@shared/job'
import { projectSettingsSchema } from '@shared/project'
import type { RunKind } from '@shared/run'
import { afterEach, beforeEach } from 'vitest'
import type { StartedTask } from './fake-engine'
import { createWorkbench, openReadyProject, until, type Workbench } from './workbench'

/** Where one test happens. */
export interface RunsPlace {
  bench: Workbench
  /** Folder of an open project with a network and data. */
  project: string
}

export interface StartedRuns {
  /** Starts a run, and returns its name in the project. */
  start(kind?: RunKind, name?: string | null): Promise<string>
  status(runId: string): Promise<string>
  /** The newest job of a run. */
  jobOf(runId: string): Promise<Job>
  /** The `number`th task of this kind that the engine was given, from 1; waits for it. */
  task(number: number, kind?: RunKind): Promise<StartedTask>
  saveSettings(input: Parameters<typeof projectSettingsSchema.parse>[0]): Promise<unknown>
  /** What is stored of a run. */
  stored(runId: string): { status: string; progress: number }
}

/**
 * Gives each test of the file that calls it a workbench of its own.
 * @param usual Kind of the runs where none is named.
 * @param opened Takes the place of the test that begins.
 */
export function startedRuns(usual: RunKind, opened: (place: RunsPlace) => void): StartedRuns {
  let bench: Workbench
  let project: string
  beforeEach(async () => {
    bench = await createWorkbench({ engine: { cancelGraceMs: 200, shutdownGraceMs: 50 } })
    project = await openReadyProject(bench)
    opened({ bench, project })
  })
  afterEach(() => bench.dispose())
  return {
    start: async (kind = usual, name = null) => (await bench.ask('runs.start', { kind, name })).runId,
    status: async (runId) => (await bench.ask('runs.get', { runId })).status,
    jobOf: async (runId) => {
      const job = (await bench.ask('jobs.list', {})).findLast((candidate) => candidate.runId === runId)
      if (job === undefined) throw new Error(`No job of ${runId}`)
      return job
    },
    task: async (number, kind = usual) => {
      await until(() => bench.engine.of(kind).length >= number, `${kind} task ${number}`)
      const found = bench.engine.of(kind)[number - 1]
      if (found === undefined) throw new Error('No task')
      return found
    },
    saveSettings: (input) => bench.ask('project.saveSettings', { settings: projectSettingsSchema.parse(input) }),
    stored: (runId) => JSON.parse(readFileSync(join(project, 'runs', runId, 'run.json'), 'utf8')) as { status: string; progress: number }
  }
}

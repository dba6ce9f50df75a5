/** Runs: full records as far as they were looked at, live partial results, and what can be done with a run. */
import { shallowReactive, shallowRef, watch } from 'vue'
import { defineStore } from 'pinia'
import type { PartialResult } from '@shared/job'
import type { Answer } from '@shared/api'
import type { Problem } from '@shared/problems'
import { runKinds, type RunKind, type RunRecord } from '@shared/run'
import { useBridge } from './bridge'
import { useProblemsStore } from './problems'
import { useProjectStore } from './project'

const noneShown: Record<RunKind, string | null> = { simulate: null, finetune: null, attribute: null, curvature: null, study: null }

export const useRunsStore = defineStore('runs', () => {
  const bridge = useBridge()
  const problems = useProblemsStore()
  const project = useProjectStore()

  const records = shallowReactive(new Map<string, RunRecord>())
  const partials = shallowReactive(new Map<string, PartialResult>())
  /** Run shown where runs of a kind are started: the last that was. */
  const shown = shallowRef(noneShown)

  bridge.on('runs.partial', ({ runId, partial }) => partials.set(runId, partial))
  // A run whose summary changed (finished, renamed, stale) is fetched again if it was looked at.
  watch(
    () => project.state,
    (next, previous) => {
      if (next?.location !== previous?.location) {
        records.clear()
        partials.clear()
        shown.value = noneShown
        return
      }
      const before = new Map(previous?.runs.map((run) => [run.id, JSON.stringify([run.status, run.name])]))
      for (const run of next?.runs ?? []) {
        if (records.has(run.id) && before.get(run.id) !== JSON.stringify([run.status, run.name])) void fetch(run.id)
      }
    }
  )

  async function fetch(runId: string): Promise<RunRecord | null> {
    const answer = await bridge.request('runs.get', { runId })
    if (answer.ok) records.set(runId, answer.value)
    // A run that was deleted meanwhile is no problem of the person.
    else if (project.runs.some((run) => run.id === runId)) problems.add(answer.problem)
    if (answer.ok && answer.value.result === null && !partials.has(runId)) {
      const partial = await bridge.request('runs.partial', { runId })
      if (partial.ok && partial.value !== null && !partials.has(runId)) partials.set(runId, partial.value)
    }
    return answer.ok ? answer.value : null
  }

  /** Starts a run with the project's settings; the problem is returned for the place where the button is, and listed. */
  async function start(kind: RunKind, name: string | null): Promise<{ runId: string } | { problem: Problem }> {
    if (!(await project.save()) && project.saveProblem !== null) return { problem: project.saveProblem }
    return began(kind, await bridge.request('runs.start', { kind, name }))
  }
  async function repeat(runId: string): Promise<{ runId: string } | { problem: Problem }> {
    const kind = runKinds.find((each) => runId.endsWith(each)) ?? 'simulate'
    return began(kind, await bridge.request('runs.repeat', { runId }))
  }
  async function began(kind: RunKind, answer: Answer<{ runId: string }>): Promise<{ runId: string } | { problem: Problem }> {
    if (!answer.ok) {
      problems.add(answer.problem)
      return { problem: answer.problem }
    }
    shown.value = { ...shown.value, [kind]: answer.value.runId }
    await fetch(answer.value.runId)
    return answer.value
  }
  async function resume(runId: string): Promise<boolean> {
    return problems.unwrap(await bridge.request('runs.resume', { runId })) !== null
  }
  async function rename(runId: string, name: string): Promise<boolean> {
    const done = problems.unwrap(await bridge.request('runs.rename', { runId, name })) !== null
    if (done) await fetch(runId)
    return done
  }
  async function remove(runId: string): Promise<boolean> {
    const done = problems.unwrap(await bridge.request('runs.delete', { runId })) !== null
    if (done) {
      records.delete(runId)
      partials.delete(runId)
      for (const kind of runKinds) if (shown.value[kind] === runId) shown.value = { ...shown.value, [kind]: null }
    }
    return done
  }

  return { records, partials, shown, fetch, start, repeat, resume, rename, remove }
})

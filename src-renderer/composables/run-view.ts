/** One run as the screens show it: stored record, live partial result and job brought together. */
import { computed, toValue, watch, type ComputedRef, type MaybeRefOrGetter } from 'vue'
import type { AttributionFindings } from '@shared/attribution'
import type { CurvatureFindings } from '@shared/curvature'
import { isFidelityResult, type FinetuneMetric } from '@shared/finetune'
import type { Job, PartialResult } from '@shared/job'
import type { RunRecord, RunStatus, RunSummary } from '@shared/run'
import type { ScaleGranularity } from '@shared/hardware'
import type { DigitalResult, FidelityPoint, SimulationPoint, SweepParameterId, SweepValue } from '@shared/simulation'
import type { StudyFindings } from '@shared/study'
import { useJobsStore } from '../stores/jobs'
import { useProjectStore } from '../stores/project'
import { useRunsStore } from '../stores/runs'

/** What a study has found so far, with what is needed to show it. */
export interface StudyView {
  findings: StudyFindings
  parameter: SweepParameterId | null
  scales: readonly ScaleGranularity[]
}

export interface RunView {
  id: string
  summary: RunSummary | null
  record: RunRecord | null
  job: Job | null
  status: RunStatus
  progress: number
  /** Points of a simulation so far; empty for others. */
  points: readonly SimulationPoint[]
  /** Points of a network without classes so far; null for any other. */
  fidelity: readonly FidelityPoint[] | null
  digital: DigitalResult | null
  parameter: SweepParameterId | null
  /** All values of the sweep, done or not. */
  sweep: readonly SweepValue[]
  classNames: readonly string[]
  /** Course of a fine-tuning so far. */
  history: readonly FinetuneMetric[]
  /** What an attribution has found so far. */
  findings: AttributionFindings | null
  /** What a curvature run has found so far. */
  curvature: CurvatureFindings | null
  /** What a study has found so far. */
  study: StudyView | null
}

/** Findings of a study, whole or as far as it came; null before the first. */
function studyView(record: RunRecord | null, partial: PartialResult | null): StudyView | null {
  if (record?.kind !== 'study') return null
  const findings = record.result ?? (partial?.kind === 'study' ? partial.findings : null)
  const { sweep, scales } = record.config.settings
  return findings === null ? null : { findings, parameter: sweep?.parameter ?? null, scales }
}

export const isLive = (status: RunStatus): boolean => status === 'queued' || status === 'running' || status === 'paused'
/** Ended early with something on disk to go on from. */
export const canResume = (status: RunStatus): boolean => status === 'cancelled' || status === 'interrupted' || status === 'failed'

/** The run with this id, kept up to date; null for no id or while it is being fetched for the first time. */
export function useRunView(runId: MaybeRefOrGetter<string | null>): ComputedRef<RunView | null> {
  const project = useProjectStore()
  const runs = useRunsStore()
  const jobs = useJobsStore()
  watch(
    () => toValue(runId),
    (id) => {
      if (id !== null && !runs.records.has(id)) void runs.fetch(id)
    },
    { immediate: true }
  )
  return computed(() => {
    const id = toValue(runId)
    if (id === null) return null
    const record = runs.records.get(id) ?? null
    const summary = project.runs.find((run) => run.id === id) ?? null
    if (record === null && summary === null) return null
    const partial = runs.partials.get(id) ?? null
    const job = jobs.ofRun(id)
    const status = summary?.status ?? record?.status ?? 'queued'
    const simulation = record?.kind === 'simulate' ? record : null
    const finetune = record?.kind === 'finetune' ? record : null
    const findings = record?.kind === 'attribute' && record.result !== null ? record.result : partial?.kind === 'attribute' ? partial.findings : null
    return {
      id,
      summary,
      record,
      job,
      status,
      progress: job !== null && isLive(status) ? job.progress : (summary?.progress ?? record?.progress ?? 0),
      points: simulation?.result?.points ?? (partial?.kind === 'simulate' ? partial.points : []),
      fidelity: simulation?.result?.fidelity ?? (partial?.kind === 'simulate' ? partial.fidelity : null) ?? null,
      digital: simulation?.result?.digital ?? (partial?.kind === 'simulate' ? partial.digital : null) ?? (finetune?.result && !isFidelityResult(finetune.result) ? finetune.result.after.digital : null) ?? findings?.digital ?? null,
      parameter: simulation?.config.settings.sweep?.parameter ?? null,
      sweep: simulation?.config.settings.sweep?.values ?? [],
      classNames: record?.result?.classNames ?? project.dataset?.classNames ?? [],
      history: finetune?.result?.history ?? (partial?.kind === 'finetune' ? partial.history : []),
      findings,
      curvature: record?.kind === 'curvature' && record.result !== null ? record.result : partial?.kind === 'curvature' ? partial.findings : null,
      study: studyView(record, partial)
    }
  })
}

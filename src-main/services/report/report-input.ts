/** What a report is made from. */
import type { StoredCalibration } from '@shared/calibration'
import type { DatasetSummary } from '@shared/dataset'
import type { NetworkReport } from '@shared/network'
import type { RunRecord } from '@shared/run'
import type { FidelityTrial, Trial } from '@shared/simulation'

/** A run with what it refers to. Runs of several projects may share an id. */
export interface ReportedRun {
  run: RunRecord
  /** Lines of trials.jsonl; empty for fine-tunings. */
  trials: readonly Trial[]
  /** The same of a network without classes, which has no others. */
  fidelityTrials?: readonly FidelityTrial[]
  /** Null without converters, and for runs of earlier programs. */
  calibration: StoredCalibration | null
  /** Null when the project no longer holds it. */
  network: NetworkReport | null
  dataset: DatasetSummary | null
}

export interface ReportInput {
  title: string
  /** ISO 8601. Passed in: a report of the same runs at the same time is the same text. */
  createdAt: string
  appVersion: string
  runs: readonly ReportedRun[]
}

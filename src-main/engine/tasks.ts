/**
 * What the engine process can be asked to do. A task has parameters, may report progress, can be paused, resumed and
 * cancelled between steps of well under a second, and ends with a result or a problem. Bulk data does not cross the
 * process border: tasks read and write files in folders that they are given.
 */
import type { DeviceCurves, DeviceCurvesInput } from '@shared/device-curves'
import type { TableDevice, TablePoint } from '@shared/devices'
import type { DeviceOfFitInput, MeasuredFits, Measurements } from '@shared/measurements'
import type { AttributionConfig, AttributionResult } from '@shared/attribution'
import type { Computation } from '@shared/computation'
import type { CostInventory } from '@shared/cost'
import type { CurvatureConfig, CurvatureResult } from '@shared/curvature'
import type { DatasetSummary, NormalizationCandidate, Preprocessing, Thumbnail } from '@shared/dataset'
import type { FinetuneConfig, FinetuneResult } from '@shared/finetune'
import type { Estimate, PartialResult } from '@shared/job'
import type { InterfaceChoice, LayerWeights, NetworkReport, TileCount } from '@shared/network'
import type { Hardware } from '@shared/hardware'
import type { Problem } from '@shared/problems'
import type { Provider, RefusedProvider } from '@shared/providers'
import type { SimulationConfig, SimulationResult } from '@shared/simulation'
import type { StudyConfig, StudyResult } from '@shared/study'
import type { NetworkSource } from './resources/compared'
import type { SharedSignal } from './workers/signal'

export interface EngineTasks {
  /** Execution providers that ONNX Runtime lists here, the CPU first. */
  'provider.list': { params: Record<string, never>; result: Provider[] }
  /** Computes a small network with a provider; null when it computes what the CPU computes. A faulty driver may end the process. */
  'provider.probe': { params: { provider: Provider }; result: { reason: string | null } }
  /**
   * Reads an ONNX file and writes the imported network into `folder` (made if missing), with copies of the files beside the model that hold its
   * weights in `sourceWeightsFolder` there. Those are looked for in `weightsFolder`, or else beside the model.
   */
  'network.import': { params: { file: string; folder: string; choice?: InterfaceChoice; name?: string; weightsFolder?: string }; result: NetworkReport }
  /** Reads an ONNX file as far as possible and stores nothing. */
  'network.inspect': { params: { file: string; choice?: InterfaceChoice }; result: NetworkReport }
  'network.layerWeights': { params: { networkFolder: string; node: string }; result: LayerWeights }
  'network.tiles': { params: { networkFolder: string; hardware: Hardware }; result: TileCount[] }
  /** Of an imported network, or of an ONNX file that is imported for the purpose and not stored. */
  'network.cost': { params: { network: { folder: string } | { file: string }; hardware: Hardware }; result: CostInventory }
  'device.curves': { params: DeviceCurvesInput; result: DeviceCurves }
  /** Reads a CSV of measured conductances; stores nothing. */
  'device.measurements': { params: { file: string }; result: Measurements }
  'device.fits': { params: { points: TablePoint[] }; result: MeasuredFits }
  'device.fromFit': { params: DeviceOfFitInput; result: TableDevice }
  /** Reads a data source (file or folder) and writes the canonical data set into `folder`. */
  'dataset.import': { params: { source: string; folder: string }; result: DatasetSummary }
  'dataset.thumbnails': { params: { datasetFolder: string; indices: number[] }; result: Thumbnail[] }
  'dataset.checkNormalizations': { params: { networkFolder: string; datasetFolder: string; images: number }; result: NormalizationCandidate[] }
  /** Writes trials.jsonl in `runFolder`; trials that are already there are not computed again. */
  simulate: { params: RunParams & { config: SimulationConfig }; result: Computed<SimulationResult> }
  /** Writes metrics.jsonl, checkpoint and finetuned.onnx in `runFolder`; continues from a checkpoint that is there. */
  finetune: { params: RunParams & { config: FinetuneConfig }; result: Computed<FinetuneResult> }
  /** Writes trials.jsonl in `runFolder`; trials that are already there are not computed again. */
  attribute: { params: RunParams & { config: AttributionConfig }; result: Computed<AttributionResult> }
  /** Writes trials.jsonl in `runFolder`; steps that are already there are not computed again. */
  curvature: { params: CurvatureParams; result: Computed<CurvatureResult> }
  /** Writes trials.jsonl in `runFolder`; trials that are already there are not computed again. */
  study: { params: StudyParams; result: Computed<StudyResult> }
  'estimate.simulate': { params: Omit<RunParams, 'runFolder'> & { config: SimulationConfig }; result: Estimate }
  'estimate.finetune': { params: Omit<RunParams, 'runFolder'> & { config: FinetuneConfig }; result: Estimate }
  'estimate.attribute': { params: Omit<RunParams, 'runFolder'> & { config: AttributionConfig }; result: Estimate }
  'estimate.curvature': { params: Omit<CurvatureParams, 'runFolder'>; result: Estimate }
  'estimate.study': { params: Omit<StudyParams, 'runFolder'>; result: Estimate }
}

export interface RunParams {
  networkFolder: string
  datasetFolder: string
  preprocessing: Preprocessing
  runFolder: string
  /** Threads that may compute at the same time; the result does not depend on it. */
  workers: number
  /** The engine process is kept under this by fewer images at a time and fewer workers; no limit unless given. */
  memoryMegabytes?: number
  /** What computes the network, tried before; the CPU unless given. */
  provider?: Provider
  /** What was asked for instead and could not be used; stored with the run. */
  refused?: RefusedProvider
}

export interface CurvatureParams extends RunParams {
  config: CurvatureConfig
  /** The network to compare with; null: none. */
  after: NetworkSource | null
}

export interface StudyParams extends RunParams {
  config: StudyConfig
  /** The networks of `config.settings.tuned`, in that order. */
  tuned: readonly NetworkSource[]
}

/** A result, and how it was computed. */
export type Computed<T> = T & { computation?: Computation }

export type TaskName = keyof EngineTasks

/** Progress of a task. `partial` is present when there is something new to show. */
export interface TaskProgress {
  fraction: number
  activity: string
  partial?: PartialResult
}

/** Host → engine process. */
export type EngineRequest =
  | { type: 'start'; id: number; task: TaskName; params: EngineTasks[TaskName]['params'] }
  | { type: 'pause' | 'resume' | 'cancel'; id: number }
  /** Finish nothing more, end the worker threads, exit. */
  | { type: 'shutdown' }

/** Engine process → host. */
export type EngineMessage =
  | { type: 'ready' }
  | { type: 'progress'; id: number; progress: TaskProgress }
  | { type: 'finished'; id: number; result: unknown }
  | { type: 'failed'; id: number; problem: Problem }

/** Given to a running task: how it reports, and where it stops when asked to. */
export interface TaskControl {
  /** The same state for worker threads, which look at it between runs of ONNX Runtime. */
  readonly signal: SharedSignal
  report(progress: TaskProgress): void
  /**
   * Called by the task between short steps: waits while paused; throws the JOB_CANCELLED problem when cancelled.
   * Everything worth keeping must be on disk before it is called.
   */
  checkpoint(): Promise<void>
}

/**
 * Workers, threads of ONNX Runtime and images per run, chosen together. A worker with a task of its own is the best use of a
 * core; where there are fewer tasks than cores the others serve as ONNX Runtime's threads. Memory is kept under a limit by fewer
 * images at a time first, then by fewer workers, since small batches cost little and idle cores much.
 */
import { fail } from '@shared/problems'

export interface Machine {
  /** Threads that may compute at the same time. */
  cores: number
  memoryBytes: number
}

/** What a run asks for. */
export interface Demand {
  /** Tasks that can be computed at the same time. */
  tasks: number
  /** Images per run of the network that are wanted. */
  batch: number
  /** Some fixed number: `batch` must stay. */
  batchIsFixed: boolean
  /** Memory of the process without workers, and of one worker. */
  fixedBytes: number
  workerBytes(batch: number): number
  /** Memory of all workers together at another time, while they do not compute side by side. */
  betweenBytes?(workers: number, batch: number): number
}

/** Peak of the memory of the engine process. */
export const peakBytes = ({ fixedBytes, workerBytes, betweenBytes }: Demand, workers: number, batch: number): number =>
  fixedBytes + Math.max(workers * workerBytes(batch), betweenBytes?.(workers, batch) ?? 0)

export interface ComputationPlan {
  workers: number
  threads: number
  batch: number
  /** Predicted peak. */
  bytes: number
}

/** Down to this many images a run costs little more per image; below it workers are given up first. */
const leastComfortableBatch = 4

/** Problem: MEMORY_INSUFFICIENT when even one worker with one image at a time is over the limit. */
export function planComputation({ cores, memoryBytes }: Machine, demand: Demand): ComputationPlan {
  const most = Math.max(1, Math.min(cores, demand.tasks))
  const batches = demand.batchIsFixed ? [demand.batch] : halvings(demand.batch)
  const comfortable = batches.filter((batch, n) => n === 0 || batch >= leastComfortableBatch)
  const bytes = (workers: number, batch: number): number => peakBytes(demand, workers, batch)
  const fitting = (workers: number, candidates: readonly number[]): number | undefined => candidates.find((batch) => bytes(workers, batch) <= memoryBytes)
  for (let workers = most; workers >= 1; workers--) {
    const batch = fitting(workers, workers === 1 ? batches : comfortable)
    if (batch !== undefined) return { workers, threads: Math.floor(cores / workers), batch, bytes: bytes(workers, batch) }
  }
  const least = bytes(1, batches.at(-1)!)
  fail('MEMORY_INSUFFICIENT', 'memory', `The run needs about ${megabytes(least)} MB, the limit is ${megabytes(memoryBytes)} MB.`, 'Raise the limit (--memory), or take a smaller network or hardware with fewer slices.')
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0)

/** n, n/2, n/4 … 1, rounded up. */
function halvings(batch: number): number[] {
  return batch <= 1 ? [1] : [batch, ...halvings(Math.ceil(batch / 2))]
}

/** A run of the network should be worth this many multiply–accumulates, a millisecond or two, against what calling it costs. */
const macsPerRun = 5e7
const leastAutomaticBatch = 8
const mostAutomaticBatch = 100

/**
 * Images per run where none are asked for. Programs with converters on tiles are fastest at about 8 images, others do not
 * care (docs/decisions/0013), so large networks take 8, and small ones more for the sake of the calls. It depends on the network alone: results cannot
 * differ between machines by it.
 */
export function automaticBatch(macsPerImage: number): number {
  return Math.min(mostAutomaticBatch, Math.max(leastAutomaticBatch, Math.ceil(macsPerRun / Math.max(1, macsPerImage))))
}

/** Intermediate values of a whole network are looked at while converters are calibrated, so few images at a time. */
export const calibrationBatch = 16

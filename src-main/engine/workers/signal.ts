/**
 * Pause and cancel across threads, cooperative: the engine process writes a state into shared memory, worker threads
 * look at it between runs of ONNX Runtime. A thread inside ONNX Runtime is never ended (docs/decisions/0004).
 */
import { problem, ProblemError } from '@shared/problems'

const states = { run: 0, pause: 1, cancel: 2 } as const
export type SignalState = keyof typeof states

/** Layout: [state, images done]. The second word lets progress be seen inside a long trial. */
export type SharedSignal = Int32Array

export const newSignal = (): SharedSignal => new Int32Array(new SharedArrayBuffer(8))

/** Cancel is final: a late pause or resume does not undo it. */
export function setSignal(signal: SharedSignal, state: SignalState): void {
  if (isCancelled(signal)) return
  Atomics.store(signal, 0, states[state])
  Atomics.notify(signal, 0)
}

export const isCancelled = (signal: SharedSignal): boolean => Atomics.load(signal, 0) === states.cancel
export const isPaused = (signal: SharedSignal): boolean => Atomics.load(signal, 0) === states.pause

export const cancelledProblem = (): ProblemError => new ProblemError(problem('JOB_CANCELLED', 'job', 'The job was cancelled.', { severity: 'info' }))

/** In a worker thread: blocks while paused; throws the JOB_CANCELLED problem when cancelled. */
export function obeySignal(signal: SharedSignal): void {
  while (isPaused(signal)) Atomics.wait(signal, 0, states.pause, 1000)
  if (isCancelled(signal)) throw cancelledProblem()
}

export function addImagesDone(signal: SharedSignal, count: number): void {
  Atomics.add(signal, 1, count)
}

/** Images that worker threads have put through since the signal was made. */
export const imagesDone = (signal: SharedSignal): number => Atomics.load(signal, 1)

/**
 * What worker threads compute. Each function is pure but for the sessions that it opens and closes; arguments are
 * plain data with bulk arrays in shared memory, so that they cross to a thread without a copy.
 */
import type { Provider } from '@shared/providers'
import type { Trial } from '@shared/simulation'
import { createSession } from '../onnx/session'
import { classifyImages, type ClassifierIo, type ImageSource } from '../simulate/classify-images'
import type { ClassificationResult } from '../simulate/classification'
import { programmedModel, type ChipName, type SharedProgram } from './chip-bytes'
import type { SharedSignal } from './signal'

export interface ClassifyTask {
  kind: 'classify'
  program: SharedProgram
  io: ClassifierIo
  source: ImageSource
  signal: SharedSignal
  /** Nominal values of all parameters, in shared memory; null: those in the program. */
  values: Float32Array[] | null
  /** Null: the nominal values themselves. */
  chip: ChipName | null
  /** Threads of ONNX Runtime; 1 unless given. */
  threads?: number
}
export type ClassifyOutcome = ClassificationResult & { seconds: number }

/** Classifies images with one chip instance, or with the nominal values. */
export async function classify(task: ClassifyTask, provider: Provider = 'cpu'): Promise<ClassifyOutcome> {
  const started = performance.now()
  const { program, chip } = task
  const session = await createSession(programmedModel(program, task.values, chip), { intraOpThreads: task.threads ?? 1, provider })
  const preparation = (performance.now() - started) / 1000
  try {
    const outcome = await classifyImages(session, task.io, task.source, task.signal, program.noise === null ? null : { ...program.noise, seed: chip?.seed ?? 0, chipInstance: chip?.chipInstance ?? 0 })
    return { ...outcome, seconds: outcome.seconds + preparation }
  } finally {
    await session.release()
  }
}

/** Trial as stored, from what a worker computed. */
export const toTrial = (point: number, chipInstance: number, outcome: ClassifyOutcome): Trial => ({
  point,
  chipInstance,
  top1: outcome.top1,
  top5: outcome.top5,
  loss: outcome.loss,
  confusion: outcome.confusion,
  seconds: outcome.seconds
})


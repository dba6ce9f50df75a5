/**
 * One gradient of the loss in a worker thread: forward and backward of a part of a mini-batch. A cancelled step begins
 * no further part (steps of large networks take many seconds); a pause acts between steps, where the state is whole.
 */
import * as ort from 'onnxruntime-node'
import type { Preprocessing } from '@shared/dataset'
import type { Provider } from '@shared/providers'
import { addUnpacked, packInto } from '../analog/program'
import type { Dataset, InputLayout } from '../data/dataset'
import { fillBatch } from '../data/preprocess'
import { createSession } from '../onnx/session'
import { cancelledProblem, isCancelled, type SharedSignal } from '../workers/signal'

/** A training graph on its way to the worker threads; or only its forward part up to the loss. */
export interface SharedTrainingGraph {
  use: 'training' | 'loss'
  /** Sessions are kept by this id, one a thread. */
  id: string
  /** In shared memory. */
  bytes: Uint8Array
  image: { input: string; shape: readonly number[] }
  /** Null: the loss asks for none. */
  labels: string | null
  /** The digital network, whose values for the same images are fed to `input`; null: the loss asks for none. */
  teacher: { input: string; id: string; bytes: Uint8Array; output: string } | null
  loss: string
  /** Weights and learnt steps: which parameter (steps are counted behind the weights and biases) in which order, whether as it is (`nominal`) or as a chip represents it, and the output that is its gradient. */
  slots: { input: string; dims: readonly number[]; parameter: number; nominal: boolean; pack: Int32Array | null; gradient: string | null }[]
}

export interface GradientTask {
  kind: 'gradient'
  signal: SharedSignal
  graph: SharedTrainingGraph
  source: { dataset: Dataset; preprocessing: Preprocessing; layout: InputLayout }
  /** Images of this part, and how each is augmented. */
  indices: Int32Array
  augmentation: { flip: boolean; dx: number; dy: number }[] | null
  /** Perturbed weights, one array per parameter, and the learnt steps behind them; shared. */
  weights: Float32Array[]
  /** The weights themselves, where the graph has nominal slots; else empty. */
  nominal: readonly Float32Array[]
  /** Where the gradient of the mean loss over this part goes, one array per parameter, shared; overwritten. Empty where only the loss is computed. */
  gradients: Float32Array[]
}
export interface GradientOutcome {
  /** Mean cross-entropy over this part, in nats. */
  loss: number
}

/** The sessions of this thread, one for each use. A fine-tuning uses the same graphs from start to end. */
type SessionUse = SharedTrainingGraph['use'] | 'teacher'
const open: Record<SessionUse, { id: string; session: ort.InferenceSession } | null> = { training: null, loss: null, teacher: null }

async function sessionFor(use: SessionUse, { id, bytes }: { id: string; bytes: Uint8Array }, provider: Provider): Promise<ort.InferenceSession> {
  const known = open[use]
  if (known?.id === id) return known.session
  open[use] = null
  await known?.session.release()
  const session = await createSession(new Uint8Array(bytes), { provider, memoryPattern: false })
  open[use] = { id, session }
  return session
}

/** Gives the memory of this thread's training sessions back; the next gradient makes others. */
export async function closeTrainingSessions(): Promise<void> {
  for (const use of Object.keys(open) as SessionUse[]) {
    const closing = open[use]
    open[use] = null
    await closing?.session.release()
  }
}

export async function gradient(task: GradientTask, provider: Provider = 'cpu'): Promise<GradientOutcome> {
  if (isCancelled(task.signal)) throw cancelledProblem()
  const { graph, source, indices, weights } = task
  const session = await sessionFor(graph.use, graph, provider)
  const size = indices.length
  const pixels = graph.image.shape.reduce((product, dim) => product * dim, 1)
  const images = new Float32Array(size * pixels)
  fillBatch(images, source.dataset, indices, source.preprocessing, source.layout, task.augmentation ?? undefined)
  const feeds: Record<string, ort.Tensor> = { [graph.image.input]: new ort.Tensor('float32', images, [size, ...graph.image.shape]) }
  if (graph.teacher !== null) {
    const { input, output } = graph.teacher
    const taught = await (await sessionFor('teacher', graph.teacher, provider)).run({ [graph.image.input]: feeds[graph.image.input]! }, [output])
    feeds[input] = taught[output]!
  }
  if (graph.labels !== null) feeds[graph.labels] = new ort.Tensor('int64', BigInt64Array.from(indices, (index) => BigInt(source.dataset.labels[index]!)), [size])
  for (const { input, dims, parameter, nominal, pack } of graph.slots) {
    const packed = new Float32Array(dims.reduce((product, dim) => product * dim, 1))
    packInto(packed, (nominal ? task.nominal : weights)[parameter]!, pack)
    feeds[input] = new ort.Tensor('float32', packed, dims)
  }
  const outputs = await session.run(feeds, [graph.loss, ...graph.slots.flatMap((slot) => slot.gradient ?? [])])
  for (const array of task.gradients) array.fill(0)
  for (const { gradient: name, parameter, pack } of graph.slots) if (name !== null) addUnpacked(task.gradients[parameter]!, outputs[name]!.data as Float32Array, pack)
  return { loss: (outputs[graph.loss]!.data as Float32Array)[0]! }
}

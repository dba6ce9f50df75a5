/**
 * One gradient of the loss in a worker thread: forward and backward of a part of a mini-batch. A cancelled step begins
 * no further part (steps of large networks take many seconds); a pause acts between steps, where the state is whole.
 */
import * as ort from 'onnxruntime-node'
import type { Preprocessing } from '@shared/dataset'
import { addUnpacked, packInto } from '../analog/program'
import type { Dataset, InputLayout } from '../data/dataset'
import { fillBatch } from '../data/preprocess'
import { createSession } from '../onnx/session'
import { cancelledProblem, isCancelled, type SharedSignal } from '../workers/signal'

/** A training graph on its way to the worker threads. */
export interface SharedTrainingGraph {
  /** Sessions are kept by this id, one a thread. */
  id: string
  /** In shared memory. */
  bytes: Uint8Array
  image: { input: string; shape: readonly number[] }
  labels: string
  loss: string
  /** Weight inputs: which parameter in which order, and the output that is its gradient. */
  slots: { input: string; dims: readonly number[]; parameter: number; pack: Int32Array | null; gradient: string }[]
}

export interface GradientTask {
  kind: 'gradient'
  signal: SharedSignal
  graph: SharedTrainingGraph
  source: { dataset: Dataset; preprocessing: Preprocessing; layout: InputLayout }
  /** Images of this part, and how each is augmented. */
  indices: Int32Array
  augmentation: { flip: boolean; dx: number; dy: number }[] | null
  /** Perturbed weights, one array per parameter, shared. */
  weights: Float32Array[]
  /** Where the gradient of the mean loss over this part goes, one array per parameter, shared; overwritten. */
  gradients: Float32Array[]
}
export interface GradientOutcome {
  /** Mean cross-entropy over this part, in nats. */
  loss: number
}

/** The session of this thread. A fine-tuning uses one graph from start to end, so one is enough. */
let open: { id: string; session: ort.InferenceSession } | null = null

async function sessionFor(graph: SharedTrainingGraph): Promise<ort.InferenceSession> {
  if (open?.id === graph.id) return open.session
  await open?.session.release()
  open = null
  open = { id: graph.id, session: await createSession(new Uint8Array(graph.bytes)) }
  return open.session
}

export async function gradient(task: GradientTask): Promise<GradientOutcome> {
  if (isCancelled(task.signal)) throw cancelledProblem()
  const { graph, source, indices, weights } = task
  const session = await sessionFor(graph)
  const size = indices.length
  const pixels = graph.image.shape.reduce((product, dim) => product * dim, 1)
  const images = new Float32Array(size * pixels)
  fillBatch(images, source.dataset, indices, source.preprocessing, source.layout, task.augmentation ?? undefined)
  const labels = BigInt64Array.from(indices, (index) => BigInt(source.dataset.labels[index]!))
  const feeds: Record<string, ort.Tensor> = {
    [graph.image.input]: new ort.Tensor('float32', images, [size, ...graph.image.shape]),
    [graph.labels]: new ort.Tensor('int64', labels, [size])
  }
  for (const { input, dims, parameter, pack } of graph.slots) {
    const packed = new Float32Array(dims.reduce((product, dim) => product * dim, 1))
    packInto(packed, weights[parameter]!, pack)
    feeds[input] = new ort.Tensor('float32', packed, dims)
  }
  const outputs = await session.run(feeds, [graph.loss, ...graph.slots.map((slot) => slot.gradient)])
  for (const array of task.gradients) array.fill(0)
  for (const { gradient: name, parameter, pack } of graph.slots) addUnpacked(task.gradients[parameter]!, outputs[name]!.data as Float32Array, pack)
  return { loss: (outputs[graph.loss]!.data as Float32Array)[0]! }
}

/** Puts a range of images through a session and counts what is right. */
import * as ort from 'onnxruntime-node'
import type { ImageRange, Preprocessing } from '@shared/dataset'
import type { Dataset, InputLayout } from '../data/dataset'
import { normalPoolRows } from '../analog/chip-instance'
import { fillBatch } from '../data/preprocess'
import { RandomStream } from '../random/streams'
import { addImagesDone, obeySignal, type SharedSignal } from '../workers/signal'
import { ClassificationCounter, type ClassificationResult } from './classification'

/** How a network is fed and read; small enough to be sent to a worker with every task. */
export interface ClassifierIo {
  input: string
  /** Shape of one image at the network's input. */
  inputShape: readonly number[]
  output: string
  classes: number
  /** The output holds probabilities and not logits. */
  probabilities: boolean
  /** Images per run; a network with a tied batch size always gets exactly this many. */
  batch: number
  batchIsFixed: boolean
}

export interface ImageSource {
  dataset: Dataset
  range: ImageRange
  preprocessing: Preprocessing
  layout: InputLayout
}

/** The input of a program whose reads have noise: where each image reads in the chip's pool of normal deviates. */
export interface NoiseWindows {
  input: string
  /** Windows of one image. */
  count: number
  seed: number
  chipInstance: number
}

/** First rows of the windows of the given images, [images, count]; they depend on chip and image alone. */
export function noiseWindows({ count, seed, chipInstance }: NoiseWindows, images: Int32Array): Int32Array {
  const rows = new Int32Array(images.length * count)
  images.forEach((image, n) => {
    const stream = new RandomStream({ seed, purpose: 'readWindows', at: [chipInstance, image] })
    for (let i = 0; i < count; i++) rows[n * count + i] = stream.below(normalPoolRows)
  })
  return rows
}

/** What a run of the network is fed for the given images. */
export function feedsOf(io: ClassifierIo, source: ImageSource, indices: Int32Array, noise: NoiseWindows | null): Record<string, ort.Tensor> {
  const data = new Float32Array(indices.length * io.inputShape.reduce((product, dim) => product * dim, 1))
  fillBatch(data, source.dataset, indices, source.preprocessing, source.layout)
  const image = { [io.input]: new ort.Tensor('float32', data, [indices.length, ...io.inputShape]) }
  return noise === null ? image : { ...image, [noise.input]: new ort.Tensor('int32', noiseWindows(noise, indices), [indices.length, noise.count]) }
}

/** Compute time without pauses comes with the counts. */
export async function classifyImages(
  session: ort.InferenceSession,
  io: ClassifierIo,
  source: ImageSource,
  signal: SharedSignal,
  noise: NoiseWindows | null
): Promise<ClassificationResult & { seconds: number }> {
  const { dataset, range } = source
  const counter = new ClassificationCounter(io.classes, io.probabilities)
  let milliseconds = 0
  for (let done = 0; done < range.count; done += io.batch) {
    obeySignal(signal)
    const started = performance.now()
    const valid = Math.min(io.batch, range.count - done)
    // A tied batch is filled up with copies of its last image, which are not counted.
    const size = io.batchIsFixed ? io.batch : valid
    const indices = Int32Array.from({ length: size }, (_, i) => range.first + done + Math.min(i, valid - 1))
    const outputs = await session.run(feedsOf(io, source, indices, noise), [io.output])
    const scores = outputs[io.output]!.data as Float32Array
    for (let i = 0; i < valid; i++) counter.add(scores, i, dataset.labels[indices[i]!]!)
    milliseconds += performance.now() - started
    addImagesDone(signal, valid)
  }
  return { ...counter.result(), seconds: milliseconds / 1000 }
}

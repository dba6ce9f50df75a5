/**
 * Compares the output of each analog layer of one chip instance with that of the digital network: energies of signal and
 * error, batch by batch, so that memory does not grow with the images.
 */
import * as ort from 'onnxruntime-node'
import type { LayerEnergy } from '@shared/attribution'
import { fillBatch } from '../data/preprocess'
import { readModel } from '../onnx/codec'
import { createSession } from '../onnx/session'
import { programmedBytes, type ClassifyTask } from './compute'
import { addImagesDone, obeySignal } from './signal'

export interface CompareLayersTask extends Omit<ClassifyTask, 'kind'> {
  kind: 'compare-layers'
  /** The digital network, serialised, in shared memory. */
  digital: Uint8Array
  /** Layers and the values of the graph, the same in both programs, that hold their outputs. */
  layers: readonly { layer: string; value: string }[]
}
export interface CompareLayersOutcome {
  layers: LayerEnergy[]
  seconds: number
}

export async function compareLayers(task: CompareLayersTask): Promise<CompareLayersOutcome> {
  const started = performance.now()
  const values = task.layers.map(({ value }) => value)
  // Both programs expose the same values, so that ONNX Runtime fuses the same nodes in both: what is exact stays exact.
  const analog = await createSession(readModel(programmedBytes(task)), { outputs: values })
  try {
    const digital = await createSession(readModel(new Uint8Array(task.digital)), { outputs: values })
    try {
      const preparation = performance.now() - started
      const { energies, milliseconds } = await compareBatches(task, analog, digital)
      return { layers: energies, seconds: (preparation + milliseconds) / 1000 }
    } finally {
      await digital.release()
    }
  } finally {
    await analog.release()
  }
}

async function compareBatches(task: CompareLayersTask, analog: ort.InferenceSession, digital: ort.InferenceSession): Promise<{ energies: LayerEnergy[]; milliseconds: number }> {
  const { io, source, layers, signal } = task
  const { dataset, range } = source
  const pixels = io.inputShape.reduce((product, dim) => product * dim, 1)
  const sums = layers.map(() => ({ signal: 0, noise: 0 }))
  let milliseconds = 0
  for (let done = 0; done < range.count; done += io.batch) {
    obeySignal(signal)
    const started = performance.now()
    const valid = Math.min(io.batch, range.count - done)
    // A tied batch is filled up with copies of its last image, which are not counted.
    const size = io.batchIsFixed ? io.batch : valid
    const indices = Int32Array.from({ length: size }, (_, i) => range.first + done + Math.min(i, valid - 1))
    const data = new Float32Array(size * pixels)
    fillBatch(data, dataset, indices, source.preprocessing, source.layout)
    const feeds = { [io.input]: new ort.Tensor('float32', data, [size, ...io.inputShape]) }
    const exact = await digital.run(feeds)
    const real = await analog.run(feeds)
    layers.forEach(({ value }, index) => addEnergies(sums[index]!, exact[value]!, real[value]!, valid / size))
    milliseconds += performance.now() - started
    // Two networks are run, each as often as in a classification.
    addImagesDone(signal, 2 * valid)
  }
  const finite = (energy: number): number | null => (Number.isFinite(energy) ? energy : null)
  return { energies: layers.map(({ layer }, index) => ({ layer, signal: finite(sums[index]!.signal), noise: finite(sums[index]!.noise) })), milliseconds }
}

/** Adds Σ y² and Σ (ŷ − y)², in double precision and in a fixed order, over the leading `share` of the outputs (images lie in order). */
function addEnergies(sums: { signal: number; noise: number }, exact: ort.Tensor, real: ort.Tensor, share: number): void {
  const y = exact.data as Float32Array
  const found = real.data as Float32Array
  const count = Math.round(y.length * share)
  let { signal, noise } = sums
  for (let i = 0; i < count; i++) {
    const difference = found[i]! - y[i]!
    signal += y[i]! * y[i]!
    noise += difference * difference
  }
  sums.signal = signal
  sums.noise = noise
}

/**
 * Compares the output of each analog layer of one chip instance with that of the digital network: energies of signal and
 * error, batch by batch, so that memory does not grow with the images.
 */
import type * as ort from 'onnxruntime-node'
import type { LayerEnergy } from '@shared/attribution'
import { fail } from '@shared/problems'
import { createSession } from '../onnx/session'
import { joinModel, type SerializedModel } from '../onnx/split-model'
import { feedsOf } from '../simulate/classify-images'
import { programmedModel, type ChipName } from './chip-bytes'
import type { ClassifyTask } from './compute'
import { ownMessage } from './shared-memory'
import { addImagesDone, obeySignal } from './signal'

export interface CompareLayersTask extends Omit<ClassifyTask, 'kind' | 'chip'> {
  kind: 'compare-layers'
  chip: ChipName
  /** The digital network, serialised, in shared memory. */
  digital: SerializedModel
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
  const analog = await createSession(joinModel(programmedModel(task.program, task.values, task.chip)), { outputs: values })
  try {
    const digital = await createSession(joinModel(ownMessage(task.digital)), { outputs: values })
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
  const { io, source, layers, signal, program, chip } = task
  const { range } = source
  const noise = program.noise === null ? null : { ...program.noise, seed: chip.seed, chipInstance: chip.chipInstance }
  const sums = layers.map(() => ({ signal: 0, noise: 0 }))
  let milliseconds = 0
  for (let done = 0; done < range.count; done += io.batch) {
    obeySignal(signal)
    const started = performance.now()
    const valid = Math.min(io.batch, range.count - done)
    // A tied batch is filled up with copies of its last image, which are not counted.
    const size = io.batchIsFixed ? io.batch : valid
    const indices = Int32Array.from({ length: size }, (_, i) => range.first + done + Math.min(i, valid - 1))
    const exact = await digital.run(feedsOf(io, source, indices, null))
    const real = await analog.run(feedsOf(io, source, indices, noise))
    layers.forEach(({ value }) => requireFloat(value, exact[value]!))
    layers.forEach(({ value }, index) => addEnergies(sums[index]!, exact[value]!, real[value]!, valid / size))
    milliseconds += performance.now() - started
    // Two networks are run, each as often as in a classification.
    addImagesDone(signal, 2 * valid)
  }
  const finite = (energy: number): number | null => (Number.isFinite(energy) ? energy : null)
  return { energies: layers.map(({ layer }, index) => ({ layer, signal: finite(sums[index]!.signal), noise: finite(sums[index]!.noise) })), milliseconds }
}

/** A layer's output always is float32; what a network ends in need not be. */
function requireFloat(value: string, { type }: ort.Tensor): void {
  if (type === 'float32') return
  fail('MODEL_OUTPUT_UNSUPPORTED', value, `The output is ${type}; its fidelity is measured on float32 values.`, 'Export a network that ends before its outputs become indices or codes.')
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

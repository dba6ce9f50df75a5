/** A small network and a small labelled data set on disk, for tests of whole runs. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Preprocessing } from '@shared/dataset'
import { assembleDataset } from '../data/assemble'
import { saveDataset } from '../data/dataset-store'
import { writeModel } from '../onnx/codec'
import type { Model } from '../onnx/graph'
import { importNetwork } from '../onnx/import'
import { LayerBuilder } from '../onnx/layer-builder'
import { saveNetwork } from '../onnx/network-store'
import { RandomStream } from '../random/streams'
import type { RunParams, TaskControl, TaskProgress } from '../tasks'
import { cancelledProblem, isCancelled, newSignal, setSignal } from '../workers/signal'

export interface SmallTask {
  folder: string
  /** Parameters of a run in a fresh run folder. */
  params(): Promise<RunParams>
  remove(): Promise<void>
}

const ownSize = 8
const classes = 4
export const smallTaskImages = 400

function smallNetwork(): Model {
  const build = new LayerBuilder('small', [1, ownSize, ownSize], 1)
  let x = build.maxPool(build.relu(build.conv('image', 1, 6, 3)), 2)
  x = build.relu(build.conv(x, 6, 8, 3))
  return build.finish(build.dense(build.flatten(x), 8 * (ownSize / 2) ** 2, classes), classes)
}

/**
 * Four classes of 8 × 8 images: a bright quadrant on noise. The network (Conv-Relu-MaxPool-Conv-Relu-Gemm, random
 * weights, unless another is given, for images of `size` × `size`) learns them in a few steps.
 */
export async function smallTask(model: Model = smallNetwork(), size = ownSize): Promise<SmallTask> {
  const folder = await mkdtemp(join(tmpdir(), 'acim-test-'))
  const file = join(folder, 'small.onnx')
  await writeFile(file, writeModel(model))
  await saveNetwork(join(folder, 'network'), await importNetwork(file))

  const stream = new RandomStream({ seed: 1, purpose: 'synthetic' })
  const pixels = new Uint8Array(new SharedArrayBuffer(smallTaskImages * size * size))
  const labels = new Int32Array(new SharedArrayBuffer(smallTaskImages * 4))
  for (let image = 0; image < smallTaskImages; image++) {
    const label = stream.below(classes)
    labels[image] = label
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const bright = Math.floor(y / (size / 2)) * 2 + Math.floor(x / (size / 2)) === label
        pixels[(image * size + y) * size + x] = stream.below(120) + (bright ? 90 : 0)
      }
    }
  }
  const raw = { name: 'quadrants', format: 'idx' as const, shape: [1, size, size] as [number, number, number], pixels, labels, classNames: ['a', 'b', 'c', 'd'], sourceSplits: null, notes: [] }
  await saveDataset(join(folder, 'dataset'), assembleDataset(raw, 'quadrants'))

  let runs = 0
  const preprocessing: Preprocessing = { divisor: 255, mean: [0.4], std: [0.25] }
  return {
    folder,
    async params() {
      const runFolder = join(folder, `run-${runs++}`)
      await mkdir(runFolder)
      return { networkFolder: join(folder, 'network'), datasetFolder: join(folder, 'dataset'), preprocessing, runFolder, workers: 1 }
    },
    remove: () => rm(folder, { recursive: true })
  }
}

/** A control that cancels at the `cancelAt`-th checkpoint (never, unless given) and remembers what was reported. */
export function testControl(cancelAt = Infinity): TaskControl & { reports: TaskProgress[] } {
  const signal = newSignal()
  const reports: TaskProgress[] = []
  let checkpoints = 0
  return {
    signal,
    reports,
    report: (progress) => void reports.push(progress),
    async checkpoint() {
      if (++checkpoints === cancelAt) setSignal(signal, 'cancel')
      if (isCancelled(signal)) throw cancelledProblem()
    }
  }
}

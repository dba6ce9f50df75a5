/** Images for benchmarks. */
import type { DatasetSummary } from '../src-shared/dataset'
import type { Dataset } from '../src-main/engine/data/dataset'
import { RandomStream } from '../src-main/engine/random/streams'

/** Random images and labels: the time of a network does not depend on what it sees. */
export function randomDataset(count: number): Dataset {
  const pixels = new Uint8Array(new SharedArrayBuffer(count * 3072))
  const labels = new Int32Array(new SharedArrayBuffer(count * 4))
  const stream = new RandomStream({ seed: 1, purpose: 'synthetic' })
  for (let i = 0; i < pixels.length; i++) pixels[i] = stream.below(256)
  for (let i = 0; i < count; i++) labels[i] = stream.below(10)
  const summary: DatasetSummary = {
    name: 'random', format: 'cifar10', shape: [3, 32, 32], elementType: 'uint8', count, classNames: Array.from({ length: 10 }, (_, i) => `${i}`),
    classCounts: new Array<number>(10).fill(count / 10), sourceSplits: null, channelMean: [0.5, 0.5, 0.5], channelStd: [0.3, 0.3, 0.3], divisor: 255, sha256: '', notes: []
  }
  return { summary, pixels, labels }
}

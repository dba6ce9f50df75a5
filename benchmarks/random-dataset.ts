/** Images for benchmarks. */
import { assembleDataset } from '../src-main/engine/data/assemble'
import type { Dataset } from '../src-main/engine/data/dataset'
import { RandomStream } from '../src-main/engine/random/streams'

const classes = 10

/** Random images and labels: the time of a network does not depend on what it sees. */
export function randomDataset(count: number): Dataset {
  const pixels = new Uint8Array(new SharedArrayBuffer(count * 3072))
  const labels = new Int32Array(new SharedArrayBuffer(count * 4))
  const stream = new RandomStream({ seed: 1, purpose: 'synthetic' })
  for (let i = 0; i < pixels.length; i++) pixels[i] = stream.below(256)
  for (let i = 0; i < count; i++) labels[i] = stream.below(classes)
  const classNames = Array.from({ length: classes }, (_, i) => `${i}`)
  return assembleDataset({ name: 'random', format: 'cifar10', shape: [3, 32, 32], pixels, labels, classNames, sourceSplits: null, notes: [] }, 'random')
}

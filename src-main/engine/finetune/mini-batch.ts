/**
 * A mini-batch is computed in equal parts, and parts in rounds of as many as there are threads, whose gradients are kept side by
 * side until they are added in order. Parts depend on batch size and network alone, and their order is that of the images: every bit
 * of the result is the same for any number of threads (docs/decisions/0009).
 */
import { allValuesPerImage } from '../resources/activations'
import type { Network } from '../onnx/network'

/** Parts of a mini-batch, hence threads that training can use, unless the network is large. */
const usualParts = 4
/** Values of a forward pass that one part may keep, in bytes: beyond it a mini-batch has more and smaller parts. */
const partBytes = 512e6

/** The largest of 4, 2, 1 that divides the batch; for large networks the smallest divisor of the batch that keeps parts small. */
export function partsOf(batch: number, network: Network): number {
  const usual = [usualParts, 2, 1].find((parts) => batch % parts === 0) ?? 1
  const perImage = allValuesPerImage(network)
  for (let parts = usual; parts <= batch; parts++) if (batch % parts === 0 && (batch / parts) * perImage <= partBytes) return parts
  return batch
}

/** First and one past the last part of each round of `threads` parts. */
export function roundsOf(parts: number, threads: number): [number, number][] {
  const each = Math.min(parts, threads)
  return Array.from({ length: Math.ceil(parts / each) }, (_, round) => [round * each, Math.min(parts, (round + 1) * each)])
}

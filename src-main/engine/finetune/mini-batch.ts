/**
 * A mini-batch is computed in equal parts, and parts in rounds of at most four, whose gradients are kept side by side until
 * they are added in order. Parts depend on batch size and network alone: the order of summation, hence every bit of the result, is the same on
 * every machine (docs/decisions/0009).
 */
import { allValuesPerImage } from '../resources/activations'
import type { Network } from '../onnx/network'

/** Parts computed at the same time, where there are as many threads. */
const mostPartsPerRound = 4
/** Values of a forward pass that one part may keep, in bytes: beyond it a mini-batch has more and smaller parts. */
const partBytes = 512e6

/** The largest of 4, 2, 1 that divides the batch; for large networks the smallest divisor of the batch that keeps parts small. */
export function partsOf(batch: number, network: Network): number {
  const usual = [mostPartsPerRound, 2, 1].find((parts) => batch % parts === 0) ?? 1
  const perImage = allValuesPerImage(network)
  for (let parts = usual; parts <= batch; parts++) if (batch % parts === 0 && (batch / parts) * perImage <= partBytes) return parts
  return batch
}

export function roundOf(batch: number, network: Network): { partImages: number; partsPerRound: number } {
  const parts = partsOf(batch, network)
  return { partImages: batch / parts, partsPerRound: Math.min(parts, mostPartsPerRound) }
}

/** First and one past the last part of each round. */
export function roundsOf(parts: number): [number, number][] {
  return Array.from({ length: Math.ceil(parts / mostPartsPerRound) }, (_, round) => [round * mostPartsPerRound, Math.min(parts, (round + 1) * mostPartsPerRound)])
}

import { describe, expect, it } from 'vitest'
import { wideResNet } from '../../../benchmarks/networks/wide-resnet'
import type { Network } from '../onnx/network'
import { partsOf, roundsOf } from './mini-batch'

/** One value of so many bytes an image. */
const networkOf = (bytesPerImage: number): Network => {
  const { graph } = wideResNet(10, 1, 2)
  const value = graph.nodes[0]!.outputs[0]!
  return {
    model: { graph }, batch: 'free', shapes: { shape: (name: string, images: number) => (name === value ? [images, bytesPerImage / 4] : undefined) }
  } as unknown as Network
}

describe('partsOf', () => {
  it.each([
    ['the largest of 4, 2, 1 that divides the batch', 200, 1e6, 4],
    ['two for a batch of twice an odd number', 6, 1e6, 2],
    ['one for an odd batch', 7, 1e6, 1],
    ['more for a large network: 20 parts of 10 images', 200, 40e6, 20],
    ['single images at last', 8, 600e6, 8]
  ])('%s', (_name, batch, bytes, parts) => expect(partsOf(batch, networkOf(bytes))).toBe(parts))
})

describe('roundsOf', () => {
  it.each([
    [4, 1, [[0, 1], [1, 2], [2, 3], [3, 4]]],
    [4, 2, [[0, 2], [2, 4]]],
    [4, 3, [[0, 3], [3, 4]]],
    [4, 16, [[0, 4]]],
    [1, 8, [[0, 1]]]
  ])('%i parts on %i threads', (parts, threads, rounds) => expect(roundsOf(parts, threads)).toEqual(rounds))
})

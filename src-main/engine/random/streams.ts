/**
 * Random streams: every use of chance in the engine names what it is for and where it stands (seed, chip instance,
 * layer, step), and gets numbers that depend on nothing else. Two uses share no numbers as long as their names differ.
 */
import { kernel } from './kernel/kernel'
import { blockWords, wordsPerStep } from './kernel/program'
import { philoxBlock } from './philox'

/** What a stream is for; the numbers are part of the file formats' determinism and must never change. */
const purposes = {
  /** Programmed conductances of one chip instance. Indices: chip instance, parameter. */
  programming: 1,
  /** Noise of one training step. Indices: step, K sample, parameter. */
  trainingNoise: 2,
  /** Order of the training images. Indices: epoch. */
  shuffle: 3,
  /** Crop and flip. Indices: step. */
  augmentation: 4,
  /** Initial weights of a network that is trained from scratch. Indices: parameter. */
  initialWeights: 5,
  /** Test and benchmark inputs. */
  synthetic: 6,
  /** What time does to each device of one chip instance. Indices: chip instance, parameter, cells. */
  drift: 7,
  /** Which cells are stuck, and where. Indices: chip instance, parameter, cells. */
  faults: 8,
  /** Further tries of write–verify. Indices: chip instance, parameter, cells and try. */
  retry: 9,
  /** Explicit reads, cell by cell. Indices: chip instance, parameter, read. */
  read: 10,
  /** Gain errors and offsets of converters. Indices: chip instance, parameter, array. */
  converters: 11,
  /** The pool of normal deviates that reads draw from. Indices: chip instance. */
  readPool: 12,
  /** Where in the pool each image reads. Indices: chip instance, image. */
  readWindows: 13,
  /** σ and μ of one draw of training noise, where they come from a range. Indices: step, draw. */
  trainingError: 14,
  /** Signs of Hutchinson's probes. Indices: probe, parameter. */
  curvatureProbe: 15,
  /** First vector of a power iteration. Indices: eigenvalue, parameter. */
  curvatureStart: 16,
  /** Directions of loss landscapes. Indices: direction, parameter. */
  landscape: 17
} as const
export type StreamPurpose = keyof typeof purposes

export interface StreamName {
  /** Run seed, 0 … 2^32 − 1. */
  seed: number
  purpose: StreamPurpose
  /** Up to three indices, each 0 … 2^32 − 1; missing ones are 0. */
  at?: readonly [number?, number?, number?]
}

const toUnit = 2 ** -32

/** Walks one stream block by block. A stream has 2^32 blocks of four words. */
class BlockReader {
  readonly words = new Uint32Array(4)
  private block = 0
  private readonly at: readonly [number, number, number]
  constructor(private readonly name: StreamName) {
    this.at = [name.at?.[0] ?? 0, name.at?.[1] ?? 0, name.at?.[2] ?? 0]
  }
  next(): Uint32Array {
    philoxBlock(this.words, this.block++, this.at[0], this.at[1], this.at[2], this.name.seed, purposes[this.name.purpose])
    return this.words
  }
}

/**
 * Calls `visit` with one block of the stream after the other: where it begins in an array of `length` numbers, and how many bytes its
 * words take up, rounded up to whole steps of the kernel.
 */
function forEachBlock(length: number, { seed, purpose, at }: StreamName, visit: (first: number, bytes: number) => void): void {
  const { words } = kernel()
  for (let first = 0; first < length; first += blockWords) {
    const bytes = Math.ceil(Math.min(blockWords, length - first) / wordsPerStep) * wordsPerStep * 4
    words(bytes, first / 4, at?.[0] ?? 0, at?.[1] ?? 0, at?.[2] ?? 0, seed, purposes[purpose])
    visit(first, bytes)
  }
}

function copyDeviates(target: Float32Array, first: number): void {
  const { deviatesOfBlock } = kernel()
  target.set(target.length - first >= blockWords ? deviatesOfBlock : deviatesOfBlock.subarray(0, target.length - first), first)
}

/** Fills `target` with independent standard normal deviates, one a random word (normal.ts). */
export function fillNormal(target: Float32Array, name: StreamName): void {
  forEachBlock(target.length, name, (first, bytes) => {
    kernel().normals(bytes)
    copyDeviates(target, first)
  })
}

/** Fills `target` with independent deviates, uniform on (−1, 1): 2·(word + ½)/2^32 − 1. */
export function fillUniform(target: Float32Array, name: StreamName): void {
  forEachBlock(target.length, name, (first, bytes) => {
    kernel().uniforms(bytes)
    copyDeviates(target, first)
  })
}

/** One number after another, for code that needs a few. */
export class RandomStream {
  private readonly reader: BlockReader
  private used = 4
  constructor(name: StreamName) {
    this.reader = new BlockReader(name)
  }

  /** Uniform on 0 … 2^32 − 1. */
  uint32(): number {
    if (this.used === 4) {
      this.reader.next()
      this.used = 0
    }
    return this.reader.words[this.used++]!
  }

  /** Uniform on [0, 1). */
  unit(): number {
    return this.uint32() * toUnit
  }

  /** Uniform on 0 … limit − 1; the bias of at most limit / 2^32 is far below anything measured here. */
  below(limit: number): number {
    return Math.floor(this.unit() * limit)
  }
}

/** A random order of 0 … count − 1 (Fisher–Yates). */
export function permutation(count: number, name: StreamName): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index)
  const stream = new RandomStream(name)
  for (let i = count - 1; i > 0; i--) {
    const j = stream.below(i + 1)
    const swapped = order[i]!
    order[i] = order[j]!
    order[j] = swapped
  }
  return order
}

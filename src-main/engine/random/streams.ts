/**
 * Random streams: every use of chance in the engine names what it is for and where it stands (seed, chip instance,
 * layer, step), and gets numbers that depend on nothing else. Two uses share no numbers as long as their names differ.
 */
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
  readWindows: 13
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
 * The standard normal deviate of a random word: Φ⁻¹((word + ½)/2^32), to about seven digits (float32).
 * Source: M. J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37
 * (1988) 477–484, PPND7; its third interval begins beyond 6.6σ, which 32 bits (|z| < 6.34) do not reach.
 */
function normalOf(word: number): number {
  const q = (word + 0.5) * toUnit - 0.5
  if (q >= -0.425 && q <= 0.425) {
    const r = 0.180625 - q * q
    return (
      (q * (((59.10937472 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)) /
      (((67.1875636 * r + 78.757757664) * r + 17.895169469) * r + 1)
    )
  }
  const r = Math.sqrt(-Math.log(0.5 - Math.abs(q))) - 1.6
  const z = (((0.17023821103 * r + 1.3067284816) * r + 2.75681539) * r + 1.4234372777) / ((0.12021132975 * r + 0.7370016425) * r + 1)
  return q < 0 ? -z : z
}

/** Fills `target` with independent standard normal deviates, one a random word. */
export function fillNormal(target: Float32Array, name: StreamName): void {
  const reader = new BlockReader(name)
  for (let i = 0; i < target.length; i += 4) {
    const words = reader.next()
    // Writes past the end of a typed array are ignored, so the tail needs no special case.
    target[i] = normalOf(words[0]!)
    target[i + 1] = normalOf(words[1]!)
    target[i + 2] = normalOf(words[2]!)
    target[i + 3] = normalOf(words[3]!)
  }
}

/** Fills `target` with independent deviates, uniform on (−1, 1). */
export function fillUniform(target: Float32Array, name: StreamName): void {
  const reader = new BlockReader(name)
  for (let i = 0; i < target.length; i += 4) {
    const words = reader.next()
    for (let j = 0; j < 4; j++) target[i + j] = (words[j]! + 0.5) * (2 * toUnit) - 1
  }
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

/** The kernel's module, compiled once per thread (under a millisecond), and its memory as arrays. */
import { blockWords, deviatesAt, kernelBytes, wordsAt } from './program'

interface KernelFunctions {
  words(bytes: number, counter0: number, counter1: number, counter2: number, counter3: number, key0: number, key1: number): void
  normals(bytes: number): void
  uniforms(bytes: number): void
  memory: { readonly buffer: ArrayBuffer }
}

export interface Kernel extends KernelFunctions {
  /** Words of the current block. */
  readonly wordsOfBlock: Uint32Array
  /** Deviates of the current block. */
  readonly deviatesOfBlock: Float32Array
}

let made: Kernel | null = null

export function kernel(): Kernel {
  if (made !== null) return made
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(kernelBytes()))
  const functions = exports as unknown as KernelFunctions
  made = {
    ...functions,
    wordsOfBlock: new Uint32Array(functions.memory.buffer, wordsAt, blockWords),
    deviatesOfBlock: new Float32Array(functions.memory.buffer, deviatesAt, blockWords)
  }
  return made
}

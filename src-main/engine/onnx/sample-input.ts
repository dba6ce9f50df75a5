/** Inputs for probe runs and comparisons: fixed, uniform on [0, 1), different in every element. No statistics are made from them. */
import { elementCount } from './graph'
import type { FloatArray } from './session'

/** `count` samples of `shape`, beginning with sample `first`; the same sample is the same wherever it stands. */
export function sampleInput(shape: readonly number[], first: number, count: number): FloatArray {
  const size = elementCount(shape)
  const data = new Float32Array(size * count)
  // A 32-bit integer hash (multiply, shift, exclusive or) of the element's number.
  for (let index = 0; index < data.length; index++) {
    let hash = (first * size + index + 1) >>> 0
    hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad)
    hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97)
    data[index] = ((hash ^ (hash >>> 15)) >>> 8) / 16777216
  }
  return { dims: [count, ...shape], data }
}

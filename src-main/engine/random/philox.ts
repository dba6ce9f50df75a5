/**
 * Philox4x32-10, a counter-based generator: four 32-bit words as a pure function of a 128-bit counter and a 64-bit key.
 * Source: J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011, doi 10.1145/2063384.2063405.
 * Any part of any stream can be drawn on its own, in any order and in any thread, with the same result.
 */

export const multiplier0 = 0xd2511f53
export const multiplier1 = 0xcd9e8d57
export const weyl0 = 0x9e3779b9
export const weyl1 = 0xbb67ae85
export const rounds = 10

/**
 * High 32 bits (as signed) of the product of a multiplier, given in 16-bit halves, and a word. Each intermediate is
 * below 2^32, so 32-bit integer arithmetic is exact.
 */
function multiplyHigh(multiplierHigh: number, multiplierLow: number, word: number): number {
  const wordLow = word & 0xffff
  const wordHigh = word >>> 16
  const middle = (Math.imul(multiplierHigh, wordLow) + (Math.imul(multiplierLow, wordLow) >>> 16)) | 0
  const cross = (Math.imul(multiplierLow, wordHigh) + (middle & 0xffff)) | 0
  return (Math.imul(multiplierHigh, wordHigh) + (middle >>> 16) + (cross >>> 16)) | 0
}

/**
 * Writes the four words of one block to `out[0…3]`.
 * @param out At least four elements.
 */
export function philoxBlock(
  out: Uint32Array,
  counter0: number,
  counter1: number,
  counter2: number,
  counter3: number,
  key0: number,
  key1: number
): void {
  let c0 = counter0 | 0
  let c1 = counter1 | 0
  let c2 = counter2 | 0
  let c3 = counter3 | 0
  let k0 = key0 | 0
  let k1 = key1 | 0
  for (let round = 0; round < rounds; round++) {
    const high0 = multiplyHigh(multiplier0 >>> 16, multiplier0 & 0xffff, c0)
    const low0 = Math.imul(multiplier0, c0)
    const high1 = multiplyHigh(multiplier1 >>> 16, multiplier1 & 0xffff, c2)
    const low1 = Math.imul(multiplier1, c2)
    c0 = high1 ^ c1 ^ k0
    c1 = low1
    c2 = high0 ^ c3 ^ k1
    c3 = low0
    k0 = (k0 + weyl0) | 0
    k1 = (k1 + weyl1) | 0
  }
  out[0] = c0
  out[1] = c1
  out[2] = c2
  out[3] = c3
}

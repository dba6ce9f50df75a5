/**
 * The standard normal deviate of a random word: Φ⁻¹((word + ½)/2^32), to about seven digits (float32).
 * Source: M. J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37
 * (1988) 477–484, PPND7; its third interval begins beyond 6.6σ, which 32 bits (|z| < 6.34) do not reach.
 *
 *     q = (word + ½)/2^32 − ½
 *     |q| ≤ 0.425:  r = 0.425² − q²,               z = q·A(r)/B(r)
 *     beyond:       r = √(−ln(½ − |q|)) − 1.6,     z = ±C(r)/D(r)
 */

/** Coefficients from the highest power down. */
export const central = {
  border: 0.425,
  limit: 0.180625,
  numerator: [59.10937472, 159.29113202, 50.434271938, 3.3871327179],
  denominator: [67.1875636, 78.757757664, 17.895169469, 1]
} as const
export const tail = {
  offset: 1.6,
  numerator: [0.17023821103, 1.3067284816, 2.75681539, 1.4234372777],
  denominator: [0.12021132975, 0.7370016425, 1]
} as const

/** The first word with |q| ≤ 0.425; the last is its mirror image 2^32 − 1 − word. */
export const firstCentralWord = 322_122_547

const horner = (coefficients: readonly number[], x: number): number => coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0)

/** The definition, one word at a time. The kernel computes the same for whole arrays. */
export function normalOf(word: number): number {
  const q = (word + 0.5) * 2 ** -32 - 0.5
  if (Math.abs(q) <= central.border) {
    const r = central.limit - q * q
    return (q * horner(central.numerator, r)) / horner(central.denominator, r)
  }
  const r = Math.sqrt(-Math.log(0.5 - Math.abs(q))) - tail.offset
  const z = horner(tail.numerator, r) / horner(tail.denominator, r)
  return q < 0 ? -z : z
}

import { RandomStream } from '../../../random/streams'

/** Conductances uniform in 0 … 1, some of them 0 (an infinite on/off ratio), from a seeded stream. */
export function randomConductances(cells: number, seed: number, zeroFraction = 0.2): Float64Array {
  const stream = new RandomStream({ seed, purpose: 'synthetic' })
  return Float64Array.from({ length: cells }, () => {
    const value = stream.unit()
    return stream.unit() < zeroFraction ? 0 : value
  })
}

/** Numbers uniform in −1 … 1. */
export function randomVoltages(count: number, seed: number): Float64Array {
  const stream = new RandomStream({ seed, purpose: 'synthetic', at: [1] })
  return Float64Array.from({ length: count }, () => 2 * stream.unit() - 1)
}

/** max |a − b| / max |b| */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity
  let difference = 0
  let largest = 0
  for (let k = 0; k < expected.length; k++) {
    const here = Math.abs(actual[k]! - expected[k]!)
    if (!(here <= difference)) difference = here
    largest = Math.max(largest, Math.abs(expected[k]!))
  }
  return difference === 0 ? 0 : difference / largest
}

/** I = Aᵀ·V */
export function columnCurrents(matrix: Float64Array, voltages: ArrayLike<number>, columns: number): Float64Array {
  const currents = new Float64Array(columns)
  for (let k = 0; k < matrix.length; k++) currents[k % columns]! += matrix[k]! * voltages[Math.floor(k / columns)]!
  return currents
}

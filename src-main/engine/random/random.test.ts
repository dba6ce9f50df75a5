import { describe, expect, it } from 'vitest'
import jStat from 'jstat'
import { mean, standardDeviation, sampleKurtosis } from 'simple-statistics'
import { philoxBlock } from './philox'
import { fillNormal, fillUniform, permutation, RandomStream } from './streams'

const block = (counter: number[], key: number[]): string[] => {
  const out = new Uint32Array(4)
  philoxBlock(out, counter[0]!, counter[1]!, counter[2]!, counter[3]!, key[0]!, key[1]!)
  return [...out].map((word) => word.toString(16).padStart(8, '0'))
}

describe('philoxBlock', () => {
  // Known answers published with the generator (Random123, kat_vectors).
  it.each([
    [[0, 0, 0, 0], [0, 0], ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']],
    [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], ['408f276d', '41c83b0e', 'a20bc7c6', '6d5451fd']],
    [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], ['d16cfe09', '94fdcceb', '5001e420', '24126ea1']]
  ])('gives the published answer for counter %j', (counter, key, answer) => {
    expect(block(counter, key)).toEqual(answer)
  })
})

describe('streams', () => {
  const count = 400_000
  // Five standard errors of the estimator: a correct generator fails once in two million tries (and the seed is fixed).
  const sigmas = 5

  it('draws normal deviates with the right moments', () => {
    const z = new Float32Array(count)
    fillNormal(z, { seed: 7, purpose: 'synthetic' })
    const values = Array.from(z)
    expect(Math.abs(mean(values))).toBeLessThan(sigmas / Math.sqrt(count))
    expect(Math.abs(standardDeviation(values) - 1)).toBeLessThan(sigmas / Math.sqrt(2 * count))
    expect(Math.abs(sampleKurtosis(values))).toBeLessThan(sigmas * Math.sqrt(24 / count))
  })

  it('draws normal deviates with the right probability in each part of the range', () => {
    // Φ by jStat; upper ends of the bins. The outermost hold about 13 of 400 000 deviates.
    const ends = [-4, -3, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3, 4, Infinity]
    const z = new Float32Array(count)
    fillNormal(z, { seed: 8, purpose: 'synthetic' })
    const counts = ends.map(() => 0)
    for (const value of z) counts[ends.findIndex((end) => value < end)]!++
    ends.forEach((end, bin) => {
      const below = bin === 0 ? 0 : jStat.normal.cdf(ends[bin - 1]!, 0, 1)
      const expected = count * ((end === Infinity ? 1 : jStat.normal.cdf(end, 0, 1)) - below)
      expect(Math.abs(counts[bin]! - expected)).toBeLessThan(sigmas * Math.sqrt(expected))
    })
    expect(z.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)).toBeLessThan(6.34)
  })

  it('draws normal deviates as the inverse of the distribution at the uniform ones, into the far tail', () => {
    const z = new Float32Array(count)
    const u = new Float32Array(count)
    fillNormal(z, { seed: 9, purpose: 'synthetic' })
    fillUniform(u, { seed: 9, purpose: 'synthetic' })
    // The uniform deviate is a float32: close to ±1 its own rounding of 2⁻²⁵ is the larger error in probability.
    const rounding = 2 ** -24
    for (let i = 0; i < count; i += 7) expect(Math.abs(jStat.normal.cdf(z[i]!, 0, 1) - (u[i]! + 1) / 2)).toBeLessThan(2 * rounding + 1e-7)
  })

  it('draws uniform deviates on (-1, 1) with variance 1/3', () => {
    const u = new Float32Array(count)
    fillUniform(u, { seed: 7, purpose: 'synthetic' })
    const values = Array.from(u)
    expect(Math.abs(mean(values))).toBeLessThan(sigmas / Math.sqrt(3 * count))
    expect(Math.abs(standardDeviation(values) ** 2 - 1 / 3)).toBeLessThan(sigmas * Math.sqrt(4 / 45 / count))
    expect(Math.max(...values.slice(0, 1000).map(Math.abs))).toBeLessThanOrEqual(1)
  })

  it('gives the same prefix whatever the length, and other numbers for another name', () => {
    const short = new Float32Array(5)
    const long = new Float32Array(1001)
    fillNormal(short, { seed: 1, purpose: 'programming', at: [3, 4] })
    fillNormal(long, { seed: 1, purpose: 'programming', at: [3, 4] })
    expect([...short]).toEqual([...long.subarray(0, 5)])
    for (const other of [{ seed: 2, purpose: 'programming', at: [3, 4] }, { seed: 1, purpose: 'trainingNoise', at: [3, 4] }, { seed: 1, purpose: 'programming', at: [4, 3] }] as const) {
      const z = new Float32Array(5)
      fillNormal(z, { ...other, at: [...other.at] as [number, number] })
      expect([...z]).not.toEqual([...short])
    }
  })

  it('permutes without loss', () => {
    const order = permutation(1000, { seed: 5, purpose: 'shuffle' })
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i))
    expect([...order]).not.toEqual(Array.from({ length: 1000 }, (_, i) => i))
    const stream = new RandomStream({ seed: 5, purpose: 'shuffle' })
    for (let i = 0; i < 100; i++) expect(stream.below(3)).toBeLessThan(3)
  })
})

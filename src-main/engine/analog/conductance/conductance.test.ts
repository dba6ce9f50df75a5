import { describe, expect, it } from 'vitest'
import { mean as meanOf, standardDeviation } from 'simple-statistics'
import { conductanceDeviceSchema, defaultDevice, deviceCatalogue, programmingSchema, type ConductanceDeviceDescription, type ConductanceDeviceKind } from '@shared/devices'
import type { StreamName } from '../../random/streams'
import { conductanceDevice } from './registry'
import { programCells, readCells } from './program-cells'
import { hermesFits } from './models/hermes'
import { sonosFit } from './models/sonos'

const count = 40_000
/** Five standard errors: a correct model fails once in two million tries, and the seed is fixed. */
const sigmas = 5
/** Rounding of float32 in sums of terms of order 1. */
const float32 = 1e-5

const stream = (at: [number?, number?, number?] = []): StreamName => ({ seed: 3, purpose: 'programming', at })
const device = (value: object): ConductanceDeviceDescription => conductanceDeviceSchema.parse(value)
const plain = programmingSchema.parse({})
const kinds = Object.keys(deviceCatalogue) as ConductanceDeviceKind[]

/** Mean and deviation of the latent conductance of many cells with one goal. */
function latent(description: ConductanceDeviceDescription, goal: number, seconds = 0): Float32Array {
  const model = conductanceDevice(description)
  const goals = new Float32Array(count).fill(goal)
  const values = new Float32Array(count)
  model.program(values, goals, description, stream())
  model.age(values, goals, description, seconds, { ...stream(), purpose: 'drift' })
  return values
}

function expectMoments(values: Float32Array, mean: number, deviation: number): void {
  const numbers = Array.from(values)
  expect(Math.abs(meanOf(numbers) - mean)).toBeLessThan((sigmas * deviation) / Math.sqrt(count) + float32 * Math.max(1, mean))
  // The deviation of a normal sample has the standard error σ/√(2n); a uniform one has less.
  expect(Math.abs(standardDeviation(numbers) - deviation)).toBeLessThan((sigmas * deviation) / Math.sqrt(2 * count) + float32)
}

describe('programmed conductances', () => {
  const quartic = (r: number): number => 0.348 + 16.03 * r - 43.853 * r ** 2 + 45.393 * r ** 3 - 16.815 * r ** 4
  it.each([
    ['pcm-array-1m', { kind: 'pcm-array-1m' }, 15, 0.26348 + 1.965 * 0.6 - 1.1731 * 0.36],
    ['pcm-array-1m at another range', { kind: 'pcm-array-1m', maximumMicrosiemens: 10 }, 6, (0.26348 + 1.965 * 0.6 - 1.1731 * 0.36) * 0.4],
    ['pcm-joshi', { kind: 'pcm-joshi' }, 10, -0.178767 + 0.7585724 + 0.28638599],
    ['hermes, one', { kind: 'hermes' }, 10.35 * 0.5, 0.15781817 + 2.32443916 / 2 - 2.16310839 / 4 + 0.68841818 / 8],
    ['hermes, two', { kind: 'hermes', devices: 2 }, 20.7 * 0.5, 0.16603222 + 4.71806468 / 2 - 8.48101252 / 4 + 4.68961419 / 8],
    ['reram-wan', { kind: 'reram-wan' }, 20, quartic(0.5)],
    // A peer forgets the factor and is too large by 40/25.
    ['reram-wan at another range', { kind: 'reram-wan', maximumMicrosiemens: 25 }, 12.5, (quartic(0.5) * 25) / 40],
    ['reram-wan, cubic', { kind: 'reram-wan', fit: 'cubic', maximumMicrosiemens: 39 }, 20, 1.053 + 4.748 - 4.668 + 1.2288],
    ['reram-cmo-hfox, 0.2 %', { kind: 'reram-cmo-hfox' }, 50, 0.00081107 + 0.0534395],
    ['reram-cmo-hfox, 2 %', { kind: 'reram-cmo-hfox', acceptancePercent: 2 }, 50, 0.0112185391 + 0.564513709],
    ['rram-milo', { kind: 'rram-milo' }, 100, 4.782321 - 0.9107],
    ['sonos', { kind: 'sonos' }, 500, 19.88665 * (1 - Math.exp(-500 / 176.3115))],
    ['ctt', { kind: 'ctt', minimumMicrosiemens: 1, maximumMicrosiemens: 5, programmingErrorFraction: 0.1 }, 3, 0.4],
    ['generic, independent', { kind: 'generic', sigma: 0.05 }, 40, 5],
    ['generic, proportional', { kind: 'generic', sigma: 0.05, scaling: 'proportional' }, 40, 2],
    ['generic, inverse', { kind: 'generic', sigma: 0.05, scaling: 'inverse-proportional' }, 40, 12.5],
    ['generic, uniform', { kind: 'generic', sigma: 0.05, distribution: 'uniform' }, 40, 5 / Math.sqrt(3)]
  ])('%s: mean and deviation are those of the formula', (_name, description, goal, deviation) => {
    expectMoments(latent(device(description), goal), goal, deviation)
    const out = new Float32Array(1)
    conductanceDevice(device(description)).programmedDeviation(out, Float32Array.of(goal), device(description))
    expect(Math.abs((out[0] ?? 0) - deviation)).toBeLessThan(float32 * Math.max(1, deviation))
  })

  it('bounds a uniform error and leaves a cell at zero alone where the error is inverse-proportional', () => {
    const uniform = latent(device({ kind: 'generic', sigma: 0.05, distribution: 'uniform' }), 40)
    expect(Math.max(...uniform)).toBeLessThanOrEqual(45 + float32 * 45)
    expect(Math.max(...uniform)).toBeGreaterThan(44.9)
    expect(new Set(latent(device({ kind: 'generic', scaling: 'inverse-proportional' }), 0))).toEqual(new Set([0]))
  })
})

describe('time', () => {
  const year = 31_536_000

  it('drifts phase-change memory by the power law with the exponent of the target', () => {
    // Without programming error ln(G/G₀)/ln((t + t₀)/t₀) is −ν; at r = 1: μ_ν = 0.049, σ_ν = 0.008, so |·| never acts.
    const description = device({ kind: 'pcm-array-1m' })
    const values = new Float32Array(count).fill(25)
    conductanceDevice(description).age(values, new Float32Array(count).fill(25), description, year, stream())
    const exponents = Float32Array.from(values, (value) => -Math.log(value / 25) / Math.log((year + 20) / 20))
    expectMoments(exponents, 0.049, 0.008)
  })

  it.each([[1, 200], [2, 300]] as const)('drifts Hermes with %i device(s) from %i s', (devices, firstRead) => {
    const description = device({ kind: 'hermes', devices })
    const { maximum } = hermesFits[devices]
    const values = new Float32Array(count).fill(maximum / 2)
    conductanceDevice(description).age(values, new Float32Array(count).fill(maximum / 2), description, year, stream())
    const exponents = Float32Array.from(values, (value) => -Math.log((2 * value) / maximum) / Math.log((year + firstRead) / firstRead))
    const deviation = devices === 1 ? -0.0165 / 4 + 0.0116 / 2 + 0.0104 : -0.0118 / 4 + 0.0093 / 2 + 0.0073
    expectMoments(exponents, -0.0436 / 4 - 0.0126 / 2 + 0.0736, deviation)
  })

  it('relaxes the ReRAM of Wan to the measured deviation, and to the variance between in ln t', () => {
    const at = (c: number[]): number => c.reduce((sum, value, power) => sum + value * 0.5 ** power, 0)
    const second = at([0.348, 16.03, -43.853, 45.393, -16.815])
    const day = at([0.701, 22.086, -50.773, 47.095, -16.458])
    const twoDays = at([0.782, 20.274, -43.507, 37.062, -11.934])
    const wan = device({ kind: 'reram-wan' })
    expectMoments(latent(wan, 20, 0.5), 20, second)
    expectMoments(latent(wan, 20, 86_400), 20, day)
    expectMoments(latent(wan, 20, Math.sqrt(86_400)), 20, Math.sqrt((second ** 2 + day ** 2) / 2))
    expectMoments(latent(wan, 20, 172_800), 20, twoDays)
    expectMoments(latent(wan, 20, 1e9), 20, twoDays)
  })

  it('relaxes CMO/HfOx by an amount that does not depend on the state', () => {
    const programmed = 0.00081107 + 0.00106879 * 50
    const relaxed = 0.04201137 * Math.log(3600) + 0.41183342
    expectMoments(latent(device({ kind: 'reram-cmo-hfox' }), 50, 3600), 50 - 0.08900206 * Math.log(3600), Math.hypot(programmed, relaxed))
  })

  it('shifts and spreads SONOS as measured, also between days', () => {
    for (const days of [1, 2.5, 5]) {
      const { a, b, shift } = sonosFit(days * 86_400)
      const mean = 800 + shift.reduce((sum, value, power) => sum + value * 800 ** power, 0)
      expectMoments(latent(device({ kind: 'sonos' }), 800, days * 86_400), mean, a * (1 - Math.exp(-mean / b)))
    }
    expect(sonosFit(1e9)).toEqual(sonosFit(432_000))
    expect(() => latent(device({ kind: 'sonos', maximumNanoamperes: 3200 }), 800, 86_400)).toThrow('1400')
  })

  it('keeps the mean shift of SONOS small, and larger after five days than after one, up to the current allowed with retention', () => {
    for (let current = 400; current <= 1400; current += 100) {
      const shifts = [1, 2, 3, 4, 5].map((day) => sonosFit(day * 86_400).shift.reduce((sum, value, power) => sum + value * current ** power, 0))
      for (const shift of shifts) expect(Math.abs(shift)).toBeLessThan(current / 10)
      expect(shifts[4]).toBeLessThan(shifts[0] ?? NaN)
    }
  })

  it('shifts a charge-trap transistor by decades', () => {
    const ctt = device({ kind: 'ctt', maximumMicrosiemens: 10, programmingErrorFraction: 0.03, retentionShiftPerDecade: 0.01, retentionDeviationPerDecade: 0.02 })
    expectMoments(latent(ctt, 5, 9999), 5.4, Math.hypot(0.3, 0.8))
  })

  it.each(kinds)('%s: the state at one time does not depend on other times', (kind) => {
    const description = defaultDevice(kind)
    const { minimum, maximum } = conductanceDevice(description).range(description)
    const targets = Float32Array.from({ length: 1000 }, (_, i) => minimum + (i / 999) * (maximum - minimum))
    const hour = programCells(targets, description, plain, 3600, stream([1, 2, 3]))
    programCells(targets, description, plain, year, stream([1, 2, 3]))
    const again = programCells(targets, description, plain, 3600, stream([1, 2, 3]))
    expect(again.values).toEqual(hour.values)
    expect(programCells(targets, description, plain, 0, stream([1, 2, 3])).values).toEqual(hour.programmed)
  })
})

describe('read noise', () => {
  it.each([
    ['pcm-array-1m', { kind: 'pcm-array-1m' }, 12.5, 100, (0.0088 / 0.5 ** 0.65) * 12.5 * Math.sqrt(Math.log(120 / 5e-7))],
    ['hermes', { kind: 'hermes' }, 5.175, 100, 5.175 * (0.0664 / 8 - 0.1352 / 4 + 0.0768 / 2 + 0.0088) * Math.sqrt(Math.log(300 / 1.024e-6))],
    ['hermes, two', { kind: 'hermes', devices: 2 }, 10.35, 100, 10.35 * (0.0069 / 8 - 0.028 / 4 + 0.0211 / 2 + 0.0123) * Math.sqrt(Math.log(400 / 1.024e-6))],
    ['reram-cmo-hfox', { kind: 'reram-cmo-hfox' }, 50, 100, 0.0277316483 * Math.log10(50) * Math.sqrt(Math.log(100 / 2e-6))],
    ['sonos', { kind: 'sonos' }, 800, 100, 12.58037 * (1 - Math.exp(-800 / 215.36557))],
    ['generic', { kind: 'generic', readDeviationFraction: 0.01 }, 40, 100, 0.4],
    ['pcm-joshi', { kind: 'pcm-joshi' }, 10, 100, 0]
  ])('%s: the deviation of one read is that of the formula', (_name, description, value, seconds, deviation) => {
    const parsed = device(description)
    const one = Float32Array.of(value)
    const out = new Float32Array(1)
    conductanceDevice(parsed).readDeviation(out, one, one, one, parsed, seconds)
    expect(Math.abs((out[0] ?? 0) - deviation)).toBeLessThan(float32 * Math.max(1, deviation))
    expect(conductanceDevice(parsed).readsWithNoise(parsed)).toBe(deviation > 0)
  })

  it('draws explicit reads around the state', () => {
    const description = device({ kind: 'generic', sigma: 0, readDeviationFraction: 0.01 })
    const cells = programCells(new Float32Array(count).fill(40), description, plain, 0, stream())
    const out = new Float32Array(count)
    readCells(out, cells, description, 0, stream([5]))
    expectMoments(out, 40, 0.4)
  })
})

describe('what is common to all devices', () => {
  const exact = device({ kind: 'generic', sigma: 0, maximumMicrosiemens: 10 })

  it('rounds targets to levels', () => {
    const { values } = programCells(Float32Array.of(0, 1.2, 1.3, 9.9), exact, programmingSchema.parse({ levels: 5 }), 0, stream())
    expect([...values]).toEqual([0, 0, 2.5, 10])
  })

  it('programs again until a cell is within the tolerance', () => {
    // σ = tolerance: a try passes with P(|ε| < 1) = 0.68269; after 30 tries 1e-15 of the cells are left.
    const noisy = device({ kind: 'generic', sigma: 0.1, maximumMicrosiemens: 10 })
    const targets = new Float32Array(count).fill(5)
    const accepted = programCells(targets, noisy, programmingSchema.parse({ writeVerify: { toleranceFraction: 0.1, tries: 30 } }), 0, stream())
    expect(accepted.values.every((value) => Math.abs(value - 5) <= 1)).toBe(true)
    // A normal variable cut at ±1σ has the deviation √(1 − 2·φ(1)/0.68269) = 0.53956.
    expectMoments(accepted.values, 5, 0.53956)
    const twice = programCells(targets, noisy, programmingSchema.parse({ writeVerify: { toleranceFraction: 0.1, tries: 2 } }), 0, stream())
    const outside = twice.values.filter((value) => Math.abs(value - 5) > 1).length / count
    const expected = (1 - 0.68269) ** 2
    expect(Math.abs(outside - expected)).toBeLessThan(sigmas * Math.sqrt((expected * (1 - expected)) / count))
  })

  it('keeps stuck cells where they are, at any time', () => {
    const drifting = device({ kind: 'generic', sigma: 0, minimumMicrosiemens: 2, maximumMicrosiemens: 10, driftExponentMean: 0.1 })
    const faults = programmingSchema.parse({ stuckAtMinimum: 0.1, stuckAtMaximum: 0.2, stuckAtRandom: 0.3 })
    const { values, programmed } = programCells(new Float32Array(count).fill(6), drifting, faults, 1e4, stream())
    const share = (test: (i: number) => boolean): number => Array.from(values.keys()).filter(test).length / count
    const within = (found: number, expected: number): void =>
      expect(Math.abs(found - expected)).toBeLessThan(sigmas * Math.sqrt((expected * (1 - expected)) / count))
    within(share((i) => values[i] === 2), 0.1)
    within(share((i) => values[i] === 10), 0.2)
    within(share((i) => values[i] === programmed[i]), 0.6)
    const random = values.filter((value, i) => value === programmed[i] && value > 2 && value < 10)
    expect(Math.min(...random)).toBeLessThan(2.1)
    expect(Math.max(...random)).toBeGreaterThan(9.9)
  })

  it('leaves no trace of effects that are off', () => {
    const targets = Float32Array.from({ length: 100 }, (_, i) => i / 4)
    const off = { levels: false, programmingError: false, stuckFaults: false, drift: false }
    const programming = programmingSchema.parse({ levels: 4, stuckAtMaximum: 0.5 })
    expect(programCells(targets, defaultDevice('pcm-array-1m'), programming, 1e6, stream(), off).values).toEqual(targets)
  })

  it('clips to what a cell can show', () => {
    const { values } = programCells(new Float32Array(count), defaultDevice('pcm-array-1m'), plain, 0, stream())
    expect(Math.min(...values)).toBe(0)
    const share = values.filter((value) => value === 0).length / count
    expect(Math.abs(share - 0.5)).toBeLessThan((sigmas * 0.5) / Math.sqrt(count))
  })

  it('refuses an index that would collide with the tries', () => {
    expect(() => programCells(new Float32Array(1), exact, plain, 0, stream([0, 0, 2 ** 24]))).toThrow('third index')
  })
})

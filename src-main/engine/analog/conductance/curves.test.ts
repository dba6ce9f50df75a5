import { describe, expect, it } from 'vitest'
import { deviceCurvesSchema } from '@shared/device-curves'
import { changesWithTime, conductanceDeviceSchema, defaultDevice, deviceCatalogue, deviceRange, programmingSchema, programsWithError, readsWithNoise, type ConductanceDeviceDescription, type ConductanceDeviceKind } from '@shared/devices'
import { deviceCurves } from './curves'
import { programCells } from './program-cells'

const kinds = Object.keys(deviceCatalogue) as ConductanceDeviceKind[]
const plain = programmingSchema.parse({})
const device = (value: object): ConductanceDeviceDescription => conductanceDeviceSchema.parse(value)
const curvesOf = (value: ConductanceDeviceDescription, seconds = 0, programming = plain) => deviceCurves({ device: value, programming, seconds })
/** Cells of the independent draw that moments are compared with: its own error is far below that of the plotted one. */
const many = 40_000
/** Five standard errors: a correct curve fails once in two million tries, and the streams are fixed. */
const sigmas = 5
/** Rounding of float32 in values of order 100. */
const float32 = 1e-4

describe('curves of a device', () => {
  it.each(kinds)('%s: fit their schema, repeat exactly, and have an effect where the device has one', (kind) => {
    const of = defaultDevice(kind)
    const curves = curvesOf(of, 3600)
    expect(deviceCurvesSchema.parse(curves)).toEqual(curves)
    expect(curvesOf(of, 3600)).toEqual(curves)
    expect(curves.programming.some(({ deviation }) => deviation > 0)).toBe(programsWithError(of))
    expect(curves.range).toEqual(deviceRange(of))
    expect(curves.drift !== null).toBe(changesWithTime(of, 315_360_000))
    expect(curves.read !== null).toBe(readsWithNoise(of))
  })

  it.each(kinds)('%s: mean and deviation of each level agree with an independent draw of cells', (kind) => {
    const of = kind === 'table' ? device({ kind, points: [{ targetMicrosiemens: 1, meanMicrosiemens: 1.5, deviationMicrosiemens: 0.1 }, { targetMicrosiemens: 9, meanMicrosiemens: 8, deviationMicrosiemens: 0.4 }] }) : defaultDevice(kind)
    const { levels, cellsPerLevel } = curvesOf(of)
    for (const level of levels) {
      const { programmed } = programCells(new Float32Array(many).fill(level.target), of, plain, 0, { seed: 77, purpose: 'programming' })
      const mean = programmed.reduce((sum, value) => sum + value, 0) / many
      const deviation = Math.sqrt(programmed.reduce((sum, value) => sum + (value - mean) ** 2, 0) / many)
      expect(Math.abs(level.mean - mean), `mean at ${level.target}`).toBeLessThan((sigmas * deviation) / Math.sqrt(cellsPerLevel) + float32)
      // The deviation of a normal sample has the standard error σ/√(2n); that of one cut at 0 has up to twice as much.
      expect(Math.abs(level.deviation - deviation), `deviation at ${level.target}`).toBeLessThan((2 * sigmas * deviation) / Math.sqrt(2 * cellsPerLevel) + float32)
    }
  })

  it('gives the closed form of σ_prog', () => {
    const { programming, range } = curvesOf(device({ kind: 'hermes' }))
    expect(range).toEqual({ minimum: 0, maximum: 10.35 })
    expect(deviceRange(device({ kind: 'hermes', devices: 2 }))).toEqual(curvesOf(device({ kind: 'hermes', devices: 2 })).range)
    for (const { target, deviation } of programming) {
      const r = target / 10.35
      expect(deviation).toBeCloseTo(0.15781817 + 2.32443916 * r - 2.16310839 * r ** 2 + 0.68841818 * r ** 3, 5)
    }
  })

  it('has the levels that can be programmed, each at its place', () => {
    const { levels, allLevels } = curvesOf(device({ kind: 'pcm-array-1m' }), 0, programmingSchema.parse({ levels: 6 }))
    expect(allLevels).toBe(true)
    expect(levels.map(({ target }) => target)).toEqual([0, 5, 10, 15, 20, 25])
    const fine = curvesOf(device({ kind: 'pcm-array-1m' }), 0, programmingSchema.parse({ levels: 1001 }))
    expect(fine.allLevels).toBe(false)
    // Rounded to steps of 0.025 µS.
    for (const { target } of fine.levels) expect(target / 0.025).toBeCloseTo(Math.round(target / 0.025), 3)
  })

  it('shows what write–verify and stuck cells do', () => {
    const of = device({ kind: 'generic', sigma: 0.1 })
    const plainLevel = curvesOf(of).levels[8]!
    const verified = curvesOf(of, 0, programmingSchema.parse({ writeVerify: { toleranceFraction: 0.02, tries: 100 } })).levels[8]!
    expect(verified.deviation).toBeLessThan(plainLevel.deviation / 5)
    expect(Math.max(...verified.samples.map((sample) => Math.abs(sample - verified.target)))).toBeLessThanOrEqual(2 + float32)
    const stuck = curvesOf(of, 0, programmingSchema.parse({ stuckAtMaximum: 1 })).levels[8]!
    expect(stuck).toMatchObject({ mean: 100, deviation: 0 })
  })

  it('follows the power law of drift, and has a point at the time of the description', () => {
    const of = device({ kind: 'generic', sigma: 0, driftExponentMean: 0.05, driftReferenceSeconds: 20 })
    const { drift } = curvesOf(of, 12_345)
    expect(drift?.seconds).toContain(12_345)
    expect(drift?.seconds[0]).toBe(1)
    expect(drift?.seconds.at(-1)).toBe(315_360_000)
    for (const { target, mean, deviation } of drift!.targets) {
      mean.forEach((value, k) => expect(Math.abs(value - target * ((drift!.seconds[k]! + 20) / 20) ** -0.05)).toBeLessThan(float32))
      deviation.forEach((value) => expect(value).toBeLessThan(float32))
    }
  })

  it('has the measured times of a table among those of its drift', () => {
    const point = (targetMicrosiemens: number, seconds: number) => ({ targetMicrosiemens, meanMicrosiemens: targetMicrosiemens, deviationMicrosiemens: 0.1, seconds })
    const { drift } = curvesOf(device({ kind: 'table', points: [point(0, 0), point(9, 0), point(0, 0.02), point(9, 0.02), point(0, 777), point(9, 777)] }))
    expect(drift?.seconds[0]).toBe(0.02)
    expect(drift?.seconds).toContain(777)
  })

  it('is quick with as many points and times as a table can have', () => {
    const points = Array.from({ length: 20_000 }, (_, k) => ({ targetMicrosiemens: (k % 2) * 9, meanMicrosiemens: (k % 2) * 9, deviationMicrosiemens: 0.1, seconds: Math.floor(k / 2) }))
    const { drift } = curvesOf(device({ kind: 'table', points }))
    expect(drift?.seconds.length).toBeLessThan(80)
    expect(drift?.seconds).toContain(9999)
  })

  it('gives the closed form of read noise at that time', () => {
    // ρ·G(t)·√ln((t + t₀ + t_r)/(2 t_r)), G(t) without spread.
    const of = device({ kind: 'generic', sigma: 0.3, readDeviationFraction: 0.01, readNoiseSpectrum: 'one-over-f', readSeconds: 1e-6, driftExponentMean: 0.1 })
    const { read } = curvesOf(of, 99)
    expect(read?.seconds).toBe(99)
    for (const { target, conductance, deviation } of read!.points) {
      expect(Math.abs(conductance - target * 100 ** -0.1)).toBeLessThan(float32)
      expect(Math.abs(deviation - 0.01 * conductance * Math.sqrt(Math.log((100 + 1e-6) / 2e-6)))).toBeLessThan(float32)
    }
  })

  it('holds back what a device does not know: drift of SONOS above its limit', () => {
    const curves = curvesOf(device({ kind: 'sonos', maximumNanoamperes: 3200 }), 86_400)
    expect(curves.drift).toBeNull()
    expect(curves.read?.seconds).toBe(0)
  })
})

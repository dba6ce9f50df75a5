/** Optional checks against published statistics of a peer's devices (200 000 draws a point) and its closed forms. */
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { conductanceDeviceSchema, type ConductanceDeviceDescription } from '@shared/devices'
import { fillNormal, type StreamName } from '../../random/streams'
import { conductanceDevice } from './registry'
import { driftExponentDeviation, driftExponentMean, programmingDeviation, readCoefficient } from './models/pcm-array-1m'
import { oneOverFGrowth } from './power-law-drift'

const folder = resolve(import.meta.dirname, '../../../../../shared/reference/aihwkit')
const load = (name: string): unknown => JSON.parse(readFileSync(resolve(folder, name), 'utf8'))

/** Combined standard errors of two samples: some 2000 comparisons, each beyond 5 with a chance of 6e-7. */
const standardErrors = 5
/** Rounding of float32 conductances. */
const float32Slack = 2e-6
/** Our draws a point, and the reference's. */
const count = 40_000
const referenceCount = 200_000
const combined = Math.sqrt(1 + count / referenceCount)

interface Moments {
  mean: number
  deviation: number
  /** Standard error of the deviation, from the fourth moment: distributions clipped at zero are far from normal. */
  deviationError: number
  quantile(p: number): number
  shareBelowOrAt(value: number): number
  shareBelow(value: number): number
}

function momentsOf(values: Float32Array): Moments {
  const sorted = Float32Array.from(values).sort()
  const n = values.length
  let sum = 0
  for (const value of values) sum += value
  const mean = sum / n
  let second = 0
  let fourth = 0
  for (const value of values) {
    const squared = (value - mean) ** 2
    second += squared
    fourth += squared * squared
  }
  const variance = second / n
  const deviation = Math.sqrt(variance)
  const rank = (value: number, inclusive: boolean): number => {
    let low = 0
    let high = n
    while (low < high) {
      const middle = (low + high) >> 1
      if (sorted[middle]! < value || (inclusive && sorted[middle]! === value)) low = middle + 1
      else high = middle
    }
    return low / n
  }
  return {
    mean,
    deviation,
    deviationError: variance === 0 ? 0 : Math.sqrt(Math.max(0, fourth / n - variance ** 2) / n) / (2 * deviation),
    quantile: (p) => sorted[Math.round(p * (n - 1))] ?? 0,
    shareBelowOrAt: (value) => rank(value, true),
    shareBelow: (value) => rank(value, false)
  }
}

const statisticsSchema = z.object({ mean: z.number(), std: z.number(), p05: z.number(), p50: z.number(), p95: z.number(), frac_zero: z.number() })
type Statistics = z.infer<typeof statisticsSchema>
const rowSchema = z.object({ g_target: z.number() }).catchall(z.unknown())

/** One read of devices at one time, exactly as the source defines it: latent values, one clip at the end. */
function sample(device: ConductanceDeviceDescription, target: number, seconds: number | 'programmed', at: number, effects = { program: true, drift: true, read: true }): Float32Array {
  const model = conductanceDevice(device)
  const goals = new Float32Array(count).fill(target)
  const stream = (purpose: StreamName['purpose']): StreamName => ({ seed: 11, purpose, at: [at, seconds === 'programmed' ? 0 : Math.round(seconds)] })
  const values = new Float32Array(count)
  if (effects.program) model.program(values, goals, device, stream('programming'))
  else values.set(goals)
  if (seconds !== 'programmed') {
    const programmed = values.slice()
    if (effects.drift) model.age(values, goals, device, seconds, stream('drift'))
    if (effects.read) {
      const deviation = new Float32Array(count)
      const epsilon = new Float32Array(count)
      model.readDeviation(deviation, values, programmed, goals, device, seconds)
      fillNormal(epsilon, stream('read'))
      for (let i = 0; i < count; i++) values[i] = values[i]! + deviation[i]! * epsilon[i]!
    }
  }
  const { minimum, maximum } = model.limits(device)
  return values.map((value) => Math.min(Math.max(value, minimum), maximum))
}

function compare(values: Float32Array, expected: Statistics, what: string): void {
  const found = momentsOf(values)
  const scale = float32Slack * Math.max(1, Math.abs(expected.mean))
  expect(Math.abs(found.mean - expected.mean), `${what}: mean ${found.mean} against ${expected.mean}`).toBeLessThanOrEqual(
    ((standardErrors * combined) / Math.sqrt(count)) * found.deviation + scale
  )
  expect(Math.abs(found.deviation - expected.std), `${what}: deviation ${found.deviation} against ${expected.std}`).toBeLessThanOrEqual(
    standardErrors * combined * found.deviationError + scale
  )
  // A percentile of the reference must lie at the same share of our sample (between the shares below and at it, for steps).
  for (const [p, value] of [[0.05, expected.p05], [0.5, expected.p50], [0.95, expected.p95]] as const) {
    const slack = standardErrors * combined * Math.sqrt((p * (1 - p)) / count)
    expect(found.shareBelow(value - scale) - slack, `${what}: ${p}-quantile ${value}`).toBeLessThanOrEqual(p)
    expect(found.shareBelowOrAt(value + scale) + slack, `${what}: ${p}-quantile ${value}`).toBeGreaterThanOrEqual(p)
  }
}

const secondsOf: Record<string, number | 'programmed'> = { programmed: 'programmed', '1s': 1, '1h': 3600, '1d': 86_400, '2d': 172_800, '1y': 31_536_000 }

const cases: { set: string; device: unknown; effects?: { program: boolean; drift: boolean; read: boolean } }[] = [
  { set: 'PCMLike_gmax25', device: { kind: 'pcm-array-1m' } },
  { set: 'PCMLike_gmax25_drift_only', device: { kind: 'pcm-array-1m' }, effects: { program: false, drift: true, read: false } },
  { set: 'PCMLike_gmax25_read_only', device: { kind: 'pcm-array-1m' }, effects: { program: false, drift: false, read: true } },
  {
    set: 'StateIndependent_gmax25',
    device: {
      kind: 'generic', maximumMicrosiemens: 25, sigma: 0.2 / 25, driftExponentMean: 0.1, driftExponentDeviation: 0.05, driftReferenceSeconds: 20,
      readDeviationFraction: 1 / 25, readNoiseSpectrum: 'one-over-f', readSeconds: 250e-9
    }
  },
  { set: 'Hermes_1dev', device: { kind: 'hermes', devices: 1 } },
  { set: 'ReRamWan2022_gmax40', device: { kind: 'reram-wan' } },
  { set: 'ReRamCMO_default', device: { kind: 'reram-cmo-hfox' } }
]

describe.skipIf(!existsSync(resolve(folder, 'conductance_stats.json')))('sampled conductances against the reference', () => {
  const reference = z.record(z.string(), z.unknown()).parse(existsSync(folder) ? load('conductance_stats.json') : {})

  it.each(cases)('$set', ({ set, device, effects }) => {
    const description = conductanceDeviceSchema.parse(device)
    const rows = z.object({ rows: z.array(rowSchema) }).parse(reference[set]).rows
    let compared = 0
    rows.forEach((row, index) => {
      for (const [name, seconds] of Object.entries(secondsOf)) {
        if (row[name] === undefined) continue
        const clipped = seconds !== 'programmed' || description.kind !== 'reram-cmo-hfox'
        // The reference does not clip the programmed state of this one device.
        if (!clipped && (row.g_target <= 9 || row.g_target >= 88.19)) continue
        const target = Math.min(row.g_target, conductanceDevice(description).range(description).maximum)
        compare(sample(description, target, seconds, index, effects), statisticsSchema.parse(row[name]), `${set} at ${row.g_target} µS, ${name}`)
        compared++
      }
    })
    expect(compared).toBeGreaterThanOrEqual(40)
  })
})

describe.skipIf(!existsSync(resolve(folder, 'pcm_formula_grid.json')))('closed forms of phase-change memory against the reference', () => {
  /** Asked for; both sides compute in double precision. */
  const tolerance = 1e-6
  const gridRow = z.object({ g: z.number(), sig_prog: z.number(), mu_nu: z.number(), sig_nu: z.number(), Qs: z.number() }).catchall(z.number())

  it('agrees at every conductance and time', () => {
    const { rows } = z.object({ rows: z.array(gridRow) }).parse(load('pcm_formula_grid.json'))
    for (const row of rows) {
      const r = row.g / 25
      expect(Math.abs(programmingDeviation(r, 25) / row.sig_prog - 1)).toBeLessThan(tolerance)
      expect(Math.abs(driftExponentMean(r) / row.mu_nu - 1)).toBeLessThan(tolerance)
      expect(Math.abs(driftExponentDeviation(r) / row.sig_nu - 1)).toBeLessThan(tolerance)
      expect(Math.abs(readCoefficient(r) / row.Qs - 1)).toBeLessThan(tolerance)
      for (const [name, seconds] of [['1s', 1], ['1h', 3600], ['1d', 86_400], ['1y', 31_536_000]] as const) {
        const factor = ((seconds + 20) / 20) ** -driftExponentMean(r)
        expect(Math.abs(factor / (row[`median_drift_factor_${name}`] ?? NaN) - 1)).toBeLessThan(tolerance)
        const read = readCoefficient(r) * oneOverFGrowth(seconds + 20, 250e-9)
        expect(Math.abs(read / (row[`sig_read_rel_${name}`] ?? NaN) - 1)).toBeLessThan(tolerance)
      }
    }
    expect(rows.length).toBeGreaterThan(20)
  })
})

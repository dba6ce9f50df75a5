/** What holds for every hardware description: it runs, or the problem names a field of it; what is ideal is exact. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { activeEffects } from '@shared/effects'
import { hardwareSchema, scaleGranularities, type Hardware } from '@shared/hardware'
import { ProblemError } from '@shared/problems'
import type { SimulationPoint } from '@shared/simulation'
import { openDataset } from '../data/dataset-store'
import { openNetwork } from '../onnx/network-store'
import { smallTask, type SmallTask } from '../testing/small-task'
import { inlinePool } from '../workers/pool'
import { newSignal } from '../workers/signal'
import { Evaluator } from './evaluator'

const range = { first: 0, count: 20 }
let task: SmallTask
let evaluator: Evaluator
beforeAll(async () => {
  task = await smallTask()
  const { networkFolder, datasetFolder, preprocessing } = await task.params()
  const network = await openNetwork(networkFolder)
  evaluator = new Evaluator({
    network, dataset: await openDataset(datasetFolder), preprocessing, batch: 7, calibrationRange: { first: 30, count: 10 }, pool: inlinePool(), signal: newSignal()
  })
})
afterAll(() => task.remove())

const bits = fc.constantFrom(0, 2, 3, 8, 11, 16)
const percentile = fc.double({ min: 50, minExcluded: true, max: 100, noNaN: true })
const converterRange = fc.record({ kind: fc.constant('calibrated' as const), statistic: fc.constantFrom('max' as const, 'percentile' as const), percentile })
const anyHardware: fc.Arbitrary<Hardware> = fc
  .record({
    device: fc.record({
      kind: fc.constant('weight-referred' as const), sigma: fc.double({ min: 0, max: 2, noNaN: true }), mu: fc.double({ min: -1, max: 1, noNaN: true }),
      distribution: fc.constantFrom('gaussian' as const, 'uniform' as const)
    }),
    representation: fc.record({
      scaleGranularity: fc.constantFrom(...scaleGranularities), scaleStatistic: fc.constantFrom('half-range' as const, 'max-abs' as const, 'percentile' as const),
      scalePercentile: percentile, scaleExponentBits: fc.integer({ min: 0, max: 16 }), bias: fc.constantFrom('analog' as const, 'digital' as const)
    }),
    array: fc.record({ rows: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constant(65536)), columns: fc.integer({ min: 0, max: 9 }) }),
    dac: fc.record({ inputBits: bits, range: converterRange, sign: fc.constantFrom('auto' as const, 'signed' as const, 'unsigned' as const) }),
    adc: fc.record({ outputBits: bits, range: converterRange }),
    calibrationImages: fc.integer({ min: 1, max: 4096 }),
    effects: fc.record({
      weightClipping: fc.boolean(), scaleRounding: fc.boolean(), programmingError: fc.boolean(), inputQuantization: fc.boolean(), outputQuantization: fc.boolean()
    })
  })
  .map((value) => hardwareSchema.parse(value))

const simulate = (hardware: Hardware): Promise<SimulationPoint> => evaluator.noisy(hardware, range, 1, 1)

describe('every valid hardware description', () => {
  it('runs, or is refused with a problem that names one of its fields', async () => {
    await fc.assert(
      fc.asyncProperty(anyHardware, async (hardware) => {
        try {
          const { top1, loss } = await simulate(hardware)
          expect(top1.mean).toBeGreaterThanOrEqual(0)
          expect(Number.isFinite(loss.mean)).toBe(true)
        } catch (thrown) {
          if (!(thrown instanceof ProblemError)) throw thrown
          expect(thrown.problem.where).toMatch(/^hardware\.\w+/)
        }
      }),
      { numRuns: 60, seed: 1 }
    )
  })

  it('names the rounding of scales where it moves the limit of clipping alone', () => {
    const hardware = hardwareSchema.parse({ device: { kind: 'weight-referred', sigma: 0 }, representation: { scaleStatistic: 'percentile', scaleExponentBits: 4 } })
    expect(activeEffects(hardware).map((effect) => effect.switch)).toEqual(['weightClipping', 'scaleRounding'])
  })

  it('is exact when no effect is active', async () => {
    const digital = await evaluator.digital(range)
    const exact = await simulate(hardwareSchema.parse({ effects: { programmingError: false } }))
    const ideal = anyHardware.map((hardware): Hardware => ({
      ...hardware,
      device: { ...hardware.device, sigma: 0, mu: 0 },
      representation: { ...hardware.representation, scalePercentile: 100, scaleExponentBits: hardware.representation.scaleStatistic === 'percentile' ? 0 : hardware.representation.scaleExponentBits },
      dac: { ...hardware.dac, inputBits: 0 },
      effects: { ...hardware.effects, outputQuantization: false }
    }))
    await fc.assert(
      fc.asyncProperty(ideal, async (hardware) => {
        expect(activeEffects(hardware)).toEqual([])
        const { top1, confusion, loss } = await simulate(hardware)
        expect([top1.mean, confusion]).toEqual([digital.top1, digital.confusion])
        expect(loss.mean).toBe(exact.loss.mean)
      }),
      { numRuns: 30, seed: 2 }
    )
  })
})

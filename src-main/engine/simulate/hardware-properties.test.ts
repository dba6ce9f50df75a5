/** What holds for every hardware description: it runs, or the problem names a field of it; what is ideal is exact. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { activeEffects } from '@shared/effects'
import { conductanceDeviceSchema, deviceCatalogue } from '@shared/devices'
import { effectSwitches, hardwareProblems, hardwareSchema, scaleGranularities, type Device, type EffectSwitch, type Hardware } from '@shared/hardware'
import { ProblemError } from '@shared/problems'
import type { SimulationPoint } from '@shared/simulation'
import { mappedLayers } from '../analog/compile'
import { openDataset } from '../data/dataset-store'
import type { Model } from '../onnx/graph'
import { openNetwork } from '../onnx/network-store'
import { everyKindOfLayer } from '../testing/all-layers'
import { smallTask, type SmallTask } from '../testing/small-task'
import { inlinePool } from '../workers/pool'
import { newSignal } from '../workers/signal'
import { Evaluator } from './evaluator'

const range = { first: 0, count: 20 }
/** The small network, and one with a layer of every kind. */
interface Subject {
  task: SmallTask
  evaluator: Evaluator
  layerNames: string[]
}
async function subjectOf(model?: Model): Promise<Subject> {
  const task = await smallTask(model)
  const { networkFolder, datasetFolder, preprocessing } = await task.params()
  const network = await openNetwork(networkFolder)
  const evaluator = new Evaluator({
    network, dataset: await openDataset(datasetFolder), preprocessing, batch: 7, calibrationRange: { first: 30, count: 10 }, pool: inlinePool(), signal: newSignal()
  })
  return { task, evaluator, layerNames: mappedLayers(network).map(({ layer }) => layer.node) }
}
let small: Subject
let every: Subject
beforeAll(async () => {
  small = await subjectOf()
  every = await subjectOf(everyKindOfLayer())
})
afterAll(() => Promise.all([small.task.remove(), every.task.remove()]))

const bits = fc.constantFrom(0, 2, 3, 8, 11, 16)
const percentile = fc.double({ min: 50, minExcluded: true, max: 100, noNaN: true })
const statistic = fc.constantFrom('max' as const, 'percentile' as const, 'least-squares' as const)
const codes = fc.constantFrom('twos-complement' as const, 'sign-magnitude' as const, 'mid-rise' as const)
const positive = fc.constantFrom(0.01, 1, 16, 1000)
const often = (share: number) => fc.boolean().chain((coin) => (coin ? fc.constant(0) : fc.double({ min: 0, max: share, noNaN: true })))

const weightReferred = fc.record({
  kind: fc.constant('weight-referred' as const), sigma: fc.double({ min: 0, max: 2, noNaN: true }), mu: fc.double({ min: -1, max: 1, noNaN: true }),
  distribution: fc.constantFrom('gaussian' as const, 'uniform' as const)
})
const presets = Object.values(deviceCatalogue).flatMap((entry) => entry.presets.map((preset) => conductanceDeviceSchema.parse(preset.device)))
const device: fc.Arbitrary<Device> = fc.oneof(weightReferred, fc.constantFrom(...presets), fc.constant(conductanceDeviceSchema.parse({ kind: 'generic', readDeviationFraction: 0.05, driftExponentMean: 0.03 })))

const sections = {
  device,
  programming: fc.record({
    levels: fc.constantFrom(0, 2, 3, 16), writeVerify: fc.record({ toleranceFraction: often(0.2), tries: fc.integer({ min: 1, max: 5 }) }),
    stuckAtMinimum: often(0.3), stuckAtMaximum: often(0.3), stuckAtRandom: often(0.3)
  }),
  representation: fc.record({
    scaleGranularity: fc.constantFrom(...scaleGranularities), scaleStatistic: fc.constantFrom('auto' as const, 'half-range' as const, 'max-abs' as const, 'percentile' as const),
    scalePercentile: percentile, scaleExponentBits: fc.constantFrom(0, 0, 4, 8, 16), bias: fc.constantFrom('analog' as const, 'digital' as const)
  }),
  cell: fc.record({
    kind: fc.constantFrom('differential' as const, 'offset' as const), pair: fc.constantFrom('one-sided' as const, 'centred' as const),
    digitization: fc.constantFrom('together' as const, 'separate' as const), reference: fc.constantFrom('digital' as const, 'column' as const)
  }),
  slices: fc.record({ weightBits: fc.constantFrom(0, 0, 2, 5, 8), bitsPerCell: fc.constantFrom(0, 0, 1, 2, 4) }),
  retention: fc.record({ seconds: fc.constantFrom(0, 1, 3600, 3e7), compensation: fc.constantFrom('none' as const, 'global' as const, 'tile' as const) }),
  array: fc.record({ rows: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constant(65536)), columns: fc.integer({ min: 0, max: 9 }) }),
  wires: fc.record({
    rowSegmentOhms: fc.constantFrom(0, 0, 1, 100), columnSegmentOhms: fc.constantFrom(0, 0, 2), driverOhms: fc.constantFrom(0, 50), senseOhms: fc.constantFrom(0, 20),
    arrangement: fc.constantFrom('separate' as const, 'shared-columns' as const), gatedInputs: fc.constantFrom(false, false, false, true)
  }),
  dac: fc.record({
    inputBits: bits, sign: fc.constantFrom('auto' as const, 'signed' as const, 'unsigned' as const), codes,
    streaming: fc.constantFrom('analog' as const, 'bit-serial' as const), bitsPerPulse: fc.integer({ min: 1, max: 8 }),
    range: fc.oneof(
      fc.record({ kind: fc.constant('calibrated' as const), statistic, percentile }), fc.record({ kind: fc.constant('fixed' as const), maximum: positive }),
      fc.constant({ kind: 'per-vector' as const })
    )
  }),
  adc: fc.record({
    outputBits: bits, codes, offsetDeviation: often(0.1), gainDeviation: often(0.1), noiseDeviation: often(0.1),
    range: fc.oneof(
      fc.record({ kind: fc.constant('calibrated' as const), statistic, percentile, scope: fc.constantFrom('layer' as const, 'tile' as const) }),
      fc.constant({ kind: 'full-scale' as const }),
      fc.record({ kind: fc.constant('fixed' as const), maximum: positive, minimum: fc.constantFrom(null, null, -2), perSlice: fc.constantFrom([], [], [4], [4, 8]) })
    )
  }),
  effects: fc.record(Object.fromEntries(effectSwitches.map((key) => [key, fc.constantFrom(true, true, true, false)])) as Record<EffectSwitch, fc.Arbitrary<boolean>>)
}
/** Layers of the small task's network by name, and one that it does not have. */
const override = fc.record({ digital: fc.boolean(), ...sections }, { requiredKeys: ['digital'] })
const anyHardware: fc.Arbitrary<Hardware> = fc
  .record({
    ...sections,
    calibrationImages: fc.integer({ min: 1, max: 4096 }),
    digitalLayers: fc.record({ first: fc.constantFrom(false, false, true), last: fc.constantFrom(false, false, true) }),
    layers: fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 2, arbitrary: override.map((own) => ({ [small.layerNames[0] ?? '']: own })) }, { weight: 1, arbitrary: override.map((own) => ({ 'no such layer': own })) })
  })
  // Shares of stuck cells of more than 1 are no valid description.
  .map((value) => hardwareSchema.safeParse(value))
  .filter((parsed) => parsed.success)
  .map((parsed) => parsed.data!)

/** Sections that do not fit are set back until none is left. */
function repaired(hardware: Hardware): Hardware {
  // Arrays of finite size go with everything.
  const neutral = hardwareSchema.parse({ array: { rows: 16, columns: 8 } })
  let current = { ...hardware, layers: {} }
  for (let round = 0; round < 20; round++) {
    const error = hardwareProblems(current).find(({ severity }) => severity === 'error')
    if (error === undefined) return current
    const section = error.where.split('.')[1] as keyof Hardware
    current = { ...current, [section]: neutral[section] }
  }
  throw new Error('Still inconsistent with every section set back')
}

const simulate = (hardware: Hardware, { evaluator } = small): Promise<SimulationPoint> => evaluator.noisy(hardware, range, 1, 1)

async function expectResult(hardware: Hardware, subject = small): Promise<void> {
  const { top1, loss } = await simulate(hardware, subject)
  expect(top1.mean).toBeGreaterThanOrEqual(0)
  expect(Number.isFinite(loss.mean)).toBe(true)
}

/** Milliseconds: many descriptions, each compiled, calibrated and run; four times what they take on a quiet machine of two cores. */
const patience = 240_000

describe('every valid hardware description', () => {
  it('runs, or is refused with a problem that names one of its fields', async () => {
    let refused = 0
    await fc.assert(
      fc.asyncProperty(anyHardware, async (hardware) => {
        try {
          await expectResult(hardware)
        } catch (thrown) {
          if (!(thrown instanceof ProblemError)) throw thrown
          refused++
          expect(thrown.problem.where).toMatch(/^hardware\.\w+/)
        }
      }),
      { numRuns: 80, seed: 1 }
    )
    expect(refused).toBeGreaterThan(20)
  }, patience)

  it.each([['the small network', 120], ['every kind of layer', 30]] as const)('runs when its sections fit together, %s', async (name, numRuns) => {
    let ran = 0
    await fc.assert(
      fc.asyncProperty(anyHardware.map(repaired), async (hardware) => {
        try {
          await expectResult(hardware, name === 'the small network' ? small : every)
          ran++
        } catch (thrown) {
          // Whether exponents hold the scales depends on the weights.
          if (!(thrown instanceof ProblemError)) throw thrown
          expect(thrown.problem.where).toBe('hardware.representation.scaleExponentBits')
        }
      }),
      { numRuns, seed: 1 }
    )
    expect(ran).toBeGreaterThan((2 / 3) * numRuns)
  }, patience)

  it('names the rounding of scales where it moves the limit of clipping alone', () => {
    const hardware = hardwareSchema.parse({ device: { kind: 'weight-referred', sigma: 0 }, representation: { scaleStatistic: 'percentile', scaleExponentBits: 4 } })
    expect(activeEffects(hardware).map((effect) => effect.switch)).toEqual(['weightClipping', 'scaleRounding'])
  })

  it.each(['the small network', 'every kind of layer'])('is exact when no effect is active, %s', async (name) => {
    const subject = name === 'the small network' ? small : every
    const digital = await subject.evaluator.digital(range)
    const exact = await simulate(hardwareSchema.parse({ effects: { programmingError: false } }), subject)
    const off = Object.fromEntries(effectSwitches.map((key) => [key, false])) as Record<EffectSwitch, boolean>
    const ideal = anyHardware
      .map((hardware): Hardware => ({ ...hardware, effects: off, layers: {}, representation: { ...hardware.representation, scaleStatistic: 'auto' } }))
      .filter((hardware) => !hardwareProblems(hardware).some(({ severity }) => severity === 'error'))
    await fc.assert(
      fc.asyncProperty(ideal, async (hardware) => {
        expect(activeEffects(hardware)).toEqual([])
        const { top1, confusion, loss } = await simulate(hardware, subject)
        expect([top1.mean, confusion]).toEqual([digital.top1, digital.confusion])
        expect(loss.mean).toBe(exact.loss.mean)
      }),
      { numRuns: 30, seed: 2 }
    )
  })
})

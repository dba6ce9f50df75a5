import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ProblemError } from '@shared/problems'
import { storedCalibrationSchema } from '@shared/calibration'
import { simulationConfigSchema, type SimulationResult } from '@shared/simulation'
import { smallTask, testControl, type SmallTask } from '../testing/small-task'
import { inlinePool } from '../workers/pool'
import { runSimulation } from './run-simulation'

let task: SmallTask
beforeAll(async () => void (task = await smallTask()))
afterAll(() => task.remove())

const config = simulationConfigSchema.parse({
  hardware: { array: { rows: 16, columns: 4 }, representation: { scaleGranularity: 'tile-column' } },
  settings: { chipInstances: 3, images: { count: 100 }, sweep: { parameter: 'sigma', values: [0, 0.2] }, batch: 40 }
})

/** A result without what depends on the clock. */
const timeless = (result: SimulationResult): unknown =>
  JSON.parse(JSON.stringify(result, (key, value: unknown) => (key === 'seconds' || key === 'imagesPerSecond' ? undefined : value)))

const simulate = async (settings = config, control = testControl()): Promise<SimulationResult> =>
  runSimulation({ ...(await task.params()), config: settings }, control, inlinePool())

const keptIn = async (runFolder: string) => storedCalibrationSchema.parse(JSON.parse(await readFile(join(runFolder, 'calibration.json'), 'utf8')))

describe('runSimulation', () => {
  it('at σ = 0 with ideal converters every chip instance predicts what the digital network predicts', async () => {
    const { digital, points } = await simulate()
    expect(points[0]!.activeEffects).toEqual([])
    expect(points[0]!.top1.values).toEqual(Array(3).fill(digital!.top1))
    expect(points[0]!.confusion).toEqual(digital!.confusion.map((row) => row.map((count) => 3 * count)))
    expect(new Set(points[1]!.top1.values).size).toBeGreaterThan(1)
  })

  it('gives the same numbers for the same seed and others for another', async () => {
    const first = await simulate()
    expect(timeless(await simulate())).toEqual(timeless(first))
    const other = await simulate({ ...config, settings: { ...config.settings, seed: 2 } })
    expect(other.points[1]!.loss.values).not.toEqual(first.points[1]!.loss.values)
  })

  it.each([
    ['weights', config.hardware],
    ['converters and read noise', { ...config.hardware, device: { kind: 'generic' as const, readDeviationFraction: 0.05 }, dac: { inputBits: 6 }, adc: { outputBits: 6 } }]
  ])('gives the same numbers whatever the batch, the automatic one too: %s', async (_name, hardware) => {
    const withBatch = (batch: number): Promise<SimulationResult> =>
      simulate(simulationConfigSchema.parse({ hardware, settings: { chipInstances: 2, images: { count: 60 }, batch } }))
    const reference = timeless(await withBatch(0))
    for (const batch of [1, 2, 7, 60]) expect(timeless(await withBatch(batch))).toEqual(reference)
  })

  it('keeps what reached each converter at each point, and the range that it was given', async () => {
    const params = await task.params()
    const withConverters = simulationConfigSchema.parse({
      hardware: { array: { rows: 16, columns: 4 }, dac: { inputBits: 6 }, adc: { outputBits: 6, range: { kind: 'calibrated', scope: 'tile' } }, calibrationImages: 20 },
      settings: { chipInstances: 1, images: { count: 40 }, sweep: { parameter: 'adc-bits', values: [4, 6] }, batch: 40 }
    })
    await runSimulation({ ...params, config: withConverters }, testControl(), inlinePool())
    const { sets } = await keptIn(params.runFolder)
    expect(sets.map(({ occasions }) => occasions)).toEqual([[{ kind: 'point', point: 0, value: 4 }], [{ kind: 'point', point: 1, value: 6 }]])
    const { converters, images } = sets[1]!
    expect(images.count).toBe(20)
    expect(converters.map(({ kind }) => kind)).toEqual(['dac', 'adc', 'dac', 'adc', 'dac', 'adc'])
    for (const { lowest, highest, step, histogram, kind, clipped } of converters) {
      // The largest magnitude that arrived is the full scale; images are read with their sign, in two's complement.
      expect(Math.max(-histogram.lowest, histogram.highest)).toBeCloseTo(highest, 5)
      expect(lowest === 0 ? 0 : -highest - step!).toBeCloseTo(lowest, 5)
      expect(clipped).toEqual({ below: 0, above: 0 })
      expect(histogram.counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(kind === 'dac' ? 1000 : 100)
    }
  })

  it('keeps one calibration for all points that differ in devices alone, also when it is resumed', async () => {
    const params = await task.params()
    const overSigma = simulationConfigSchema.parse({
      hardware: { adc: { outputBits: 6 }, calibrationImages: 20 },
      settings: { chipInstances: 1, images: { count: 40 }, sweep: { parameter: 'sigma', values: [0, 0.1, 0.2] }, batch: 40 }
    })
    // Checkpoints: after the digital run, after each point.
    await expect(runSimulation({ ...params, config: overSigma }, testControl(2), inlinePool())).rejects.toThrow(ProblemError)
    await runSimulation({ ...params, config: overSigma }, testControl(), inlinePool())
    const { sets } = await keptIn(params.runFolder)
    expect(sets.map(({ occasions }) => occasions.map((occasion) => occasion.kind === 'point' && occasion.value))).toEqual([[0, 0.1, 0.2]])
  })

  it('cancelled or killed, goes on where it was and ends with the same numbers', async () => {
    const whole = await simulate()
    const params = await task.params()
    // Checkpoints: after the digital run, after each point.
    await expect(runSimulation({ ...params, config }, testControl(2), inlinePool())).rejects.toThrow(ProblemError)
    const log = join(params.runFolder, 'trials.jsonl')
    const lines = (await readFile(log, 'utf8')).trimEnd().split('\n')
    expect(lines).toHaveLength(3)
    // As a killed process leaves it: one line lost, another half written.
    await writeFile(log, lines.slice(0, 2).join('\n') + '\n')
    await appendFile(log, lines[2]!.slice(0, 20))
    const resumed = await runSimulation({ ...params, config }, testControl(), inlinePool())
    expect(timeless(resumed)).toEqual(timeless(whole))
  })

  it('names a damaged line and leaves the file as it was', async () => {
    const params = await task.params()
    const log = join(params.runFolder, 'trials.jsonl')
    await writeFile(log, 'not a trial\n')
    await expect(runSimulation({ ...params, config }, testControl(), inlinePool())).rejects.toMatchObject({ problem: { code: 'RUN_INVALID', where: expect.stringContaining('trials.jsonl:1') as string } })
    expect(await readFile(log, 'utf8')).toBe('not a trial\n')
  })

  it('converters of 12 bits cost little accuracy, of 2 bits much', async () => {
    const at = async (bits: number): Promise<number> => {
      const hardware = { ...config.hardware, device: { ...config.hardware.device, sigma: 0 }, dac: { ...config.hardware.dac, inputBits: bits }, adc: { ...config.hardware.adc, outputBits: bits } }
      const result = await simulate({ hardware, settings: { ...config.settings, sweep: null, chipInstances: 1 } })
      return Math.abs(result.points[0]!.loss.mean - (await simulate()).points[0]!.loss.mean)
    }
    const fine = await at(12)
    const coarse = await at(2)
    // Steps are 1024 times coarser, and so is the error to first order; an order of magnitude is beyond doubt.
    expect(coarse).toBeGreaterThan(10 * fine)
  })
})

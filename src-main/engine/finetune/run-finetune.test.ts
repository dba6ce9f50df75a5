import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storedCalibrationSchema } from '@shared/calibration'
import { accuracyOf, finetuneConfigSchema, type AccuracyFinetuneResult, type FinetuneConfig } from '@shared/finetune'
import { hardwareSchema } from '@shared/hardware'
import { ProblemError } from '@shared/problems'
import { simulationSettingsSchema } from '@shared/simulation'
import { mappedLayers, networkParameters } from '../analog/compile'
import { readModel } from '../onnx/codec'
import type { FloatTensor } from '../onnx/graph'
import { importNetwork } from '../onnx/import'
import { openNetwork, saveNetwork } from '../onnx/network-store'
import { runSimulation } from '../simulate/run-simulation'
import { smallTask, testControl, type SmallTask } from '../testing/small-task'
import { inlinePool, type ComputePool } from '../workers/pool'
import { setSignal } from '../workers/signal'
import type { ComputeTask } from '../workers/worker-tasks'
import { readCheckpoint } from './checkpoint'
import { epochActivity, runFinetune } from './run-finetune'

let task: SmallTask
beforeAll(async () => void (task = await smallTask()))
afterAll(() => task.remove())

const config = (settings: object = {}, hardware: object = {}): FinetuneConfig =>
  finetuneConfigSchema.parse({
    hardware: { device: { kind: 'weight-referred', sigma: 0.1 }, ...hardware },
    settings: {
      epochs: 3, batch: 40, learningRate: 0.05, validationImages: 40, validationChipInstances: 2, testImages: 100, testChipInstances: 3, ...settings
    }
  })

/** An inline pool that shows each task before it is computed. */
function watchedPool(look: (task: ComputeTask) => void): ComputePool {
  const pool = inlinePool()
  return {
    ...pool,
    run: (computed) => {
      look(computed)
      return pool.run(computed)
    }
  }
}

async function finetune(settings: FinetuneConfig): Promise<AccuracyFinetuneResult & { runFolder: string }> {
  const params = await task.params()
  return { ...accuracyOf(await runFinetune({ ...params, config: settings }, testControl(), inlinePool())), runFolder: params.runFolder }
}

it('keeps what reached the converters before and after: other weights bring other sums', async () => {
  const { runFolder } = await finetune(config({ epochs: 0.5, testImages: 40 }, { adc: { outputBits: 6 } }))
  const { sets } = storedCalibrationSchema.parse(JSON.parse(await readFile(join(runFolder, 'calibration.json'), 'utf8')))
  expect(sets.map(({ occasions }) => occasions)).toEqual([[{ kind: 'before' }], [{ kind: 'after' }]])
  const [before, after] = sets.map(({ converters }) => converters.map(({ highest }) => highest))
  expect(before).toHaveLength(3)
  expect(after).not.toEqual(before)
})

it('says which epoch is under way, and with parts of an epoch how many are done', () => {
  expect([0, 2.5, 10].map((done) => epochActivity(done, 10))).toEqual(['Epoch 1 of 10', 'Epoch 3 of 10', 'Epoch 10 of 10'])
  expect([0, 2, 2.1].map((done) => epochActivity(done, 2.1))).toEqual(['Epoch 0.0 of 2.1', 'Epoch 2.0 of 2.1', 'Epoch 2.1 of 2.1'])
  expect(epochActivity(0.04, 0.04)).toBe('Epoch 0.0 of 0.04')
})

describe('runFinetune', () => {
  it('learns on cells of a conductance device with slices, drift, read noise and converters', async () => {
    const hardware = {
      device: { kind: 'hermes' }, slices: { weightBits: 6, bitsPerCell: 3 }, retention: { seconds: 86_400, compensation: 'global' }, array: { rows: 32, columns: 8 },
      dac: { inputBits: 8, streaming: 'bit-serial' }, adc: { outputBits: 8, range: { kind: 'full-scale' } }
    }
    const result = await finetune(config({}, hardware))
    expect(result.before.noisy.top1.mean).toBeLessThan(0.6)
    expect(result.after.noisy.top1.mean).toBeGreaterThan(0.9)
  })

  const coarse = { array: { rows: 32 }, dac: { inputBits: 4 }, adc: { outputBits: 4 } }
  const learntRanges = { dac: true, adc: true, learningRateFactor: 10 }

  it.each([
    ['one scale a layer', { ...coarse }],
    ['one scale a column, mid-rise codes, no DAC', { ...coarse, representation: { scaleGranularity: 'column' }, dac: {}, adc: { outputBits: 4, codes: 'mid-rise' } }],
    ['cells of a device, bit-serial inputs', { ...coarse, device: { kind: 'hermes' }, dac: { inputBits: 4, streaming: 'bit-serial' } }]
  ])('learns converter ranges, and a simulation of what it exports on the hardware that it describes gives its figures: %s', async (_, hardware) => {
    const kinds = Object.keys(hardware.dac).length === 0 ? ['adc'] : ['dac', 'adc']
    const result = await finetune(config({ learntRanges: { ...learntRanges, dac: kinds.includes('dac') } }, hardware))
    const { learnt, testRange } = result
    expect(learnt?.ranges.map(({ converter }) => converter)).toEqual([...kinds, ...kinds, ...kinds])
    for (const { before, after } of learnt!.ranges) expect(Math.abs(after / before - 1)).toBeGreaterThan(1e-3)
    expect(result.after.noisy.top1.mean).toBeGreaterThan(result.before.noisy.top1.mean + 0.2)

    const networkFolder = join(result.runFolder, 'tuned')
    await saveNetwork(networkFolder, await importNetwork(join(result.runFolder, result.export.file)))
    const document = hardwareSchema.parse(JSON.parse(JSON.stringify(learnt!.hardware)))
    const simulated = await runSimulation(
      { ...(await task.params()), networkFolder, config: { hardware: document, settings: simulationSettingsSchema.parse({ images: testRange, chipInstances: 3, seed: 1 }) } }, testControl(), inlinePool()
    )
    expect(simulated.points[0]!.top1.values).toEqual(result.after.noisy.top1.values)
    expect(simulated.points[0]!.loss.values).toEqual(result.after.noisy.loss.values)
  })

  it('digitises in the simulation with the very steps that it learnt', async () => {
    const { learnt, runFolder } = await finetune(config({ epochs: 1, learntRanges }, coarse))
    const { sets } = storedCalibrationSchema.parse(JSON.parse(await readFile(join(runFolder, 'calibration.json'), 'utf8')))
    const after = sets.find(({ occasions }) => occasions.some(({ kind }) => kind === 'after'))!
    for (const { layer, converter, after: fullScale } of learnt!.ranges) {
      const found = after.converters.find((other) => other.layer === layer && other.kind === converter)!
      // Magnitude codes of 4 bits: 7 of a signed converter, 15 of an unsigned one.
      expect(found.step).toBe(Math.fround(fullScale / (found.lowest < 0 ? 7 : 15)))
    }
  })

  it('learns no range of a frozen layer', async () => {
    const [first, ...others] = mappedLayers(await openNetwork((await task.params()).networkFolder)).map(({ layer }) => layer.node)
    const { learnt } = await finetune(config({ epochs: 0.5, learntRanges, frozenLayers: [first!] }, coarse))
    expect([...new Set(learnt?.ranges.map(({ layer }) => layer))]).toEqual(others)
  })

  it.each([
    ['a range per tile', { adc: { outputBits: 4, range: { kind: 'calibrated', scope: 'tile' } } }, 'adc', 'each tile has its own'],
    ['all the current of the rows', { adc: { outputBits: 4, range: { kind: 'full-scale' } } }, 'adc', 'all the current of the rows'],
    ['a lower end of its own', { adc: { outputBits: 4, codes: 'mid-rise', range: { kind: 'fixed', minimum: -1 } } }, 'adc', 'a lower end of its own'],
    ['slices', { device: { kind: 'hermes' }, slices: { weightBits: 6, bitsPerCell: 3 }, adc: { outputBits: 4 } }, 'adc', 'several arrays'],
    ['no ADC', {}, 'adc', 'no layer that is trained has an ADC that acts'],
    ['a range that follows the input', { dac: { inputBits: 4, range: { kind: 'per-vector' } } }, 'dac', 'follows each input vector'],
    ['no DAC', { adc: { outputBits: 4 } }, 'dac', 'no layer that is trained has a DAC that acts']
  ])('refuses to learn the range of %s', async (_, hardware, which, why) => {
    await expect(finetune(config({ learntRanges: { [which]: true } }, hardware))).rejects.toMatchObject({
      problem: { code: 'FINETUNE_INVALID', where: `settings.learntRanges.${which}`, message: expect.stringContaining(why) as string }
    })
  })

  it('refuses to learn ranges with plain SGD, which has no converters', async () => {
    await expect(finetune(config({ method: 'plain', learntRanges }, coarse))).rejects.toMatchObject({ problem: { where: 'settings.learntRanges.dac', message: expect.stringContaining('plain SGD') as string } })
  })

  it('leaves frozen layers as they are, bit by bit, and trains the others', async () => {
    const params = await task.params()
    const before = await openNetwork(params.networkFolder)
    const [first, ...others] = mappedLayers(before).map(({ layer }) => layer)
    const result = await finetune(config({ frozenLayers: [first!.node], epochs: 1 }))
    const { initializers } = readModel(new Uint8Array(await readFile(join(result.runFolder, result.export.file)))).graph
    const same = (name: string): boolean => Buffer.from((initializers.get(name) as FloatTensor).data.buffer).equals(Buffer.from((before.model.graph.initializers.get(name) as FloatTensor).data.slice().buffer))
    expect([same(first!.weight.name), same(first!.bias!.name)]).toEqual([true, true])
    expect(others.map(({ weight }) => same(weight.name))).toEqual(others.map(() => false))
  })

  it('refuses layers that are not there, and to freeze all', async () => {
    await expect(finetune(config({ frozenLayers: ['nowhere'] }))).rejects.toMatchObject({ problem: { code: 'FINETUNE_INVALID', where: 'settings.frozenLayers' } })
    await expect(finetune(config({ learningRateFactors: { nowhere: 2 } }))).rejects.toMatchObject({ problem: { code: 'FINETUNE_INVALID', where: 'settings.learningRateFactors' } })
    const names = mappedLayers(await openNetwork((await task.params()).networkFolder)).map(({ layer }) => layer.node)
    await expect(finetune(config({ frozenLayers: names }))).rejects.toMatchObject({ problem: { code: 'FINETUNE_INVALID', where: 'settings.frozenLayers' } })
  })

  it('ends early when validation does not get better, and says how many steps were done', async () => {
    // A learning rate too small to change anything: no epoch after the first is better.
    const result = await finetune(config({ epochs: 10, learningRate: 1e-12, patienceEpochs: 2 }))
    const stepsPerEpoch = Math.floor(result.trainRange.count / 40)
    expect([result.bestStep, result.steps]).toEqual([stepsPerEpoch, 3 * stepsPerEpoch])
  })

  it('refuses antithetic pairs of cells, which have no mirror image', async () => {
    await expect(finetune(config({ antithetic: true, samples: 2 }, { device: { kind: 'hermes' } }))).rejects.toMatchObject({ problem: { code: 'FINETUNE_INVALID', where: 'settings.antithetic' } })
  })

  it('learns the task under noise, and exports what it reports', async () => {
    const result = await finetune(config())
    expect(result.before.noisy.top1.mean).toBeLessThan(0.6)
    expect(result.after.noisy.top1.mean).toBeGreaterThan(0.9)
    expect(result.history.filter(({ validation }) => validation !== null)).toHaveLength(3)
    const exported = readModel(new Uint8Array(await readFile(join(result.runFolder, result.export.file))))
    expect(exported.producer).toBe('Analog CIM Studio')
    expect(result.trainRange.count + result.validationRange.count + result.testRange.count).toBe(400)
  })

  it.each([
    ['K = 2', { samples: 2 }, {}],
    ['antithetic pairs', { samples: 2, antithetic: true }, {}],
    ['ranges, ramp, teacher, two batches a step, Nesterov, limits', { noise: { sigma: { from: 0, to: 0.2 }, rampEpochs: 2 }, distillation: { weight: 0.5 }, accumulation: 2, nesterov: true, weightLimit: { kind: 'deviations' }, warmupEpochs: 1 }, {}],
    ['converters in the loop', {}, { array: { rows: 16 }, dac: { inputBits: 6 }, adc: { outputBits: 6 } }],
    ['augmentation, step schedule, clipping', { augmentation: { cropPadding: 1, horizontalFlip: false }, schedule: { kind: 'step', everyEpochs: 1 }, gradientNormClip: 1 }, {}],
    ['digital biases, one scale a column', {}, { representation: { bias: 'digital', scaleGranularity: 'column' } }]
  ])('learns with %s', async (_, settings, hardware) => {
    const result = await finetune(config(settings, hardware))
    expect(result.after.noisy.top1.mean).toBeGreaterThan(result.before.noisy.top1.mean + 0.2)
  })

  it.each([['', config()], [', learnt ranges included', config({ learntRanges }, coarse)]])('cancelled at any step, resumes to bit-identical weights%s', async (_, settings) => {
    const whole = await finetune(settings)
    // Steps: 6 an epoch, 18 in all. Checkpoint calls: one after the figures before, then one after each step.
    for (const cancelAt of [2, 7, 11]) {
      const params = await task.params()
      await expect(runFinetune({ ...params, config: settings }, testControl(cancelAt), inlinePool())).rejects.toThrow(ProblemError)
      const resumed = await runFinetune({ ...params, config: settings }, testControl(), inlinePool())
      expect(resumed.export.sha256).toBe(whole.export.sha256)
      expect(resumed.learnt).toEqual(whole.learnt)
      expect(resumed.history.map(({ secondsElapsed: _, ...rest }) => rest)).toEqual(whole.history.map(({ secondsElapsed: _, ...rest }) => rest))
    }
  })

  it('cancelled between two samples of a step, begins no further part and resumes to the same weights', async () => {
    const settings = config({ samples: 4 })
    const whole = await finetune(settings)
    const params = await task.params()
    const control = testControl()
    let gradients = 0
    const pool = watchedPool((computed) => {
      // Each sample has four parts: this is in the second sample of the third step.
      if (computed.kind === 'gradient' && ++gradients === 2 * 16 + 6) setSignal(control.signal, 'cancel')
    })
    await expect(runFinetune({ ...params, config: settings }, control, pool)).rejects.toMatchObject({ problem: { code: 'JOB_CANCELLED' } })
    // The rest of the sample was handed out already and ends at once.
    expect(gradients).toBeLessThanOrEqual(2 * 16 + 8)
    const checkpoint = await readCheckpoint(join(params.runFolder, 'checkpoint.bin'), networkParameters(mappedLayers(await openNetwork(params.networkFolder))))
    expect(checkpoint?.head.step).toBe(2)
    const resumed = await runFinetune({ ...params, config: settings }, testControl(), inlinePool())
    expect(resumed.export.sha256).toBe(whole.export.sha256)
  })

  it('chooses the best checkpoint on other chips than those that judge it', async () => {
    const settings = config({ epochs: 1 })
    const chips = new Map<number, Set<number>>()
    const pool = watchedPool((computed) => {
      if (computed.kind !== 'classify' || computed.chip === null) return
      const { first } = computed.source.range
      chips.set(first, (chips.get(first) ?? new Set()).add(computed.chip.chipInstance))
    })
    const { testRange, validationRange } = await runFinetune({ ...(await task.params()), config: settings }, testControl(), pool)
    expect([...chips.get(testRange.first)!]).toEqual([0, 1, 2])
    expect([...chips.get(validationRange.first)!]).toEqual([3, 4])
  })

  it('refuses what cannot be trained before it computes anything', async () => {
    let computed = 0
    const pool = watchedPool(() => computed++)
    const settings = config({ samples: 3, antithetic: true })
    await expect(runFinetune({ ...(await task.params()), config: settings }, testControl(), pool)).rejects.toMatchObject({ problem: { where: 'settings.samples' } })
    expect(computed).toBe(0)
  })

  it('says so when training diverges', async () => {
    await expect(finetune(config({ learningRate: 10, momentum: 0.99, epochs: 20 }))).rejects.toMatchObject({ problem: { code: 'TRAINING_DIVERGED' } })
  })

  it.each([
    ['antithetic pairs with odd K', { samples: 3, antithetic: true }, 'FINETUNE_INVALID'],
    ['more images than there are', { trainImages: 350 }, 'DATA_TOO_FEW_IMAGES'],
    ['a batch larger than the training set', { batch: 300 }, 'DATA_TOO_FEW_IMAGES']
  ])('refuses %s', async (_, settings, code) => {
    await expect(finetune(config(settings))).rejects.toMatchObject({ problem: { code } })
  })
})

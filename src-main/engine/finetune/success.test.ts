import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decibelsOfError } from '@shared/fidelity'
import { finetuneConfigSchema, isFidelityResult, type FidelityFinetuneResult } from '@shared/finetune'
import { readModel } from '../onnx/codec'
import { openInputs } from '../resources/inputs'
import { feedsOf } from '../simulate/classify-images'
import { Evaluator } from '../simulate/evaluator'
import { smallTask, testControl, type SmallTask } from '../testing/small-task'
import { inlinePool } from '../workers/pool'
import { newSignal } from '../workers/signal'
import { readCheckpoint } from './checkpoint'
import { estimateFinetune } from './estimate'
import { runFinetune } from './run-finetune'
import { isBetter } from './success'

const fixture = join(import.meta.dirname, '../../../tests/fixtures/networks/u-net.onnx')
/** The imported network and the file are optimised differently and round float32 differently: 0.1 % of the error energy. */
const roundingDecibels = 0.005
/** What training must bring for the test to say that it learns; it brings more than twice that. */
const leastGain = 0.5

const config = finetuneConfigSchema.parse({
  hardware: { device: { kind: 'weight-referred', sigma: 0.1 }, representation: { scaleGranularity: 'layer' } },
  settings: { epochs: 6, batch: 20, validationImages: 40, validationChipInstances: 4, testImages: 40, testChipInstances: 10 }
})

let task: SmallTask
let bytes: Uint8Array
beforeAll(async () => {
  bytes = new Uint8Array(await readFile(fixture))
  task = await smallTask(readModel(bytes), 16)
})
afterAll(() => task.remove())

async function finetune(settings = config.settings): Promise<FidelityFinetuneResult & { runFolder: string }> {
  const params = await task.params()
  const result = await runFinetune({ ...params, config: { ...config, settings } }, testControl(), inlinePool())
  if (!isFidelityResult(result)) throw new Error('A U-Net has no accuracy')
  return { ...result, runFolder: params.runFolder }
}

describe('fine-tuning of a network without classes', () => {
  it('learns the output of the digital network under noise, and keeps the checkpoint with the least error', async () => {
    const { before, after, history, bestStep, classNames, runFolder } = await finetune()
    expect(classNames).toEqual([])
    expect(before.digital).toMatchObject({ decibels: null, exact: 1 })
    expect(after.noisy.fidelity.decibels!.mean).toBeGreaterThan(before.noisy.fidelity.decibels!.mean + leastGain)
    const validations = history.flatMap(({ step, validation }) => (validation === null || !('noisyError' in validation) ? [] : [{ step, ...validation }]))
    expect(validations).toHaveLength(6)
    const least = validations.reduce((a, b) => ((b.noisyError ?? Infinity) < (a.noisyError ?? Infinity) ? b : a))
    expect(bestStep).toBe(least.step)
    expect(validations.findLast(({ best }) => best)?.step).toBe(bestStep)
    const kept = await readCheckpoint(join(runFolder, 'checkpoint.bin'), (await openedParameters(runFolder)))
    expect(kept?.head.best).toEqual({ step: bestStep, noisyError: least.noisyError })
  })

  it('measures the exported network against the one that it was made of, as plain ONNX Runtime does', async () => {
    const { after, testRange, export: { file }, runFolder } = await finetune({ ...config.settings, epochs: 1 })
    const params = await task.params()
    const { network, dataset } = await openInputs(params)
    const evaluator = new Evaluator({ network, dataset, preprocessing: params.preprocessing, batch: testRange.count, calibrationRange: testRange, pool: inlinePool(), signal: newSignal(), anyOutput: true })
    const [images] = Object.values(feedsOf(evaluator.io, evaluator.source(testRange), Int32Array.from({ length: testRange.count }, (_, i) => testRange.first + i), null))
    const outputOf = async (model: Uint8Array): Promise<Float32Array> => {
      const session = await ort.InferenceSession.create(model)
      return (await session.run({ [session.inputNames[0]!]: images! }))[session.outputNames[0]!]!.data as Float32Array
    }
    const y = await outputOf(bytes)
    const found = await outputOf(new Uint8Array(await readFile(join(runFolder, file))))
    const error = y.reduce((sum, value, i) => sum + (found[i]! - value) ** 2, 0) / y.reduce((sum, value) => sum + value ** 2, 0)
    expect(Math.abs(after.digital.decibels!.mean - decibelsOfError(error)!)).toBeLessThan(roundingDecibels)
  })

  it('is estimated', async () => {
    const found = await estimateFinetune({ ...(await task.params()), config }, testControl(), inlinePool())
    expect(found.seconds).toBeGreaterThan(0)
  })
})

async function openedParameters(runFolder: string): Promise<{ name: string; length: number }[]> {
  const file = await readFile(join(runFolder, 'checkpoint.bin'))
  const length = file.readUInt32LE(8)
  return (JSON.parse(file.subarray(12, 12 + length).toString()) as { parameters: { name: string; length: number }[] }).parameters
}

describe('isBetter', () => {
  it.each([
    ['anything than nothing', { digitalError: null, noisyError: null }, null, true],
    ['more accuracy', { digitalTop1: 0.9, noisyTop1: 0.8, noisyLoss: 2 }, { noisyTop1: 0.7, noisyLoss: 1 }, true],
    ['the same accuracy with less loss', { digitalTop1: 0.9, noisyTop1: 0.8, noisyLoss: 1 }, { noisyTop1: 0.8, noisyLoss: 2 }, true],
    ['the same again', { digitalTop1: 0.9, noisyTop1: 0.8, noisyLoss: 1 }, { noisyTop1: 0.8, noisyLoss: 1 }, false],
    ['less error', { digitalError: 0, noisyError: 0.1 }, { noisyError: 0.2 }, true],
    ['a number than none', { digitalError: 0, noisyError: 0.1 }, { noisyError: null }, true],
    ['no number than one', { digitalError: 0, noisyError: null }, { noisyError: 0.2 }, false]
  ] as const)('%s', (_, found, best, expected) => expect(isBetter(found, best)).toBe(expected))
})

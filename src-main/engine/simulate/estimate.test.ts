import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finetuneConfigSchema } from '@shared/finetune'
import { simulationConfigSchema } from '@shared/simulation'
import { estimateFinetune } from '../finetune/estimate'
import { smallTask, testControl, type SmallTask } from '../testing/small-task'
import { inlinePool } from '../workers/pool'
import { estimateSimulation } from './estimate'

let task: SmallTask
beforeAll(async () => void (task = await smallTask()))
afterAll(() => task.remove())

describe('estimates', () => {
  it.each([40, 300])('counts the trials of a sweep over %i images and gives a positive time', async (count) => {
    const config = simulationConfigSchema.parse({ hardware: {}, settings: { sweep: { parameter: 'sigma', values: [0, 0.1, 0.2] }, chipInstances: 7, images: { count }, batch: 50 } })
    const found = await estimateSimulation({ ...(await task.params()), config }, testControl(), inlinePool())
    expect(found).toMatchObject({ trials: 21, images: count })
    expect(found.seconds).toBeGreaterThan(0)
    expect(found.peakMegabytes).toBeGreaterThan(1)
  })
  it('counts the gradients of a fine-tuning', async () => {
    const config = finetuneConfigSchema.parse({ hardware: {}, settings: { samples: 3, epochs: 2, batch: 50, validationImages: 50, testImages: 100 } })
    const found = await estimateFinetune({ ...(await task.params()), config }, testControl(), inlinePool())
    // 400 − 100 test − 50 validation = 250 images: 5 steps an epoch, 2 epochs, 3 samples.
    expect(found).toMatchObject({ trials: 30, images: 250 })
    expect(found.seconds).toBeGreaterThan(0)
  })
})

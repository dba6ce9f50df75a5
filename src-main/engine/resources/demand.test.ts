import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attributionConfigSchema } from '@shared/attribution'
import { hardwareSchema } from '@shared/hardware'
import { simulationConfigSchema } from '@shared/simulation'
import { readModel } from '../onnx/codec'
import { smallTask, type SmallTask } from '../testing/small-task'
import { simulationDemand } from './demand'
import { openInputs } from './inputs'
import { planAttributionRun, planSimulation } from './plan-run'

const batch = 10
const hardware = hardwareSchema.parse({})
const fixture = join(import.meta.dirname, '../../../tests/fixtures/networks/u-net.onnx')

let uNet: SmallTask
let classifier: SmallTask
beforeAll(async () => {
  uNet = await smallTask(readModel(new Uint8Array(await readFile(fixture))), 16)
  classifier = await smallTask()
})
afterAll(() => Promise.all([uNet.remove(), classifier.remove()]))

describe('memory of a run that compares with the digital network', () => {
  it('counts a second session: in each worker the network three times, its values, and both outputs', async () => {
    const params = await uNet.params()
    const { network, dataset } = await openInputs(params)
    const config = simulationConfigSchema.parse({ hardware, settings: { chipInstances: 1, batch } })
    const { plan } = await planSimulation({ ...params, config })
    const alone = simulationDemand(network, hardware, { tasks: 1, batch, datasetBytes: dataset.pixels.byteLength, compared: [] })
    const weights = network.report.parameters * 4
    // The U-Net ends in two maps of 16 × 16, in each of the two networks; it holds more than that on the way.
    const outputs = 2 * 2 * 16 * 16 * 4 * batch
    expect(plan.bytes - alone.fixedBytes - alone.workerBytes(batch)).toBeGreaterThan((2 + 3) * weights + outputs + outputs)
  })

  it('takes fewer images at a time where the chip alone would have fitted', async () => {
    const params = await uNet.params()
    const { network, dataset } = await openInputs(params)
    const config = simulationConfigSchema.parse({ hardware, settings: { chipInstances: 1, batch: 4096 } })
    const alone = simulationDemand(network, hardware, { tasks: 1, batch: 4096, datasetBytes: dataset.pixels.byteLength, compared: [] })
    const limit = alone.fixedBytes + alone.workerBytes(4096)
    const { plan } = await planSimulation({ ...params, memoryMegabytes: limit / 1e6, config })
    expect(plan.batch).toBeLessThan(4096)
    expect(plan.bytes).toBeLessThanOrEqual(limit)
  })

  it('is none for a classifier, but for an attribution that compares layer outputs', async () => {
    const params = await classifier.params()
    const { network, dataset } = await openInputs(params)
    const alone = simulationDemand(network, hardware, { tasks: 1, batch, datasetBytes: dataset.pixels.byteLength, compared: [] })
    const expected = alone.fixedBytes + alone.workerBytes(batch)
    const simulated = await planSimulation({ ...params, workers: 1, config: simulationConfigSchema.parse({ hardware, settings: { batch } }) })
    expect(simulated.plan.bytes).toBe(expected)
    const attributed = (signalImages: number) => planAttributionRun({ ...params, workers: 1, config: attributionConfigSchema.parse({ hardware, settings: { batch, signalImages } }) })
    expect((await attributed(0)).plan.bytes).toBe(expected)
    expect((await attributed(10)).plan.bytes).toBeGreaterThan(expected + 5 * network.report.parameters * 4)
  })
})

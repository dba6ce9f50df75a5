/** Whole studies on a small task: what they find, that they go on where they were cut short, and what they refuse. */
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ProblemError } from '@shared/problems'
import { hardwareAt } from '@shared/sweep'
import { simulationConfigSchema } from '@shared/simulation'
import { originalName, studyConfigSchema, studyResultSchema, type StudyConfig, type StudyResult } from '@shared/study'
import { writeModel } from '../onnx/codec'
import { LayerBuilder } from '../onnx/layer-builder'
import { exportModel, openNetwork } from '../onnx/network-store'
import { networkParameters, mappedLayers } from '../analog/compile'
import type { NetworkSource } from '../resources/compared'
import { runSimulation } from '../simulate/run-simulation'
import { smallTask, testControl, type SmallTask } from '../testing/small-task'
import { inlinePool } from '../workers/pool'
import { runStudy } from './run-study'

let task: SmallTask
/** The network of the task with its weights halved: other accuracies, the same layers. */
let halved: NetworkSource
beforeAll(async () => {
  task = await smallTask()
  const network = await openNetwork(join(task.folder, 'network'))
  const weights = new Map(networkParameters(mappedLayers(network)).map(({ name }) => {
    const tensor = network.model.graph.initializers.get(name)
    if (tensor?.type !== 'float32') throw new Error('no weights')
    return [name, tensor.data.map((value, i) => (i % 3 === 0 ? value / 2 : value))] as const
  }))
  const file = join(task.folder, 'halved.onnx')
  await writeFile(file, exportModel(network, weights))
  halved = { file }
})
afterAll(() => task.remove())

const config = (settings: object = {}, hardware: object = {}): StudyConfig =>
  studyConfigSchema.parse({
    hardware: { array: { rows: 16, columns: 4 }, ...hardware },
    settings: {
      tuned: [{ name: 'Halved', network: { kind: 'network', folder: 'x' } }], scales: ['network', 'tile-column'], sweep: { parameter: 'sigma', values: [0, 0.1, 0.3] },
      chipInstances: 3, images: { count: 80 }, batch: 40, ...settings
    }
  })
const timeless = (result: unknown): unknown => JSON.parse(JSON.stringify(result, (key, value: unknown) => (key === 'seconds' ? undefined : value)))
const study = async (given = config(), control = testControl(), tuned: NetworkSource[] = [halved]): Promise<StudyResult> =>
  runStudy({ ...(await task.params()), config: given, tuned }, control, inlinePool())
const problemOf = async (promise: Promise<unknown>): Promise<unknown> => {
  const thrown: unknown = await promise.then(() => null, (error: unknown) => error)
  return thrown instanceof ProblemError ? thrown.problem : thrown
}

describe('a study', () => {
  it('finds what simulations of each network in each representation find', async () => {
    const control = testControl()
    const result = await study(config(), control)
    expect(studyResultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result)
    expect(result.networks.map(({ name, file }) => [name, file])).toEqual([[originalName, 'small.onnx'], ['Halved', 'halved.onnx']])
    expect(result.points.map(({ scale, network, value }) => [scale, network, value])).toEqual(
      ['network', 'tile-column'].flatMap((scale) => [0, 1].flatMap((network) => [0, 0.1, 0.3].map((value) => [scale, network, value]))))
    for (const scale of ['network', 'tile-column'] as const) {
      const { hardware, settings } = config()
      const simulation = simulationConfigSchema.parse({ hardware: hardwareAt(hardware, 'scale', scale), settings: { sweep: settings.sweep, chipInstances: 3, images: { count: 80 }, batch: 40 } })
      const { digital, points } = await runSimulation({ ...(await task.params()), config: simulation }, testControl(), inlinePool())
      expect(result.networks[0]!.digital).toMatchObject({ top1: digital!.top1, top5: digital!.top5, images: 80 })
      const own = result.points.filter((point) => point.scale === scale && point.network === 0)
      expect(own.slice(1).map(({ top1, loss }) => [top1, loss])).toEqual(points.slice(1).map(({ top1, loss }) => [top1, loss]))
      // At σ = 0 nothing is drawn: one chip instance stands for all.
      expect(own[0]).toMatchObject({ drawn: false, chipInstances: 1, top1: { ci95: null, values: points[0]!.top1.values.slice(0, 1) } })
    }
    const fractions = control.reports.map(({ fraction }) => fraction)
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
    expect(control.reports.at(-1)).toMatchObject({ fraction: 1, activity: 'Halved, tile-column' })
    expect(control.reports.findLast(({ partial }) => partial !== undefined)?.partial).toMatchObject({ kind: 'study', findings: { points: result.points } })
  })

  it('takes differences chip by chip, on the same draws for every network', async () => {
    const { points } = await study()
    for (const point of points.filter(({ network }) => network === 1)) {
      const original = points.find(({ network, scale, value }) => network === 0 && scale === point.scale && value === point.value)!
      const differences = point.top1.values.map((value, chip) => value - original.top1.values[chip]!)
      expect(point.gain!.mean).toBeCloseTo(differences.reduce((sum, each) => sum + each, 0) / differences.length, 12)
      expect(original.gain).toBeNull()
    }
    // The network compared with itself differs on no chip.
    const same = await study(config(), testControl(), [{ folder: join(task.folder, 'network') }])
    expect(same.points.filter(({ network }) => network === 1).map(({ gain }) => gain)).toEqual(
      same.points.filter(({ network }) => network === 1).map(({ drawn }) => ({ mean: 0, std: 0, ci95: drawn ? 0 : null })))
  })

  it('with converters and without a sweep, of one network, is a table of representations', async () => {
    const result = await study(config({ tuned: [], sweep: null }, { device: { kind: 'generic' }, adc: { outputBits: 6 }, calibrationImages: 20 }), testControl(), [])
    expect(result.points.map(({ scale, value, gain, drawn }) => [scale, value, gain, drawn])).toEqual([['network', null, null, true], ['tile-column', null, null, true]])
  })

  it('cut short at any of its parts it goes on to the same result, without repeating one', async () => {
    const whole = await study()
    const params = { ...(await task.params()), config: config(), tuned: [halved] }
    const log = join(params.runFolder, 'trials.jsonl')
    let cuts = 0
    for (;;) {
      try {
        expect(timeless(await runStudy(params, testControl(2), inlinePool()))).toEqual(timeless(whole))
        break
      } catch (thrown) {
        expect(thrown instanceof ProblemError ? thrown.problem.code : thrown).toBe('JOB_CANCELLED')
        cuts++
        // As a killed process leaves it: a line half written.
        await appendFile(log, '{"measure":"chip","netw')
      }
    }
    expect(cuts).toBeGreaterThan(3)
    const lines = (await readFile(log, 'utf8')).trimEnd().split('\n')
    // Two digital networks; of each, in two representations, one chip instance at σ = 0 and three at two values.
    expect(lines).toHaveLength(2 * (1 + 2 * (1 + 3 + 3)))
    expect(timeless(await runStudy(params, testControl(), inlinePool()))).toEqual(timeless(whole))
  }, 60_000)

  it('goes on with no other network than it was begun with', async () => {
    const params = { ...(await task.params()), config: config() }
    expect(await problemOf(runStudy({ ...params, tuned: [halved] }, testControl(3), inlinePool()))).toMatchObject({ code: 'JOB_CANCELLED' })
    expect(await problemOf(runStudy({ ...params, tuned: [{ folder: join(task.folder, 'network') }] }, testControl(), inlinePool()))).toMatchObject({ code: 'RUN_INVALID', where: 'Halved' })
  })

  it.each<[string, (build: LayerBuilder) => Uint8Array, RegExp]>([
    ['another size', (build) => writeModel(build.finish(build.dense(build.flatten(build.relu(build.conv('image', 1, 6, 3))), 6 * 64, 4), 4)), /“Halved” has the layer .* where the network has/],
    ['more layers', (build) => {
      let x = build.maxPool(build.relu(build.conv('image', 1, 6, 3)), 2)
      x = build.flatten(build.relu(build.conv(x, 6, 8, 3)))
      return writeModel(build.finish(build.dense(build.dense(x, 128, 4), 4, 4), 4))
    }, /where the network has none/]
  ])('refuses a network with %s, naming what differs', async (_, model, message) => {
    const file = join(task.folder, 'other.onnx')
    await writeFile(file, model(new LayerBuilder('other', [1, 8, 8], 2)))
    const refused = await problemOf(study(config(), testControl(), [{ file }]))
    expect(refused).toMatchObject({ code: 'STUDY_INVALID', where: 'study.tuned.0', message: expect.stringMatching(message) as string })
  })
})

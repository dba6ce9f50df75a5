import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attributionConfigSchema, type AttributionConfig, type AttributionPoint, type AttributionResult, type PairedDifference } from '@shared/attribution'
import { storedCalibrationSchema } from '@shared/calibration'
import { hardwareSchema, idealHardware, type EffectSwitch, type Hardware, type HardwareInput } from '@shared/hardware'
import { ProblemError } from '@shared/problems'
import { simulationConfigSchema, type SimulationPoint } from '@shared/simulation'
import { openDataset } from '../data/dataset-store'
import { fillBatch, inputLayout } from '../data/preprocess'
import { writeModel } from '../onnx/codec'
import { importNetwork } from '../onnx/import'
import { LayerBuilder } from '../onnx/layer-builder'
import { openNetwork, saveNetwork } from '../onnx/network-store'
import { smallTask, testControl, type SmallTask } from '../testing/small-task'
import { inlinePool } from '../workers/pool'
import { newSignal } from '../workers/signal'
import { layerNames, runAttribution } from './attribution'
import { estimateAttribution } from './attribution-estimate'
import { withDigitalLayers, withSwitches } from './attribution-plan'
import { Evaluator } from './evaluator'
import { runSimulation } from './run-simulation'

let task: SmallTask
/** Names of the layers of the small network. */
let layers: string[]
beforeAll(async () => {
  task = await smallTask()
  layers = layerNames(await openNetwork((await task.params()).networkFolder))
})
afterAll(() => task.remove())

const chipInstances = 3
const images = { count: 60, first: null }
/** σ, a DAC and an ADC of few bits: three effects, two of which draw nothing. */
const three: HardwareInput = { device: { kind: 'weight-referred', sigma: 0.1 }, array: { rows: 16 }, dac: { inputBits: 3 }, adc: { outputBits: 3 } }

const configOf = (hardware: HardwareInput, settings: Partial<AttributionConfig['settings']> = {}): AttributionConfig =>
  attributionConfigSchema.parse({ hardware, settings: { chipInstances, images, batch: 25, layersAlone: false, signalImages: 0, ...settings } })
const attribute = async (config: AttributionConfig, control = testControl(), networkFolder?: string): Promise<AttributionResult> => {
  const params = await task.params()
  return runAttribution({ ...params, networkFolder: networkFolder ?? params.networkFolder, config }, control, inlinePool())
}
/** What a simulation of the same hardware finds. */
async function simulated(hardware: Hardware): Promise<SimulationPoint> {
  const config = simulationConfigSchema.parse({ hardware, settings: { chipInstances, images, batch: 25 } })
  const { points } = await runSimulation({ ...(await task.params()), config }, testControl(), inlinePool())
  if (points[0] === undefined) throw new Error('No point')
  return points[0]
}
const figures = (point: AttributionPoint | SimulationPoint | null): unknown => point !== null && [point.top1.values, point.top5.values, point.loss.values]
const mean = (difference: PairedDifference | null | undefined): number => difference?.mean ?? NaN
/** Sums of a few differences of fractions. */
const rounding = 12

it('keeps the calibration of the whole hardware', async () => {
  const params = await task.params()
  await runAttribution({ ...params, config: configOf(three, { chipInstances: 2 }) }, testControl(), inlinePool())
  const { sets } = storedCalibrationSchema.parse(JSON.parse(await readFile(join(params.runFolder, 'calibration.json'), 'utf8')))
  expect(sets.map(({ occasions }) => occasions)).toEqual([[{ kind: 'all-effects' }]])
  expect(sets[0]!.converters.map(({ kind, layer }) => `${kind} ${layer}`)).toEqual(layers.flatMap((layer) => [`dac ${layer}`, `adc ${layer}`]))
})

describe('attribution of effects', () => {
  it('measures what a simulation of the same hardware measures, with each effect alone, without it, and with all', async () => {
    const config = configOf(three)
    const result = await attribute(config)
    expect(result.effects.map((effect) => effect.switch)).toEqual(['programmingError', 'inputQuantization', 'outputQuantization'])
    expect(figures(result.all)).toEqual(figures(await simulated(config.hardware)))
    for (const { switch: effect, alone, without, companions } of result.effects) {
      const others = result.effects.map((other) => other.switch).filter((other) => other !== effect)
      expect(companions).toEqual([])
      expect(figures(alone), effect).toEqual(figures(await simulated(withSwitches(config.hardware, [effect]))))
      expect(figures(without), effect).toEqual(figures(await simulated(withSwitches(config.hardware, others))))
    }
    // The test would say nothing if no effect changed anything.
    expect(new Set(result.effects.map(({ alone }) => alone?.loss.mean)).size).toBe(3)
  })

  it('takes differences chip by chip, with the interval of Student’s t', async () => {
    const { all, digital, effects } = await attribute(configOf(three))
    const { lossAlone, gainWithout, alone, without } = effects[0]!
    const losses = alone!.top1.values.map((value) => digital.top1 - value)
    const gains = without!.top1.values.map((value, chip) => value - all.top1.values[chip]!)
    for (const [found, values] of [[lossAlone, losses], [gainWithout, gains]] as const) {
      const center = values.reduce((sum, value) => sum + value, 0) / values.length
      const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1))
      expect(mean(found)).toBeCloseTo(center, rounding)
      // t(0.975, 2) = 4.302652729911 (any table).
      expect(found?.ci95).toBeCloseTo((4.302652729911 * deviation) / Math.sqrt(3), 9)
    }
    expect((await attribute(configOf(three, { chipInstances: 1 }))).effects[0]?.lossAlone?.ci95).toBeNull()
  })

  it('closes the waterfall: the steps add up to the whole loss', async () => {
    const { cumulative, loss, digital, all } = await attribute(configOf(three))
    expect(cumulative.map(({ name }) => name)).toEqual(['Programming error', 'Input quantisation (DAC)', 'Output quantisation (ADC)'])
    expect(cumulative.reduce((sum, step) => sum + mean(step.loss), 0)).toBeCloseTo(loss.mean, rounding)
    expect(loss.mean).toBeCloseTo(digital.top1 - all.top1.mean, rounding)
    expect(figures(cumulative.at(-1)!.point)).toEqual(figures(all))
    expect(mean(cumulative.at(-1)?.lossSoFar)).toBe(loss.mean)
  })

  it('the only effect alone is the whole, and without it nothing is left', async () => {
    const { all, digital, effects, loss } = await attribute(configOf({ device: { kind: 'weight-referred', sigma: 0.2 } }))
    expect(effects).toHaveLength(1)
    expect(figures(effects[0]!.alone)).toEqual(figures(all))
    expect(effects[0]!.without?.top1.values).toEqual(Array(chipInstances).fill(digital.top1))
    expect(effects[0]!.lossAlone).toEqual(loss)
    expect(mean(effects[0]!.gainWithout)).toBeCloseTo(loss.mean, rounding)
  })

  it('computes one chip instance where nothing is drawn, which is what every chip instance computes', async () => {
    const params = await task.params()
    const config = configOf(three)
    const { effects } = await runAttribution({ ...params, config }, testControl(), inlinePool())
    const trials = (await readFile(join(params.runFolder, 'trials.jsonl'), 'utf8')).trimEnd().split('\n')
    expect(trials.filter((line) => line.includes('"point":"inputQuantization@*"'))).toHaveLength(1)
    const dac = effects.find((effect) => effect.switch === 'inputQuantization')
    expect(dac?.alone).toMatchObject({ drawn: false, chipInstances, top1: { ci95: 0 } })
    expect(new Set((await simulated(withSwitches(config.hardware, ['inputQuantization']))).loss.values)).toEqual(new Set([dac?.alone?.loss.mean]))
  })
})

describe('attribution of layers', () => {
  it('measures each layer alone analog, and alone digital', async () => {
    const config = configOf(three, { layersAlone: true, layersDigital: true })
    const result = await attribute(config)
    expect(result.layers.map(({ layer }) => layer)).toEqual(layers)
    for (const { layer, alone, digital, lossAlone, gainDigital } of result.layers) {
      expect(figures(alone), layer).toEqual(figures(await simulated(withDigitalLayers(config.hardware, layers.filter((other) => other !== layer)))))
      expect(figures(digital), layer).toEqual(figures(await simulated(withDigitalLayers(config.hardware, [layer]))))
      expect(mean(lossAlone)).toBeCloseTo(result.digital.top1 - alone!.top1.mean, rounding)
      expect(mean(gainDigital)).toBeCloseTo(digital!.top1.mean - result.all.top1.mean, rounding)
    }
    expect(new Set(result.layers.map(({ alone }) => alone?.loss.mean)).size).toBe(layers.length)
  })
})

describe('signal-to-noise ratio', () => {
  it('of a layer of its own is that accumulated up to the first layer, and better than that accumulated further on', async () => {
    const { snr, signalRange } = await attribute(configOf(three, { signalImages: 40 }))
    expect(signalRange).toMatchObject({ count: 40 })
    expect(snr.map(({ layer }) => layer)).toEqual(layers)
    // The first layer has the digital input in any case.
    expect(snr[0]!.own?.instances).toEqual(snr[0]!.instances)
    for (const { own, decibels } of snr.slice(1)) expect(own?.decibels).toBeGreaterThan(decibels ?? NaN)
  })

  it('does not depend on how many images are compared at a time', async () => {
    const ratios = async (batch: number) => (await attribute(configOf(three, { signalImages: 30, batch }))).snr.map(({ decibels }) => decibels ?? NaN)
    const [one, all] = [await ratios(1), await ratios(30)]
    // Converters are calibrated in batches of either size; ONNX Runtime may add in another order.
    one.forEach((value, index) => expect(value).toBeCloseTo(all[index]!, 3))
  })

  it('is infinite, and stored as exact without a number, where no effect acts; every accuracy is the digital one', async () => {
    const result = await attribute(configOf(idealHardware(), { layersAlone: true, layersDigital: true, signalImages: 20 }))
    expect(result).toMatchObject({ effects: [], cumulative: [], loss: { mean: 0, std: 0, ci95: 0 } })
    expect(result.all.top1.values).toEqual(Array(chipInstances).fill(result.digital.top1))
    expect(result.layers.map(({ alone, digital }) => [alone?.top1.mean, digital?.top1.mean])).toEqual(layers.map(() => [result.digital.top1, result.digital.top1]))
    const exact = { decibels: null, interval: null, outcome: 'exact', instances: [null, null, null] }
    expect(result.snr).toEqual(layers.map((layer) => ({ layer, ...exact, own: exact })))
    expect(JSON.parse(JSON.stringify(result))).toEqual(result)
  })

  it('of one layer with σ is its closed form', async () => {
    // y = Wx + b with w → w + σ·s_w·ε, b → b + σ·s_b·ε: E Σ (ŷ − y)² = σ²·C·(s_w²·Σ‖x‖² + m·s_b²) over m images, C outputs.
    const [inputs, outputs, sigma, chips] = [64, 4, 0.05, 200]
    const build = new LayerBuilder('one', [1, 8, 8], 3)
    const file = join(task.folder, 'one.onnx')
    await writeFile(file, writeModel(build.finish(build.dense(build.flatten('image'), inputs, outputs), outputs)))
    const folder = join(task.folder, 'one')
    await mkdir(folder, { recursive: true })
    await saveNetwork(folder, await importNetwork(file))
    const result = await attribute(configOf({ device: { kind: 'weight-referred', sigma } }, { chipInstances: chips, signalImages: 30, images: { count: 30, first: 0 } }), testControl(), folder)

    const network = await openNetwork(folder)
    const { datasetFolder, preprocessing } = await task.params()
    const dataset = await openDataset(datasetFolder)
    const x = new Float32Array(30 * inputs)
    fillBatch(x, dataset, Int32Array.from({ length: 30 }, (_, i) => i), preprocessing, inputLayout(dataset.summary.shape, network.input.shape))
    const weights = [...network.model.graph.initializers.values()].flatMap((tensor) => (tensor.type === 'float32' && tensor.dims.length === 2 ? [tensor] : []))[0]!
    const at = (output: number, input: number): number => weights.data[weights.dims[0] === outputs ? output * inputs + input : input * outputs + output]!
    // The bias of LayerBuilder is 0: its half-range is 0 and it has no error.
    let [signal, energy] = [0, 0]
    for (let image = 0; image < 30; image++) {
      for (let output = 0; output < outputs; output++) {
        let y = 0
        for (let input = 0; input < inputs; input++) y += at(output, input) * x[image * inputs + input]!
        signal += y * y
      }
      for (let input = 0; input < inputs; input++) energy += x[image * inputs + input]! ** 2
    }
    const halfRange = (Math.max(...weights.data) - Math.min(...weights.data)) / 2
    const expected = 10 * Math.log10(signal / (sigma ** 2 * outputs * halfRange ** 2 * energy))
    const { decibels, interval, outcome } = result.snr[0]!
    expect(outcome).toBe('finite')
    // Half-widths are 1.97 standard errors at 200 chips; twice that is 4 of them: 1 in 16 000 by chance, and the seed is fixed.
    expect(Math.abs(decibels! - expected)).toBeLessThan(2 * interval!)
    // Few enough images that the interval is a test: a factor of 1.2 in σ is 1.6 dB.
    expect(interval).toBeLessThan(0.5)
  })
})

describe('a run of an attribution', () => {
  const config = configOf(three, { layersAlone: true, signalImages: 20 })

  it('cancelled or killed, goes on where it was and ends with the same result', async () => {
    const timeless = (result: AttributionResult): unknown => JSON.parse(JSON.stringify(result, (key, value: unknown) => (key === 'seconds' || key === 'imagesPerSecond' ? undefined : value)))
    const whole = await attribute(config)
    const params = await task.params()
    // Checkpoints: after the digital run, after each kind of measurement at each point.
    await expect(runAttribution({ ...params, config }, testControl(4), inlinePool())).rejects.toThrow(ProblemError)
    const log = join(params.runFolder, 'trials.jsonl')
    const lines = (await readFile(log, 'utf8')).trimEnd().split('\n')
    expect(lines.length).toBeGreaterThan(chipInstances)
    // As a killed process leaves it: one line lost, another half written.
    await writeFile(log, lines.slice(0, -2).join('\n') + '\n')
    await appendFile(log, lines.at(-1)!.slice(0, 20))
    const kept = await readFile(log, 'utf8')
    const resumed = await runAttribution({ ...params, config }, testControl(), inlinePool())
    expect(timeless(resumed)).toEqual(timeless(whole))
    // What was finished was not computed again.
    expect((await readFile(log, 'utf8')).startsWith(kept.slice(0, kept.lastIndexOf('\n') + 1))).toBe(true)
    const again = await readFile(log, 'utf8')
    await runAttribution({ ...params, config }, testControl(), inlinePool())
    expect(await readFile(log, 'utf8')).toBe(again)
  })

  it('reports progress that only rises, with findings as they come', async () => {
    const control = testControl()
    await attribute(config, control)
    const fractions = control.reports.map(({ fraction }) => fraction)
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
    expect(fractions.at(-1)).toBe(1)
    const partials = control.reports.flatMap(({ partial }) => (partial?.kind === 'attribute' ? [partial.findings] : []))
    const known = partials.map(({ effects }) => effects.filter(({ lossAlone }) => lossAlone !== null).length)
    expect(known[0]).toBe(0)
    expect(known.at(-1)).toBe(3)
  })

  it('is estimated by its trials', async () => {
    const found = await estimateAttribution({ ...(await task.params()), config }, testControl(), inlinePool())
    const params = await task.params()
    await runAttribution({ ...params, config }, testControl(), inlinePool())
    expect(found.trials).toBe((await readFile(join(params.runFolder, 'trials.jsonl'), 'utf8')).trimEnd().split('\n').length)
    expect(found.images).toBe(images.count)
    expect(found.seconds).toBeGreaterThan(0)
  })
})

it('an effect that a chip draws is drawn alike whichever other effects are on', async () => {
  const params = await task.params()
  const evaluator = new Evaluator({
    network: await openNetwork(params.networkFolder), dataset: await openDataset(params.datasetFolder), preprocessing: params.preprocessing, batch: 25,
    calibrationRange: { first: 0, count: 20 }, pool: inlinePool(), signal: newSignal()
  })
  // Ranges that nothing exceeds: saturation would be an effect of the converters.
  const fixed = (maximum: number) => ({ kind: 'fixed' as const, maximum })
  const hardware = hardwareSchema.parse({ ...three, dac: { inputBits: 16, range: fixed(32) }, adc: { outputBits: 16, range: fixed(4) } })
  const loss = async (on: EffectSwitch[]): Promise<number[]> => (await evaluator.noisy(withSwitches(hardware, on), { first: 300, count: 60 }, 1, 3)).loss.values
  const [alone, all] = [await loss(['programmingError']), await loss(['programmingError', 'inputQuantization', 'outputQuantization'])]
  // Steps of 1/32768 of full scale change the loss by far less than one chip differs from another.
  alone.forEach((value, chip) => expect(Math.abs(value - all[chip]!)).toBeLessThan(0.02 * (Math.max(...alone) - Math.min(...alone))))
})

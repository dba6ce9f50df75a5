/** One weight that several layers use: one set of arrays, one draw of devices, counted once, converters with ranges of each layer. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { estimateCost, figuresInForce } from '@shared/cost'
import { hardwareSchema, type HardwareInput } from '@shared/hardware'
import { ProblemError } from '@shared/problems'
import { gradient, type GradientTask } from '../finetune/gradient'
import { trainingProgram } from '../finetune/training-program'
import { writeModel } from '../onnx/codec'
import { GraphBuilder } from '../onnx/graph-builder'
import { importNetwork } from '../onnx/import'
import type { Network } from '../onnx/network'
import { fillNormal } from '../random/streams'
import { calibrateOn, runOnChip, type Inputs } from '../testing/layer-on-chip'
import { newSignal } from '../workers/signal'
import { compileAnalog, mappedLayers, networkParameters, parameterValues } from './compile'
import { costInventory } from './cost'
import { networkTiles } from './network-tiles'

const size = 6
const images = 4
let folder: string
let network: Network
/** Only the first layer, to see what its arrays hold. */
let single: Network

const normal = (length: number, seed: number): Float32Array => {
  const data = new Float32Array(length)
  fillNormal(data, { seed, purpose: 'synthetic' })
  return data
}
const weights = normal(size * size, 1)
const bias = normal(size, 2)
const inputs: Inputs = { dims: [images, size], data: normal(images * size, 3) }

/** relu(x·W + b)·W + b, or its first half; both layers use the same module, as exporters write it. */
async function imported(name: string, build: (builder: GraphBuilder, layer: (x: string) => string) => string): Promise<Network> {
  const builder = new GraphBuilder(name)
  builder.input({ name: 'x', type: 'float32', shape: ['N', size] })
  builder.initializer('w', { type: 'float32', dims: [size, size], data: weights })
  builder.initializer('b', { type: 'float32', dims: [size], data: bias })
  let count = 0
  const layer = (x: string): string => {
    const output = builder.fresh('layer')
    builder.append({ name: `layer${++count}`, opType: 'Gemm', domain: '', inputs: [x, 'w', 'b'], outputs: [output], attributes: new Map() })
    return output
  }
  builder.node('Identity', [build(builder, layer)], {}, { output: 'y' })
  builder.output({ name: 'y', type: 'float32', shape: ['N', size] })
  const file = join(folder, `${name}.onnx`)
  await writeFile(file, writeModel({ irVersion: 8, producer: '', opsets: new Map([['', 17]]), graph: builder.build(), metadata: new Map(), functions: [] }))
  return importNetwork(file)
}
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acim-shared-'))
  network = await imported('shared', (b, layer) => layer(b.node('Relu', [layer('x')])))
  single = await imported('single', (_, layer) => layer('x'))
})
afterAll(() => rm(folder, { recursive: true }))

const run = { seed: 3, chipInstance: 1 }
const noisy: HardwareInput = { device: { kind: 'weight-referred', sigma: 0.1 } }
const digitalLayer = (name: string): HardwareInput => ({ ...noisy, layers: { [name]: { digital: true } } })
/** Sums of six products in another order. */
const float32Tolerance = 1e-5

interface Affine { matrix: Float64Array; offset: Float64Array }
const nominal: Affine = { matrix: Float64Array.from(weights), offset: Float64Array.from(bias) }

/** What the arrays of the chip hold: the images of zero and of each unit vector through the first layer alone. */
async function onChip(hardware: HardwareInput): Promise<Affine> {
  const units = new Float32Array((size + 1) * size)
  for (let i = 0; i < size; i++) units[(i + 1) * size + i] = 1
  const y = await runOnChip(single, hardwareSchema.parse(hardware), { dims: [size + 1, size], data: units }, run)
  return { offset: Float64Array.from(y.subarray(0, size)), matrix: Float64Array.from({ length: size * size }, (_, i) => y[size + i]! - y[i % size]!) }
}

const apply = (x: ArrayLike<number>, { matrix, offset }: Affine): Float64Array =>
  Float64Array.from(offset, (start, column) => Array.from({ length: size }, (_, row) => x[row]! * matrix[row * size + column]!).reduce((sum, value) => sum + value, start))

function expectTwice(found: Float32Array, first: Affine, second: Affine): void {
  for (let n = 0; n < images; n++) {
    const hidden = apply(inputs.data.subarray(n * size, (n + 1) * size), first).map((value) => Math.max(0, value))
    apply(hidden, second).forEach((value, column) => expect(Math.abs(found[n * size + column]! - value)).toBeLessThan(float32Tolerance * 10))
  }
}

describe('weights that two layers use', () => {
  it('are one parameter, and lie on one set of arrays', () => {
    expect(networkParameters(mappedLayers(network))).toMatchObject([{ name: 'w', layer: 0, uses: [0, 1] }, { name: 'b', layer: 0, uses: [0, 1] }])
    const hardware = hardwareSchema.parse({ array: { rows: 4, columns: 4 } })
    expect(networkTiles(network, hardware)).toMatchObject([{ node: 'layer1', tiles: 4, arrays: 4, sharesArraysOf: null }, { node: 'layer2', tiles: 0, arrays: 0, cells: 0, rowTiles: 2, sharesArraysOf: 'layer1' }])
    // Where the first is digital they are the second's.
    const moved = hardwareSchema.parse({ array: { rows: 4, columns: 4 }, digitalLayers: { first: true } })
    expect(networkTiles(network, moved)).toMatchObject([{ node: 'layer2', tiles: 4, sharesArraysOf: null }])
    expect(network.report.analogParameters).toBe(size * size + size)
  })

  it('are drawn once for a chip', async () => {
    expectTwice(await runOnChip(network, hardwareSchema.parse(noisy), inputs, run), await onChip(noisy), await onChip(noisy))
  })

  it.each([['layer1'], ['layer2']])('are the network’s own in %s where that is digital', async (digital) => {
    const [chip, hardware] = [await onChip(noisy), hardwareSchema.parse(digitalLayer(digital))]
    const found = await runOnChip(network, hardware, inputs, run)
    expectTwice(found, digital === 'layer1' ? nominal : chip, digital === 'layer1' ? chip : nominal)
  })

  it('leave no trace where both are digital or nothing acts', () => {
    expect(compileAnalog(network, hardwareSchema.parse({ ...noisy, layers: { layer1: { digital: true }, layer2: { digital: true } } }), new Map()).model).toBe(network.model)
    expect(compileAnalog(network, hardwareSchema.parse({ effects: { programmingError: false } }), new Map()).model).toBe(network.model)
  })

  it('have converters with ranges of each layer', async () => {
    const hardware = hardwareSchema.parse({ device: { kind: 'generic', sigma: 0.05 }, cell: { kind: 'offset', reference: 'column' }, array: { rows: 4, columns: 4 }, dac: { inputBits: 12 }, adc: { outputBits: 16 } })
    const calibration = await calibrateOn(network, hardware, inputs)
    expect(calibration.get('adc:0')?.maximum).toBeGreaterThan(0)
    expect(calibration.get('adc:1')?.maximum).not.toBe(calibration.get('adc:0')?.maximum)
    const wider = new Map([...calibration].map(([id, point]) => [id, { ...point, maximum: 2 * point.maximum }]))
    const found = await runOnChip(network, hardware, inputs, run, wider)
    const whole = await runOnChip(network, hardwareSchema.parse({ ...hardware, dac: {}, adc: {} }), inputs, run)
    const scale = Math.max(...whole.map(Math.abs))
    // 12-bit inputs with a range twice what is needed: steps of 2^-10 of the range, through two layers.
    expect(Math.max(...found.map((value, i) => Math.abs(value - whole[i]!))) / scale).toBeLessThan(1e-2)
  })

  it('cannot have two descriptions', () => {
    const hardware = hardwareSchema.parse({ ...noisy, layers: { layer2: { digital: false, array: { rows: 3, columns: 3 } } } })
    try {
      compileAnalog(network, hardware, new Map())
      expect.unreachable()
    } catch (thrown) {
      expect((thrown as ProblemError).problem).toMatchObject({ code: 'HARDWARE_INVALID', where: 'hardware.layers.layer2' })
    }
    const same = { digital: false, array: { rows: 3, columns: 3 } }
    expect(() => compileAnalog(network, hardwareSchema.parse({ ...noisy, layers: { layer1: same, layer2: same } }), new Map())).not.toThrow()
  })

  it('cost area once and energy each time', () => {
    const { layers } = estimateCost(costInventory(network, hardwareSchema.parse({ array: { rows: 4, columns: 4 }, adc: { outputBits: 8 } })), figuresInForce({}))
    const [first, second] = layers
    expect(first?.counts).toMatchObject({ arrays: 4, adcConversions: 12 })
    expect(second?.counts).toMatchObject({ arrays: 0, cells: 0, adcs: 0, drivers: 0, adcConversions: 12 })
    expect(second?.squareMetres).toBe(0)
  })

  it.each<[string, HardwareInput]>([['both on arrays', {}], ['the second digital', digitalLayer('layer2')]])('receive the gradient of both uses, %s', async (name, description) => {
    const hardware = hardwareSchema.parse({ ...description, device: { kind: 'weight-referred', sigma: 0 } })
    const { graph, parameters } = await trainingProgram(network, hardware, new Map(), images, name, { provider: 'cpu' })
    const values = parameterValues(network.model.graph, parameters)
    const pixels = inputs.data
    const summary = { name: 'x', format: 'npy' as const, shape: [1, 1, size] as [number, number, number], elementType: 'float32' as const, count: images, classNames: [], classCounts: [], sourceSplits: null, channelMean: [], channelStd: [], divisor: 1, sha256: '', notes: [] }
    const gradients = values.map(({ length }) => new Float32Array(length))
    const lossAt = async (at: Float32Array[]): Promise<number> => {
      const task: GradientTask = {
        kind: 'gradient', signal: newSignal(), graph, indices: Int32Array.of(0, 1, 2, 3), augmentation: null, weights: at, nominal: at, gradients,
        source: { dataset: { pixels, labels: Int32Array.of(0, 3, 1, 5), summary }, preprocessing: { divisor: 1, mean: [0], std: [1] }, layout: 'channels-first' }
      }
      return (await gradient(task)).loss
    }
    await lossAt(values)
    const found = gradients.map((each) => each.slice())
    const step = 1e-2
    for (const [p, index] of [[0, 0], [0, 7], [0, 20], [0, 35], [1, 0], [1, 4]] as const) {
      const moved = (by: number): Float32Array[] => values.map((each, q) => (q === p ? each.map((value, i) => (i === index ? value + by : value)) : each))
      const difference = ((await lossAt(moved(step))) - (await lossAt(moved(-step)))) / (2 * step)
      // Central differences are off by step²/6 of the third derivative, and by float32 rounding of the loss over the step.
      expect(Math.abs(found[p]![index]! - difference)).toBeLessThan(2e-3)
    }
    expect(Math.max(...found[0]!.map(Math.abs))).toBeGreaterThan(0.05)
  })
})

describe('weights that are used in another form too', () => {
  it('get a copy for it: arrays hold a matrix, and digital nodes see the network’s own', async () => {
    const builder = new GraphBuilder('forms')
    builder.input({ name: 'x', type: 'float32', shape: ['N', size] })
    builder.initializer('w', { type: 'float32', dims: [size, size], data: weights })
    const first = builder.node('Gemm', ['x', 'w'])
    const second = builder.node('Gemm', [builder.node('Relu', [first]), 'w'], { transB: 1 })
    const third = builder.node('Gemm', [builder.node('Relu', [second]), 'w'])
    const products = builder.node('Mul', ['w', builder.node('Unsqueeze', [third, builder.ints([1])])])
    builder.node('ReduceMax', [products], { axes: [1], keepdims: 0 }, { output: 'y' })
    builder.output({ name: 'y', type: 'float32', shape: ['N', size] })
    const file = join(folder, 'forms.onnx')
    await writeFile(file, writeModel({ irVersion: 8, producer: '', opsets: new Map([['', 17]]), graph: builder.build(), metadata: new Map(), functions: [] }))
    const mapped = mappedLayers(await importNetwork(file)).map(({ layer }) => layer)
    expect(mapped.map(({ weight }) => weight.name === 'w')).toEqual([false, false, false])
    expect(mapped[0]!.weight.name).not.toBe(mapped[1]!.weight.name)
    expect(mapped[2]!.weight.name).toBe(mapped[0]!.weight.name)
    expect(mapped.map(({ sharesArraysOf }) => sharesArraysOf)).toEqual([null, null, mapped[0]!.node])
  })
})

/** Every way to compute a layer on arrays gives the same output where converters are fine enough not to matter. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hardwareSchema, type HardwareInput } from '@shared/hardware'
import { writeModel } from '../../onnx/codec'
import { elementCount } from '../../onnx/graph'
import { float, GraphBuilder, type AttributeShorthand } from '../../onnx/graph-builder'
import { importNetwork } from '../../onnx/import'
import type { ProductOperator } from '../../onnx/layers'
import type { Network } from '../../onnx/network'
import { fillNormal } from '../../random/streams'
import { accuracyStatistics } from '../../simulate/statistics'
import type { CalibratedPoint } from '../program'
import { calibrateOn, runOnChip, type Inputs } from '../../testing/layer-on-chip'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'acim-layers-'))))
afterAll(() => rm(folder, { recursive: true }))

function normal(dims: readonly number[], seed: number): { type: 'float32'; dims: readonly number[]; data: Float32Array } {
  const data = new Float32Array(elementCount(dims))
  fillNormal(data, { seed, purpose: 'synthetic' })
  return { type: 'float32', dims, data }
}

interface LayerCase {
  name: string
  opType: ProductOperator
  input: number[]
  weight: number[]
  bias: number
  attributes: Record<string, AttributeShorthand>
}

const cases: LayerCase[] = [
  { name: 'convolution', opType: 'Conv', input: [7, 6, 5], weight: [4, 7, 3, 3], bias: 4, attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1] } },
  { name: 'grouped convolution', opType: 'Conv', input: [10, 5, 5], weight: [6, 5, 3, 3], bias: 6, attributes: { kernel_shape: [3, 3], group: 2 } },
  { name: 'Gemm', opType: 'Gemm', input: [50], weight: [6, 50], bias: 6, attributes: { transB: 1, alpha: float(0.5), beta: float(2) } },
  { name: 'MatMul on sequences', opType: 'MatMul', input: [4, 20], weight: [20, 5], bias: 0, attributes: {} },
  { name: '1-D convolution, strided and dilated', opType: 'Conv', input: [8, 11], weight: [4, 8, 3], bias: 4, attributes: { kernel_shape: [3], strides: [2], dilations: [2], pads: [2, 1] } },
  { name: '3-D convolution', opType: 'Conv', input: [3, 3, 4, 3], weight: [4, 3, 2, 2, 2], bias: 4, attributes: { kernel_shape: [2, 2, 2], pads: [1, 0, 0, 0, 1, 0] } },
  { name: 'depthwise convolution', opType: 'Conv', input: [3, 5, 5], weight: [6, 1, 3, 3], bias: 0, attributes: { kernel_shape: [3, 3], group: 3, pads: [1, 1, 1, 1] } },
  { name: 'transposed convolution', opType: 'ConvTranspose', input: [21, 3, 3], weight: [21, 2, 3, 2], bias: 2, attributes: { kernel_shape: [3, 2], strides: [2, 1], pads: [1, 0, 0, 1], output_padding: [1, 0] } },
  { name: 'grouped transposed 1-D convolution', opType: 'ConvTranspose', input: [8, 5], weight: [8, 2, 3], bias: 0, attributes: { kernel_shape: [3], strides: [3], dilations: [2], group: 2 } },
  { name: 'products with several matrices', opType: 'MatMul', input: [2, 3, 20], weight: [2, 20, 5], bias: 0, attributes: {} },
  { name: 'several matrices for one activation', opType: 'MatMul', input: [1, 3, 20], weight: [2, 20, 5], bias: 0, attributes: {} }
]

async function oneLayer({ name, opType, input, weight, bias, attributes }: LayerCase): Promise<Network> {
  const builder = new GraphBuilder('one-layer')
  builder.input({ name: 'x', type: 'float32', shape: ['N', ...input] })
  const inputs = ['x', builder.initializer('w', normal(weight, 1)), ...(bias === 0 ? [] : [builder.initializer('b', normal([bias], 2))])]
  const y = builder.node(opType, inputs, attributes, { output: 'layer' })
  builder.node('Flatten', [y], { axis: 1 }, { output: 'logits' })
  builder.output({ name: 'logits', type: 'float32', shape: ['N', 'classes'] })
  const file = join(folder, `${name}.onnx`)
  await writeFile(file, writeModel({ irVersion: 8, producer: '', opsets: new Map([['', 17]]), graph: builder.build(), metadata: new Map(), functions: [] }))
  return importNetwork(file)
}

const batch = 3
const inputsOf = ({ input }: LayerCase): Inputs => ({ dims: [batch, ...input], data: normal([batch, ...input], 5).data })

/** Errors of 5 %: large enough that a wrong cell, sign or factor shows. */
const device = { kind: 'generic', minimumMicrosiemens: 5, maximumMicrosiemens: 50, sigma: 0.05, driftExponentMean: 0.05, driftExponentDeviation: 0.02 } as const
const arrays: Record<string, HardwareInput> = {
  'one-sided pairs': {},
  'centred pairs, digitised separately': { cell: { pair: 'centred', digitization: 'separate' } },
  'offset cells, digital reference': { cell: { kind: 'offset' } },
  'offset cells, reference column': { cell: { kind: 'offset', reference: 'column' } },
  'sliced pairs': { slices: { weightBits: 8, bitsPerCell: 2 } },
  'sliced offset cells, reference column': { cell: { kind: 'offset', reference: 'column' }, slices: { weightBits: 6, bitsPerCell: 2 } },
  'wires, separate arrays': { wires: { rowSegmentOhms: 20, columnSegmentOhms: 10, driverOhms: 50, senseOhms: 30 } },
  'wires, shared columns': { wires: { rowSegmentOhms: 20, columnSegmentOhms: 10, arrangement: 'shared-columns' } },
  'wires, offset cells with reference column': { cell: { kind: 'offset', reference: 'column' }, wires: { rowSegmentOhms: 20, columnSegmentOhms: 10 } },
  'drift, compensated by layer': { retention: { seconds: 1e6, compensation: 'global' } },
  'drift, compensated by tile, sliced offset cells': { cell: { kind: 'offset', reference: 'column' }, slices: { weightBits: 6, bitsPerCell: 3 }, retention: { seconds: 1e6, compensation: 'tile' } },
  'weight-referred': { device: { kind: 'weight-referred', sigma: 0.05 } }
}
/** Calibration sees a chip without errors, and a range that one with errors exceeds would saturate. */
const roomy = (inputs: Inputs): Inputs => ({ ...inputs, data: inputs.data.map((value) => 3 * value) })
/** A tile whose cells should all be empty (a top slice of small weights) has almost no range, but currents from errors. */
const notTooSmall = (point: CalibratedPoint): CalibratedPoint =>
  point.perGroup === undefined ? point : { ...point, perGroup: point.perGroup.map((range) => Math.max(range, point.maximum / 2)) }
/** 16-bit partial sums of up to 17 tiles, slices and sides, each at most half a step of 2^-15 of its range off, against outputs of about a third of a range. */
const fineConverterTolerance = 2e-3

describe.each(cases)('$name', (layer) => {
  it.each(Object.entries(arrays))('%s: partial sums behind fine converters add up to the represented weights', async (_, more) => {
    const network = await oneLayer(layer)
    for (const scaleGranularity of ['layer-bi-scale', 'column', 'tile-column'] as const) {
      const base: HardwareInput = { device, representation: { scaleGranularity }, array: { rows: 18, columns: 3 }, ...more }
      const whole = await runOnChip(network, hardwareSchema.parse(base), inputsOf(layer), { seed: 3, chipInstance: 1 })
      const other = await runOnChip(network, hardwareSchema.parse(base), inputsOf(layer), { seed: 3, chipInstance: 2 })
      const scale = Math.max(...whole.map(Math.abs))
      const distance = (found: Float32Array): number => Math.max(...found.map((value, i) => Math.abs(value - whole[i]!))) / scale
      expect(distance(other)).toBeGreaterThan(10 * fineConverterTolerance)
      const ways = [
        { kind: 'calibrated', scope: 'layer', blockSize: null }, { kind: 'calibrated', scope: 'layer', blockSize: 2 }, { kind: 'calibrated', scope: 'tile', blockSize: 2 }, { kind: 'full-scale', blockSize: null }
      ] as const
      for (const { blockSize, ...range } of ways) {
        // Full scale is far above what arrives, so its steps are coarser.
        const tolerance = range.kind === 'full-scale' ? 10 * fineConverterTolerance : fineConverterTolerance
        const hardware = hardwareSchema.parse({ ...base, adc: { outputBits: 16, range } })
        const calibration = await calibrateOn(network, hardware, roomy(inputsOf(layer)), { blockSize })
        const found = await runOnChip(network, hardware, inputsOf(layer), { seed: 3, chipInstance: 1 }, new Map([...calibration].map(([id, point]) => [id, notTooSmall(point)])), { blockSize })
        expect(distance(found), `${scaleGranularity}, ${JSON.stringify(range)}, ${blockSize}`).toBeLessThan(tolerance)
      }
    }
  })

  it.each(['auto', 'signed'] as const)('bit-serial inputs, %s: the same as analog inputs', async (sign) => {
    const network = await oneLayer(layer)
    const x = inputsOf(layer)
    const inputs = sign === 'auto' ? { ...x, data: x.data.map(Math.abs) } : x
    for (const bitsPerPulse of [1, 3]) {
      const base: HardwareInput = { device, array: { rows: 18, columns: 3 }, cell: { kind: 'offset', reference: 'column' }, dac: { inputBits: 8, codes: 'sign-magnitude', sign, range: { kind: 'fixed', maximum: 4 } } }
      const whole = await runOnChip(network, hardwareSchema.parse(base), inputs, { seed: 3, chipInstance: 1 })
      const scale = Math.max(...whole.map(Math.abs))
      for (const adc of [{}, { outputBits: 16 }]) {
        const hardware = hardwareSchema.parse({ ...base, dac: { ...base.dac, streaming: 'bit-serial', bitsPerPulse }, adc })
        const calibration = await calibrateOn(network, hardware, inputs)
        const wider = new Map([...calibration].map(([id, range]) => [id, { ...range, maximum: 2 * range.maximum }]))
        const found = await runOnChip(network, hardware, inputs, { seed: 3, chipInstance: 1 }, wider)
        expect(Math.max(...found.map((value, i) => Math.abs(value - whole[i]!))) / scale).toBeLessThan(fineConverterTolerance)
      }
    }
  })

  it('ranges of each vector: scaling an input by a power of two scales the output, bias aside', async () => {
    const network = await oneLayer({ ...layer, name: `${layer.name} without bias`, bias: 0 })
    const x = inputsOf(layer)
    const hardware = hardwareSchema.parse({ device, array: { rows: 18 }, dac: { inputBits: 6, range: { kind: 'per-vector' } }, adc: { outputBits: 8, range: { kind: 'fixed', maximum: 6 } } })
    const run = { seed: 3, chipInstance: 1 }
    const found = await runOnChip(network, hardware, x, run)
    const scaled = await runOnChip(network, hardware, { ...x, data: x.data.map((value) => 4 * value) }, run)
    expect([...scaled]).toEqual([...found.map((value) => 4 * value)])
  })
})

describe('read noise', () => {
  const images = 400
  /** Variances of n reads have a relative deviation of √(2/n); the largest of some hundred outputs stays within 5 of them. */
  const varianceTolerance = 5 * Math.sqrt(2 / images)

  it.each(cases)('$name: its variance in tiles is Σ x²·σ² over the cells of each output', async (layer) => {
    const network = await oneLayer({ ...layer, name: `${layer.name} with read noise`, bias: 0 })
    const [x] = [normal(layer.input, 5).data]
    const data = new Float32Array(images * x.length)
    for (let n = 0; n < images; n++) data.set(x, n * x.length)
    const noisy: HardwareInput = { device: { ...device, sigma: 0, readDeviationFraction: 0.2 }, array: { rows: 18, columns: 3 } }
    const variancesOf = async (more: HardwareInput): Promise<Float64Array> => {
      const hardware = hardwareSchema.parse({ ...noisy, ...more })
      const y = await runOnChip(network, hardware, { dims: [images, ...layer.input], data }, { seed: 3, chipInstance: 1 }, await calibrateOn(network, hardware, { dims: [1, ...layer.input], data: x.map((value) => 3 * value) }))
      const quiet = await runOnChip(network, { ...hardware, effects: { ...hardware.effects, readNoise: false, outputQuantization: false } }, { dims: [1, ...layer.input], data: x }, { seed: 3, chipInstance: 1 })
      return Float64Array.from(quiet, (mean, i) => {
        let sum = 0
        for (let n = 0; n < images; n++) sum += (y[n * quiet.length + i]! - mean) ** 2
        return sum / images
      })
    }
    const whole = await variancesOf({})
    const tiled = await variancesOf({ adc: { outputBits: 16 } })
    const scale = Math.max(...whole)
    expect(scale).toBeGreaterThan(0)
    expect(Math.max(...whole.map((variance, i) => Math.abs(variance - tiled[i]!))) / scale).toBeLessThan(2 * varianceTolerance)
  })
})

describe('more converter bits', () => {
  /** Signal-to-noise ratios of the outputs against the digital layer, in dB, for each eighth of the inputs. */
  const ratiosOf = (found: Float32Array, exact: Float32Array): number[] =>
    Array.from({ length: 8 }, (_, part) => {
      const [first, last] = [(part * exact.length) / 8, ((part + 1) * exact.length) / 8]
      const signal = exact.subarray(first, last)
      return 10 * Math.log10(signal.reduce((sum, y) => sum + y * y, 0) / signal.reduce((sum, y, i) => sum + (y - found[first + i]!) ** 2, 0))
    })

  it.each(['calibrated', 'full-scale'] as const)('never lower the mean signal-to-noise ratio beyond its interval, %s range', async (kind) => {
    const layer = cases[2]!
    const network = await oneLayer(layer)
    const dims = [64, ...layer.input]
    const inputs: Inputs = { dims, data: normal(dims, 8).data }
    const exact = await runOnChip(network, hardwareSchema.parse({ effects: { programmingError: false } }), inputs, { seed: 1, chipInstance: 0 })
    let before = { mean: -Infinity, halfWidth: 0 }
    for (const outputBits of [2, 3, 4, 5, 6, 8, 10, 12, 14, 16]) {
      const hardware = hardwareSchema.parse({ device: { kind: 'generic', sigma: 0.005 }, array: { rows: 12 }, adc: { outputBits, range: { kind } } })
      const ratios: number[] = []
      for (let chipInstance = 0; chipInstance < 12; chipInstance++) ratios.push(...ratiosOf(await runOnChip(network, hardware, inputs, { seed: 1, chipInstance }), exact))
      const { mean, ci95 } = accuracyStatistics(ratios)
      expect(mean + (ci95 ?? 0) + before.halfWidth, `${outputBits} bits`).toBeGreaterThan(before.mean)
      before = { mean, halfWidth: ci95 ?? 0 }
    }
    // Finer converters do help until the devices' own error remains.
    expect(before.mean).toBeGreaterThan(25)
  })
})

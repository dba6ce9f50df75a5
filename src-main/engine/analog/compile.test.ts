import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hardwareSchema, type HardwareInput } from '@shared/hardware'
import { writeModel } from '../onnx/codec'
import { elementCount, type Model } from '../onnx/graph'
import { float, GraphBuilder, type AttributeShorthand } from '../onnx/graph-builder'
import { importNetwork } from '../onnx/import'
import type { Network } from '../onnx/network'
import { createSession, runFloat } from '../onnx/session'
import { fillNormal } from '../random/streams'
import { compileAnalog, mappedLayers } from './compile'
import { converterCodes } from './converters'
import type { Calibration } from './program'
import { rowTileOf, tileGrid } from './tiling'
import { elementIndex } from './weight-layout'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'acim-compile-'))))
afterAll(() => rm(folder, { recursive: true }))

function normal(dims: readonly number[], seed: number): { type: 'float32'; dims: readonly number[]; data: Float32Array } {
  const data = new Float32Array(elementCount(dims))
  fillNormal(data, { seed, purpose: 'synthetic' })
  return { type: 'float32', dims, data }
}

/** A network of one layer, flattened to [N, classes]. */
async function oneLayer(opType: 'Conv' | 'Gemm' | 'MatMul', inputShape: number[], weightDims: number[], biasLength: number, attributes: Record<string, AttributeShorthand>): Promise<Network> {
  const builder = new GraphBuilder('one-layer')
  builder.input({ name: 'x', type: 'float32', shape: ['N', ...inputShape] })
  const weight = builder.initializer('w', normal(weightDims, 1))
  const inputs = biasLength === 0 ? ['x', weight] : ['x', weight, builder.initializer('b', normal([biasLength], 2))]
  const y = builder.node(opType, inputs, attributes, { output: 'layer' })
  builder.node('Flatten', [builder.node('Relu', [y])], { axis: 1 }, { output: 'logits' })
  builder.output({ name: 'logits', type: 'float32', shape: ['N', 'classes'] })
  const model: Model = { irVersion: 8, producer: '', opsets: new Map([['', 17]]), graph: builder.build(), metadata: new Map(), functions: [] }
  const file = join(folder, `${opType}-${inputShape.join('x')}-${weightDims.join('x')}.onnx`)
  await writeFile(file, writeModel(model))
  return importNetwork(file)
}

async function run(model: Model, input: string, output: string, shape: readonly number[], data: Float32Array): Promise<Float32Array> {
  const session = await createSession(model)
  try {
    return (await runFloat(session, { [input]: { dims: shape, data } }))[output]!.data
  } finally {
    await session.release()
  }
}

const batch = 3
/** Sums of up to a few hundred products of order 1 in another order: float32 rounding, with room. */
const summationTolerance = 2e-5

const cases: [name: string, opType: 'Conv' | 'Gemm' | 'MatMul', input: number[], weight: number[], bias: number, attributes: Record<string, AttributeShorthand>, rows: number][] = [
  ['3×3 convolution, padded channels', 'Conv', [7, 6, 5], [4, 7, 3, 3], 4, { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }, 32],
  ['strided and dilated, no bias', 'Conv', [4, 9, 9], [3, 4, 3, 3], 0, { kernel_shape: [3, 3], strides: [2, 2], dilations: [2, 2], pads: [2, 2, 2, 2] }, 18],
  ['asymmetric padding', 'Conv', [3, 6, 6], [2, 3, 2, 2], 2, { kernel_shape: [2, 2], pads: [0, 1, 1, 0] }, 4],
  ['grouped, channels do not divide', 'Conv', [10, 5, 5], [6, 5, 3, 3], 6, { kernel_shape: [3, 3], group: 2 }, 20],
  ['depthwise', 'Conv', [6, 5, 5], [6, 1, 3, 3], 6, { kernel_shape: [3, 3], group: 6 }, 256],
  ['kernel larger than an array', 'Conv', [2, 8, 8], [3, 2, 5, 5], 3, { kernel_shape: [5, 5] }, 8],
  ['one-dimensional', 'Conv', [5, 12], [4, 5, 3], 4, { kernel_shape: [3] }, 7],
  ['Gemm', 'Gemm', [50], [50, 6], 6, {}, 16],
  ['Gemm, transposed and scaled', 'Gemm', [50], [6, 50], 6, { transB: 1, alpha: float(0.5), beta: float(2) }, 13],
  ['MatMul on sequences', 'MatMul', [4, 20], [20, 5], 0, {}, 8]
]

describe('tiles', () => {
  it.each(cases)('%s: partial sums without converters add up to the layer', async (_, opType, input, weight, bias, attributes, rows) => {
    const network = await oneLayer(opType, input, weight, bias, attributes)
    const hardware = hardwareSchema.parse({ array: { rows }, adc: { outputBits: 8 } })
    const { layout } = mappedLayers(network)[0]!
    expect(tileGrid(layout, hardware.array).rowTiles * (layout.rows <= rows ? 2 : 1)).toBeGreaterThan(1)
    const probe = compileAnalog(network, hardware, 'probe')
    expect(probe.points).toHaveLength(1)
    const x = normal([batch, ...input], 5).data
    const expected = await run(network.model, 'x', 'logits', [batch, ...input], x)
    const found = await run(probe.model, 'x', 'logits', [batch, ...input], x)
    const scale = Math.max(...expected.map(Math.abs))
    expect(Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(summationTolerance * scale)
  })

  it('keeps the order of dimensions where the batch is not the first', async () => {
    const builder = new GraphBuilder('batch-second')
    builder.input({ name: 'x', type: 'float32', shape: ['N', 4, 10] })
    const turned = builder.node('Transpose', ['x'], { perm: [1, 0, 2] })
    const product = builder.node('MatMul', [turned, builder.initializer('w', normal([10, 3], 1))])
    builder.node('Flatten', [builder.node('Transpose', [product], { perm: [1, 0, 2] })], { axis: 1 }, { output: 'logits' })
    builder.output({ name: 'logits', type: 'float32', shape: ['N', 'classes'] })
    const file = join(folder, 'batch-second.onnx')
    await writeFile(file, writeModel({ irVersion: 8, producer: '', opsets: new Map([['', 17]]), graph: builder.build(), metadata: new Map(), functions: [] }))
    const network = await importNetwork(file)
    const probe = compileAnalog(network, hardwareSchema.parse({ array: { rows: 4 }, adc: { outputBits: 8 } }), 'probe')
    const x = normal([batch, 4, 10], 5).data
    const expected = await run(network.model, 'x', 'logits', [batch, 4, 10], x)
    const found = await run(probe.model, 'x', 'logits', [batch, 4, 10], x)
    expect(Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(summationTolerance * Math.max(...expected.map(Math.abs)))
  })

  it('quantises each tile alone: equals a float64 reference of the same formula', async () => {
    const network = await oneLayer('Gemm', [50], [50, 6], 6, {})
    const hardware = hardwareSchema.parse({ array: { rows: 16 }, dac: { inputBits: 6 }, adc: { outputBits: 5 } })
    const { layout } = mappedLayers(network)[0]!
    const grid = tileGrid(layout, hardware.array)
    const calibration: Calibration = new Map([['dac:x', { maximum: 2.5, signed: true }], ['adc:0', { maximum: 9, signed: true }]])
    const x = normal([batch, 50], 6).data
    const program = compileAnalog(network, hardware, calibration)
    const found = await run(program.model, 'x', 'logits', [batch, 50], x)

    const { graph } = network.model
    const w = graph.initializers.get('w')!
    const b = graph.initializers.get('b')!
    if (w.type !== 'float32' || b.type !== 'float32') throw new Error('weights expected')
    const quantize = (value: number, bits: number, maximum: number): number => {
      const { lowest, highest, step } = converterCodes(bits, { maximum, signed: true })
      return Math.min(highest, Math.max(lowest, Math.round(value / step))) * step
    }
    for (let n = 0; n < batch; n++) {
      for (let column = 0; column < 6; column++) {
        const sums = new Float64Array(grid.rowTiles)
        for (let row = 0; row < 50; row++) sums[rowTileOf(layout, grid, row)]! += quantize(x[n * 50 + row]!, 6, 2.5) * w.data[elementIndex(layout, 0, row, column)]!
        const y = sums.reduce((total, sum) => total + quantize(sum, 5, 9), 0) + b.data[column]!
        // Codes are equal (no sum lies near a tie for this seed), so only the float32 addition of the result differs.
        expect(found[n * 6 + column]).toBeCloseTo(Math.max(0, y), 4)
      }
    }
  })

  it('leaves no trace when everything is ideal', async () => {
    const network = await oneLayer('Gemm', [50], [50, 6], 6, {})
    const off: HardwareInput = { array: { rows: 16 }, dac: { inputBits: 4 }, adc: { outputBits: 4 }, effects: { inputQuantization: false, outputQuantization: false } }
    expect(compileAnalog(network, hardwareSchema.parse(off), new Map()).model).toBe(network.model)
  })
})

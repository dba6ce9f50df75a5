import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { costInventorySchema, estimateCost, figuresInForce, type AnalogCostLayer, type CostInventory } from '@shared/cost'
import { hardwareSchema, type HardwareInput } from '@shared/hardware'
import { writeModel } from '../../onnx/codec'
import type { Graph } from '../../onnx/graph'
import { GraphBuilder } from '../../onnx/graph-builder'
import { importNetwork } from '../../onnx/import'
import { LayerBuilder } from '../../onnx/layer-builder'
import type { Network } from '../../onnx/network'
import { hardwareInForce } from '@shared/hardware'
import type { WeightLayout } from '../weight-layout'
import { nonNegativeValues } from './input-sign'
import { costInventory } from './index'
import { meanCell } from './mean-cell'

let folder: string
let network: Network
/** 8×8 images of 3 channels → 3×3 convolution to 6 → ReLU, pooled to 4×4 → grouped 3×3 convolution (2 groups) to 8 → ReLU → 128 × 5. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acim-cost-'))
  const build = new LayerBuilder('small', [3, 8, 8], 1)
  let x = build.maxPool(build.relu(build.conv('image', 3, 6, 3)), 2)
  x = build.relu(build.conv(x, 6, 8, 3, { groups: 2, bias: false }))
  const file = join(folder, 'small.onnx')
  await writeFile(file, writeModel(build.finish(build.dense(build.flatten(x), 8 * 16, 5), 5)))
  network = await importNetwork(file)
})
afterAll(() => rm(folder, { recursive: true }))

const inventory = (hardware: HardwareInput): CostInventory => costInventory(network, hardwareSchema.parse(hardware))
const analog = (hardware: HardwareInput): AnalogCostLayer[] => inventory(hardware).layers.flatMap((layer) => (layer.kind === 'analog' ? [layer] : []))

describe('inventory of a network', () => {
  it('has each layer’s matrix and positions for one image, whatever the hardware', () => {
    const layers = analog({})
    expect(layers.map(({ positions, groups, rows, columns, inputElements }) => ({ positions, groups, rows, columns, inputElements }))).toEqual([
      { positions: 64, groups: 1, rows: 27, columns: 6, inputElements: 192 },
      { positions: 16, groups: 2, rows: 27, columns: 4, inputElements: 96 },
      { positions: 1, groups: 1, rows: 128, columns: 5, inputElements: 128 }
    ])
    expect(layers.map(({ bias }) => bias)).toEqual(['analog', 'none', 'analog'])
    // Ideal, weight-referred: one stored value a weight, no resolution, no conductance.
    expect(layers[0]).toMatchObject({ cellsPerValue: 1, slices: 1, reads: 1, inputBits: null, outputBits: null, meanCell: null, rowTiles: 1, columnTiles: 1, arrayRows: 27, arrayColumns: 6, deviceReadSeconds: null })
  })
  it('follows tiles, pairs, slices, reads and converters of the description', () => {
    const layers = analog({
      array: { rows: 16, columns: 4 }, device: { kind: 'hermes' }, cell: { digitization: 'separate' }, slices: { weightBits: 7, bitsPerCell: 3 },
      dac: { inputBits: 4, streaming: 'bit-serial' }, adc: { outputBits: 6 }
    })
    // 9 rows of a kernel fit once into 16: a tile for each channel. Two magnitude slices of 3 bits.
    expect(layers[0]).toMatchObject({ rowTiles: 3, columnTiles: 2, arrayRows: 16, arrayColumns: 4, cellsPerValue: 2, conversionsPerColumn: 2, slices: 2, sliceBits: 3, inputBits: 4, bitsPerRead: 1, outputBits: 6 })
    // Pixels may be negative: 3 magnitude bits. Behind a ReLU: 4.
    expect(layers.map(({ reads, inputSigned, inputSignFrom }) => ({ reads, inputSigned, inputSignFrom }))).toEqual([
      { reads: 3, inputSigned: true, inputSignFrom: 'assumed' }, { reads: 4, inputSigned: false, inputSignFrom: 'network' }, { reads: 4, inputSigned: false, inputSignFrom: 'network' }
    ])
    // Calibrated ranges: one for each slice and side, the same for all tiles.
    expect(layers[0]?.stepPer).toEqual({ tile: false, slice: true, side: true })
    expect(layers[0]?.deviceReadSeconds).toBe(512e-9)
    // The same counts as by hand in src-shared/cost/quantities.test.ts, and the bias: one row for each of 8 arrays of a row.
    const [first] = estimateCost(inventory({ array: { rows: 16, columns: 4 }, device: { kind: 'hermes' }, cell: { digitization: 'separate' }, slices: { weightBits: 7, bitsPerCell: 3 }, dac: { inputBits: 4, streaming: 'bit-serial' }, adc: { outputBits: 6 } }), figuresInForce({})).layers
    expect(first?.counts).toMatchObject({ adcConversions: 64 * 3 * 3 * 2 * 2 * 6, driverConversions: 64 * 3 * 27 * 8 + 64 * 8, cellReads: 64 * 3 * 27 * 6 * 4 + 384 * 4, arrays: 24 })
  })
  it('takes what acts: switches of effects, described signs, pulses of several bits', () => {
    const dac = { inputBits: 8, streaming: 'bit-serial' as const, bitsPerPulse: 2, sign: 'unsigned' as const }
    expect(analog({ dac })[0]).toMatchObject({ reads: 4, bitsPerRead: 2, inputSigned: false, inputSignFrom: 'described' })
    expect(analog({ dac, effects: { inputQuantization: false } })[0]).toMatchObject({ reads: 1, inputBits: null })
    expect(analog({ adc: { outputBits: 8 }, effects: { outputQuantization: false } })[0]).toMatchObject({ outputBits: null })
    expect(analog({ dac: { inputBits: 8, range: { kind: 'per-vector' } } })[0]).toMatchObject({ dynamicRange: true, reads: 1, bitsPerRead: 8 })
  })
  it('knows where converters have steps of their own', () => {
    const adc = { outputBits: 8 }
    const array = { rows: 10, columns: 0 }
    const steps = (hardware: HardwareInput) => analog({ array, ...hardware })[0]?.stepPer
    expect(steps({ adc })).toEqual({ tile: false, slice: false, side: false })
    expect(steps({ adc: { ...adc, range: { kind: 'calibrated', scope: 'tile' } } })).toEqual({ tile: true, slice: false, side: false })
    // Three tiles of 9 rows: one full scale. The Gemm's 128 rows in 13 tiles are 12 of 10 and one of 8.
    const fullScale = analog({ array, adc: { ...adc, range: { kind: 'full-scale' } } })
    expect([fullScale[0]?.stepPer.tile, fullScale[2]?.stepPer.tile]).toEqual([false, true])
  })
  it('keeps digital layers as multiply–accumulates, in order, and names what it does not count', () => {
    const found = inventory({ digitalLayers: { first: true } })
    expect(found.layers.map(({ kind }) => kind)).toEqual(['digital', 'analog', 'analog'])
    expect(found.layers[0]).toMatchObject({ macs: 64 * 27 * 6, reason: 'Kept digital by the hardware description.' })
    expect(found.uncountedOperators).toEqual(['MaxPool', 'Relu'])
    const estimate = estimateCost(found, figuresInForce({}))
    expect(estimate.layers[0]?.counts).toMatchObject({ adcConversions: 0, driverConversions: 0, arrays: 0, digitalMacs: 64 * 27 * 6 })
    expect(estimate.macs).toBe(64 * 27 * 6 + 16 * 27 * 8 + 128 * 5)
    expect(costInventorySchema.parse(JSON.parse(JSON.stringify(found)))).toEqual(found)
  })
  it('takes transposed convolutions by their input positions, and adds the products that overlap', async () => {
    const builder = new GraphBuilder('transposed')
    builder.input({ name: 'x', type: 'float32', shape: ['N', 6, 4, 4] })
    const w = builder.constant('w', { type: 'float32', dims: [6, 5, 4, 4], data: new Float32Array(480).fill(0.1) })
    builder.node('Flatten', [builder.node('ConvTranspose', ['x', w], { strides: [2, 2], pads: [1, 1, 1, 1] })], {}, { output: 'y' })
    builder.output({ name: 'y', type: 'float32', shape: ['N', 320] })
    const file = join(folder, 'transposed.onnx')
    await writeFile(file, writeModel({ irVersion: 8, producer: '', opsets: new Map([['', 17]]), graph: builder.build(), metadata: new Map(), functions: [] }))
    const [layer] = costInventory(await importNetwork(file), hardwareSchema.parse({ array: { rows: 4, columns: 64 } })).layers
    // 4×4 input pixels, 6 rows, 5·16 columns; 1280 products for 5·8·8 outputs.
    expect(layer).toMatchObject({ positions: 16, groups: 1, rows: 6, columns: 80, rowTiles: 2, columnTiles: 2, overlaps: 1280 - 320 })
    const [estimate] = estimateCost({ network: '', layers: [layer!], uncountedOperators: [] }, figuresInForce({})).layers
    expect(estimate?.counts).toMatchObject({ adcConversions: 16 * 2 * 80, partialSumAdds: 1280, overlapAdds: 960 })
    expect(estimate?.macs).toBe(1280 * 6)
  })
  it('refuses a description that does not fit together', () => {
    expect(() => inventory({ slices: { bitsPerCell: 2 } })).toThrow(/weightBits/)
  })
})

describe('mean conductance of cells', () => {
  const layout: WeightLayout = { groups: 1, rows: 2, columns: 2, rowsPerChannel: 1, order: 'by-row' }
  /** Mantissas 1, −0.5, 0, 0.25 with scale 2. */
  const values = Float32Array.of(2, -1, 0, 0.5)
  const mean = (hardware: HardwareInput, columnTiles = 1) => meanCell(hardwareInForce(hardwareSchema.parse(hardware)), layout, columnTiles, values, 2)
  /** 10 to 50 µS. */
  const device = { kind: 'generic' as const, minimumMicrosiemens: 10, maximumMicrosiemens: 50 }
  /** Conductances are float32. */
  const digits = 5

  it('one-sided pairs: G_min + ΔG·mean|m|/2', () => {
    // |m| = 1, 0.5, 0, 0.25 in one of two cells each: 10 + 40·1.75/8
    expect(mean({ device })?.value).toBeCloseTo(10 + (40 * 1.75) / 8, digits)
  })
  it('centred pairs: mid-range whatever the weights', () => {
    expect(mean({ device, cell: { pair: 'centred' } })?.value).toBeCloseTo(30, digits)
  })
  it('offset cells: mid-range + ΔG·mean m/2, and reference columns at mid-range', () => {
    // m sums to 0.75
    expect(mean({ device, cell: { kind: 'offset' } })?.value).toBeCloseTo(30 + (40 * 0.75) / 8, digits)
    // 2 rows in each of 2 column tiles: 4 cells of 30 µS besides 4 of 33.75
    expect(mean({ device, cell: { kind: 'offset', reference: 'column' } }, 2)?.value).toBeCloseTo((4 * 33.75 + 4 * 30) / 8, digits)
  })
  it('slices: the mean of their digits', () => {
    // 5 bits: codes 15, −8 (7.5 to even), 0, 4 (3.75); digits of 2 bits: 3,3 · 0,2 · 0,0 · 0,1 of 3, in one of two cells each
    expect(mean({ device, slices: { weightBits: 5, bitsPerCell: 2 } })?.value).toBeCloseTo(10 + (40 * ((3 + 3 + 2 + 1) / 3)) / 16, digits)
  })
  it('is a current for devices that are described by one, and nothing for the weight-referred device', () => {
    expect(mean({ device: { kind: 'sonos' } })).toMatchObject({ unit: 'nA' })
    expect(mean({})).toBeNull()
  })
})

describe('values that cannot be negative', () => {
  function graph(build: (builder: GraphBuilder) => void): Graph {
    const builder = new GraphBuilder('signs')
    builder.input({ name: 'x', type: 'float32', shape: ['N', 4] })
    build(builder)
    return builder.build()
  }
  it('come out of rectifiers and stay so through pooling, movement, sums and products', () => {
    const found = nonNegativeValues(graph((b) => {
      b.node('Relu', ['x'], {}, { output: 'r' })
      b.node('Identity', ['r'], {}, { output: 'i' })
      b.node('Add', ['r', 'i'], {}, { output: 'sum' })
      b.node('Add', ['r', 'x'], {}, { output: 'mixed' })
      b.node('Add', ['r', b.scalar(1)], {}, { output: 'above' })
      b.node('Add', ['r', b.scalar(-1)], {}, { output: 'below' })
      b.node('Max', ['x', 'r'], {}, { output: 'larger' })
      b.node('Clip', ['x', b.scalar(0), b.scalar(6)], {}, { output: 'clipped' })
      b.node('Clip', ['x', b.scalar(-1), b.scalar(1)], {}, { output: 'tanh' })
      b.node('Sub', ['r', 'i'], {}, { output: 'difference' })
    }))
    expect([...found].sort()).toEqual(['above', 'clipped', 'i', 'larger', 'r', 'sum'])
  })
})

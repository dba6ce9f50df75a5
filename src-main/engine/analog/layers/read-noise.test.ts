/** Read noise drawn at the output has the distribution of redrawing every cell. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conductanceDeviceSchema, programmingSchema } from '@shared/devices'
import { hardwareInForce, hardwareSchema, type HardwareInput } from '@shared/hardware'
import { writeModel } from '../../onnx/codec'
import { GraphBuilder } from '../../onnx/graph-builder'
import { importNetwork } from '../../onnx/import'
import type { Network } from '../../onnx/network'
import { fillNormal } from '../../random/streams'
import { calibrateOn, runOnChip } from '../../testing/layer-on-chip'
import { cellPlan } from '../cells/cell-plan'
import { programCells, readCells } from '../conductance'

const rows = 40
const columns = 2
const reads = 10_000
const seed = 11
/**
 * Two samples of n reads of one distribution differ by more than c·√(2/n) with probability 0.001 for c = 1.95
 * (Kolmogorov's distribution). Seeds are fixed, so the test does not vary.
 */
const criticalDistance = 1.95 * Math.sqrt(2 / reads)

let folder: string
let network: Network
const weights = new Float32Array(rows * columns)
const input = new Float32Array(rows)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acim-read-noise-'))
  fillNormal(weights, { seed: 1, purpose: 'synthetic' })
  fillNormal(input, { seed: 2, purpose: 'synthetic' })
  const builder = new GraphBuilder('dot-products')
  builder.input({ name: 'x', type: 'float32', shape: ['N', rows] })
  builder.node('Gemm', ['x', builder.initializer('w', { type: 'float32', dims: [rows, columns], data: weights })], {}, { output: 'y' })
  builder.output({ name: 'y', type: 'float32', shape: ['N', columns] })
  const file = join(folder, 'layer.onnx')
  await writeFile(file, writeModel({ irVersion: 8, producer: '', opsets: new Map([['', 17]]), graph: builder.build(), metadata: new Map(), functions: [] }))
  network = await importNetwork(file)
})
afterAll(() => rm(folder, { recursive: true }))

const device = { kind: 'generic', minimumMicrosiemens: 2, maximumMicrosiemens: 20, sigma: 0.03, readDeviationFraction: 0.1 } as const
const hardwareOf = (more: HardwareInput) => hardwareSchema.parse({ device, ...more })

/** The largest distance between two empirical distribution functions. */
function kolmogorovSmirnov(a: Float32Array, b: Float32Array): number {
  const x = a.slice().sort()
  const y = b.slice().sort()
  let i = 0
  let j = 0
  let distance = 0
  while (i < x.length && j < y.length) {
    if (x[i]! <= y[j]!) i++
    else j++
    distance = Math.max(distance, Math.abs(i / x.length - j / y.length))
  }
  return distance
}

/** The first output, read again and again through the program; the same image each time, as another one. */
async function throughProgram(more: HardwareInput): Promise<Float32Array> {
  const data = new Float32Array(reads * rows)
  for (let n = 0; n < reads; n++) data.set(input, n * rows)
  const hardware = hardwareOf(more)
  const inputs = { dims: [reads, rows], data }
  const calibration = await calibrateOn(network, hardware, { dims: [1, rows], data: input.map((value) => 3 * value) })
  const y = await runOnChip(network, hardware, inputs, { seed, chipInstance: 0 }, calibration)
  return Float32Array.from({ length: reads }, (_, n) => y[n * columns]!)
}

/** The same dot product with every cell of the same chip read by itself, explicitly. */
function cellByCell(more: HardwareInput): Float32Array {
  const force = hardwareInForce(hardwareOf(more))
  const described = conductanceDeviceSchema.parse(device)
  const range = { minimum: 2, maximum: 20 }
  const plan = cellPlan(force, range)
  const scale = Math.max(...weights.map(Math.abs))
  const mantissas = weights.map((w) => w / scale)
  const sides = [['positive', 1, 0], ['negative', -1, 1]] as const
  const result = new Float32Array(reads)
  const values = new Float32Array(weights.length)
  for (const [slice, { factor }] of plan.slices.entries()) {
    for (const [side, sign, index] of sides) {
      const cells = programCells(plan.goals(mantissas, slice, side), described, programmingSchema.parse({}), 0, { seed, purpose: 'programming', at: [0, 0, slice * 4 + index] })
      for (let n = 0; n < reads; n++) {
        readCells(values, cells, described, 0, { seed: 77, purpose: 'read', at: [n, slice, index] })
        let sum = 0
        for (let row = 0; row < rows; row++) sum += input[row]! * values[row * columns]!
        result[n]! += (sign * scale * factor * sum) / (range.maximum - range.minimum)
      }
    }
  }
  return result
}

const cases: [string, HardwareInput][] = [
  ['whole layer', {}],
  ['16-bit partial sums of 4 tiles', { array: { rows: 10 }, adc: { outputBits: 16 } }],
  ['slices, digitised separately', { slices: { weightBits: 6, bitsPerCell: 2 }, cell: { digitization: 'separate' }, array: { rows: 20 }, adc: { outputBits: 16 } }]
]

describe('read noise', () => {
  it.each(cases)('%s: distributed as redrawing every cell', async (_, more) => {
    const program = await throughProgram(more)
    expect(kolmogorovSmirnov(program, cellByCell(more))).toBeLessThan(criticalDistance)
    // The test sees a wrong variance: 10 % more spread around the same mean is refused.
    const mean = program.reduce((sum, value) => sum + value, 0) / reads
    expect(kolmogorovSmirnov(program, program.map((value) => mean + 1.1 * (value - mean)))).toBeGreaterThan(criticalDistance / 2)
  })

  it('reads of different images and outputs are not correlated', async () => {
    const data = new Float32Array(reads * rows)
    for (let n = 0; n < reads; n++) data.set(input, n * rows)
    const y = await runOnChip(network, hardwareOf({}), { dims: [reads, rows], data }, { seed, chipInstance: 0 })
    const column = (c: number, shift = 0): number[] => Array.from({ length: reads - 1 }, (_, n) => y[(n + shift) * columns + c]!)
    const correlation = (a: number[], b: number[]): number => {
      const mean = (v: number[]): number => v.reduce((sum, value) => sum + value, 0) / v.length
      const [ma, mb] = [mean(a), mean(b)]
      const sum = (f: (i: number) => number): number => a.reduce((total, _, i) => total + f(i), 0)
      return sum((i) => (a[i]! - ma) * (b[i]! - mb)) / Math.sqrt(sum((i) => (a[i]! - ma) ** 2) * sum((i) => (b[i]! - mb) ** 2))
    }
    // Four standard errors of a correlation of n independent pairs.
    const limit = 4 / Math.sqrt(reads)
    expect(Math.abs(correlation(column(0), column(1)))).toBeLessThan(limit)
    expect(Math.abs(correlation(column(0), column(0, 1)))).toBeLessThan(limit)
  })

  it('is the same again for the same chip and image, and another for another chip', async () => {
    const inputs = { dims: [1, rows], data: input }
    const read = (chipInstance: number, firstImage: number): Promise<Float32Array> => runOnChip(network, hardwareOf({ effects: { programmingError: false } }), inputs, { seed, chipInstance, firstImage })
    expect([...(await read(0, 5))]).toEqual([...(await read(0, 5))])
    expect((await read(0, 5))[0]).not.toBe((await read(0, 6))[0])
    expect((await read(0, 5))[0]).not.toBe((await read(1, 5))[0])
  })

  it.each([['together', 1], ['separate', 2]] as const)('conversion noise, pairs digitised %s: deviation of full scale for each conversion', async (digitization, conversions) => {
    const more: HardwareInput = { cell: { digitization }, array: { rows: 20 }, effects: { readNoise: false, programmingError: false }, dac: { range: { kind: 'fixed', maximum: 3 } }, adc: { noiseDeviation: 0.01, range: { kind: 'fixed', maximum: 10 } } }
    const y = await throughProgram(more)
    const mean = y.reduce((sum, value) => sum + value, 0) / reads
    const deviation = Math.sqrt(y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (reads - 1))
    // Full scale: 10 full cells at the largest input, G_max/ΔG = 20/18, times the scale; two tiles, one or two conversions each.
    const fullScale = (10 * 3 * Math.max(...weights.map(Math.abs)) * 20) / 18
    // Five standard errors of a deviation of n normal draws.
    expect(Math.abs(deviation / (0.01 * fullScale * Math.sqrt(2 * conversions)) - 1)).toBeLessThan(5 / Math.sqrt(2 * reads))
  })
})

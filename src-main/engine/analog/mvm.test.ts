/** One matrix through one layer: shapes, what is ideal, what calibrates, which chip is which. References: references/. */
import { describe, expect, it } from 'vitest'
import { hardwareSchema, idealHardware, type HardwareInput } from '@shared/hardware'
import { ProblemError } from '@shared/problems'
import { fillNormal } from '../random/streams'
import { errorShares, matrixProduct, productError, type Matrix, type MatrixProduct, type MatrixProductOptions } from './mvm'

function normal(rows: number, columns: number, seed: number): Matrix {
  const values = new Float32Array(rows * columns)
  fillNormal(values, { seed, purpose: 'synthetic' })
  return { rows, columns, values }
}
const weights = normal(5, 12, 1)
/** More than one run of the layer takes. */
const inputs = normal(300, 12, 2)

const product = (hardware: HardwareInput, changes: Partial<MatrixProductOptions> = {}): Promise<MatrixProduct> =>
  matrixProduct({ weights, inputs, hardware: hardwareSchema.parse(hardware), seed: 3, chipInstances: [0], ...changes })
const problemOf = async (work: Promise<unknown>) => {
  const thrown: unknown = await work.catch((caught: unknown) => caught)
  expect(thrown).toBeInstanceOf(ProblemError)
  return (thrown as ProblemError).problem
}
const cells: HardwareInput = { device: { kind: 'generic', sigma: 0.05, readDeviationFraction: 0.02 } }
const converted: HardwareInput = { ...cells, dac: { inputBits: 8 }, adc: { outputBits: 8 }, array: { rows: 6 } }

describe('matrixProduct', () => {
  it('computes Wx with W [outputs, inputs] and one row of the result for each vector', async () => {
    const { ideal, chips } = await matrixProduct({
      weights: { rows: 2, columns: 3, values: Float32Array.of(1, 2, 3, 4, 5, 6) }, inputs: { rows: 2, columns: 3, values: Float32Array.of(1, 0, 0, 0, 10, 100) },
      hardware: idealHardware(), seed: 1, chipInstances: [0]
    })
    expect([...ideal]).toEqual([1, 4, 320, 650])
    expect([...chips[0]!.values]).toEqual([1, 4, 320, 650])
  })

  it('refuses a product beyond single precision', async () => {
    const huge = { ...weights, values: weights.values.map(() => 3e38) }
    expect(await problemOf(product({}, { weights: huge }))).toMatchObject({ code: 'ARGUMENT_INVALID', where: 'weights', message: expect.stringContaining('The digital product is beyond single precision') as string })
  })

  it('is the digital product to the last bit on ideal hardware', async () => {
    const { ideal, chips, activeEffects, converters, tiles } = await product({ device: { kind: 'weight-referred', sigma: 0 } })
    expect(chips[0]!.values).toEqual(ideal)
    expect(chips[0]!.error).toEqual({ relativeRms: 0, maximum: 0, relativeMaximum: 0 })
    expect([activeEffects, converters, tiles.arrays]).toEqual([[], [], 1])
  })

  it('gives a chip instance the same devices and reads whatever was computed before it', async () => {
    const all = await product(converted, { chipInstances: [0, 1, 2] })
    const last = await product(converted, { chipInstances: [2] })
    expect(last.chips[0]!.values).toEqual(all.chips[2]!.values)
    expect(last.chips[0]!.values).not.toEqual(all.chips[1]!.values)
    expect((await product(converted, { chipInstances: [2], seed: 4 })).chips[0]!.values).not.toEqual(last.chips[0]!.values)
  })

  it('gives each vector a read of its own', async () => {
    const same: Matrix = { ...inputs, values: inputs.values.map((_, i) => inputs.values[i % inputs.columns]!) }
    const { chips } = await product({ ...cells, device: { kind: 'generic', sigma: 0, readDeviationFraction: 0.02 } }, { inputs: same })
    const first = Array.from({ length: same.rows }, (_, n) => chips[0]!.values[5 * n]!)
    expect(new Set(first).size).toBeGreaterThan(same.rows * 0.9)
  })

  it('takes converter ranges from the inputs, or from vectors of their own', async () => {
    const doubled: Matrix = { ...inputs, values: inputs.values.map((value) => 2 * value) }
    const own = await product(converted)
    const other = await product(converted, { calibration: doubled })
    const range = ({ converters }: MatrixProduct): [string, number][] => converters.map(({ kind, highest }) => [kind, highest])
    const largest = Math.max(...inputs.values.map(Math.abs))
    expect(range(own).map(([kind]) => kind)).toEqual(['dac', 'adc'])
    expect(range(own)[0]![1]).toBeCloseTo(largest, 5)
    // Twice the range, up to rounding of single precision.
    range(other).forEach(([, highest], i) => expect(highest / range(own)[i]![1]).toBeCloseTo(2, 5))
    expect(other.chips[0]!.values).not.toEqual(own.chips[0]!.values)
    expect(own.tiles).toMatchObject({ rowTiles: 2, cellsPerValue: 2, arrays: 4 })
  })

  it('calibrates on all vectors, however many images the description takes', async () => {
    const late: Matrix = { ...inputs, values: inputs.values.map((value, i) => (i === inputs.values.length - 1 ? 50 : value)) }
    expect((await product({ ...converted, calibrationImages: 1 }, { inputs: late })).converters[0]!.highest).toBe(50)
  })

  it('stands for one layer of a description', async () => {
    const description: HardwareInput = {
      digitalLayers: { first: true, last: true },
      layers: { conv1: { adc: { outputBits: 4 } }, fc: { digital: true } }
    }
    expect((await product(description)).activeEffects.map((effect) => effect.switch)).toEqual(['programmingError'])
    expect((await product(description, { layer: 'conv1' })).activeEffects.map((effect) => effect.switch)).toEqual(['programmingError', 'outputQuantization'])
    expect(await problemOf(product(description, { layer: 'fc' }))).toMatchObject({ code: 'ARGUMENT_INVALID', where: 'layer' })
    expect((await problemOf(product(description, { layer: 'conv2' }))).message).toContain('conv1, fc')
  })

  it('refuses what does not fit together', async () => {
    expect(await problemOf(product({ cell: { kind: 'offset' } }))).toMatchObject({ code: 'HARDWARE_INVALID', where: 'hardware.cell.kind' })
  })
})

describe('errors', () => {
  it('are taken over all outputs', () => {
    const error = productError(Float32Array.of(4, -4, 0, 1), Float32Array.of(3, -4, 0, 0))
    expect(error).toEqual({ relativeRms: Math.sqrt(2) / 5, maximum: 1, relativeMaximum: 0.25 })
    expect(productError(Float32Array.of(1), Float32Array.of(0))).toEqual({ relativeRms: null, maximum: 1, relativeMaximum: null })
  })

  it('divide into what chips share and what they do not', () => {
    const chip = (...values: number[]) => ({ chipInstance: 0, values: Float32Array.from(values), error: { relativeRms: null, maximum: 0, relativeMaximum: null } })
    // Mean deviations 1 and 0; sample deviations √2 and √2.
    const shares = errorShares({ ideal: Float32Array.of(3, 4), chips: [chip(5, 5), chip(3, 3)] })!
    expect(shares.systematicRms).toBeCloseTo(1 / 5, 12)
    expect(shares.randomRms).toBeCloseTo(2 / 5, 12)
    expect(errorShares({ ideal: Float32Array.of(3), chips: [chip(5)] })).toBeNull()
  })
})

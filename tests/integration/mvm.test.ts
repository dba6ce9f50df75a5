/** `acim mvm` as a script runs it: a child process, NPY files in and out, exit code, one JSON document or one problem. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hardwareSchema, type HardwareInput } from '../../src-shared/hardware'
import { matrixProduct, type Matrix } from '../../src-main/engine/analog/mvm'
import { parseNumpyArray } from '../../src-main/engine/data/readers/numpy-array'
import { npyBytes } from '../../src-main/engine/data/write-npy'
import { fillNormal } from '../../src-main/engine/random/streams'
import { type Ended, processLimitMs, startAcim } from './acim-process'

let folder = ''

const acim = (...args: string[]): Promise<Ended> => startAcim(folder, ['mvm', ...args]).ended

function normal(rows: number, columns: number, seed: number): Matrix {
  const values = new Float32Array(rows * columns)
  fillNormal(values, { seed, purpose: 'synthetic' })
  return { rows, columns, values }
}
const weights = normal(6, 20, 1)
const inputs = normal(9, 20, 2)
const hardware: HardwareInput = {
  name: 'Everything at once',
  device: { kind: 'generic', minimumMicrosiemens: 1, sigma: 0.02, readDeviationFraction: 0.01 },
  slices: { weightBits: 8, bitsPerCell: 4 },
  array: { rows: 8, columns: 4 },
  dac: { inputBits: 6, streaming: 'bit-serial', bitsPerPulse: 2 },
  adc: { outputBits: 8, range: { kind: 'calibrated', scope: 'tile' } }
}

const inFolder = (name: string): string => join(folder, name)
async function readProduct(name: string): Promise<{ type: string; shape: number[]; values: number[] }> {
  const { type, shape, at } = parseNumpyArray(await readFile(inFolder(name)), name)
  return { type, shape, values: Array.from({ length: shape.reduce((product, dimension) => product * dimension, 1) }, (_, i) => at(i)) }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acim-mvm-'))
  const columns = Float32Array.from({ length: 120 }, (_, i) => weights.values[(i % 6) * 20 + Math.floor(i / 6)]!)
  await Promise.all([
    writeFile(inFolder('W.npy'), npyBytes(weights.values, [6, 20])),
    writeFile(inFolder('WT.npy'), npyBytes(columns, [20, 6])),
    writeFile(inFolder('X.npy'), npyBytes(inputs.values, [9, 20])),
    writeFile(inFolder('C.npy'), npyBytes(inputs.values.map((value) => 4 * value), [9, 20])),
    writeFile(inFolder('nan.npy'), npyBytes(inputs.values.map((value, i) => (i === 23 ? NaN : value)), [9, 20])),
    writeFile(inFolder('flat.npy'), npyBytes(inputs.values, [180])),
    writeFile(inFolder('text.npy'), 'not an array'),
    writeFile(inFolder('H.json'), JSON.stringify(hardware)),
    writeFile(inFolder('refused.json'), JSON.stringify({ ...hardware, wires: { rowSegmentOhms: 1, gatedInputs: true } })),
    writeFile(inFolder('layers.json'), JSON.stringify({ ...hardware, layers: { fc: { digital: true } } }))
  ])
}, processLimitMs)
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('acim mvm', () => {
  it('writes what the engine computes and says what acted', async () => {
    const { code, stdout, stderr } = await acim('--hardware', 'H.json', '--weights', 'W.npy', '--inputs', 'X.npy', '--out', 'Y.npy', '--chip-instance', '5', '--seed', '7', '--json')
    expect([code, stderr]).toEqual([0, ''])
    const expected = await matrixProduct({ weights, inputs, hardware: hardwareSchema.parse(hardware), seed: 7, chipInstances: [5] })
    expect(await readProduct('Y.npy')).toEqual({ type: 'f4', shape: [9, 6], values: [...expected.chips[0]!.values] })
    expect(JSON.parse(stdout)).toMatchObject({
      weights: { file: 'W.npy', outputs: 6, inputs: 20, transpose: false }, inputs: { file: 'X.npy', vectors: 9 }, calibration: null, output: { file: 'Y.npy', shape: [9, 6] }, seed: 7,
      activeEffects: ['weightQuantization', 'programmingError', 'readNoise', 'inputQuantization', 'outputQuantization'].map((name) => ({ switch: name })),
      tiles: { rowTiles: 3, columnTiles: 2, tiles: 6, slices: 2, cellsPerValue: 2, arrays: 24 },
      converters: [{ id: 'dac:x', kind: 'dac' }, { kind: 'adc', perTile: expect.arrayContaining([expect.any(Number)]) as number[] }, { kind: 'adc' }],
      chips: [{ chipInstance: 5, error: { ...expected.chips[0]!.error } }], statistics: null
    })
  }, processLimitMs)

  it('takes transposed weights, calibration vectors and several chip instances', async () => {
    const common = ['--hardware', 'H.json', '--inputs', 'X.npy', '--seed', '7', '--json']
    const [plain, turned, calibrated] = await Promise.all([
      acim(...common, '--weights', 'W.npy', '--instances', '3', '--chip-instance', '4', '--out', 'Y3.npy'),
      acim(...common, '--weights', 'WT.npy', '--transpose', '--chip-instance', '5', '--out', 'YT.npy'),
      acim(...common, '--weights', 'W.npy', '--calibrate', 'C.npy')
    ])
    expect([plain, turned, calibrated].map(({ code }) => code)).toEqual([0, 0, 0])
    const [three, one] = [await readProduct('Y3.npy'), await readProduct('YT.npy')]
    expect([three.shape, one.shape]).toEqual([[3, 9, 6], [9, 6]])
    expect(one.values).toEqual(three.values.slice(54, 108))
    interface Document {
      chips: { chipInstance: number }[]
      statistics: { relativeRms: { mean: number; std: number }; systematicRms: number; randomRms: number }
      converters: { highest: number }[]
    }
    const document = JSON.parse(plain.stdout) as Document
    expect(document.chips.map(({ chipInstance }) => chipInstance)).toEqual([4, 5, 6])
    expect(document.statistics.relativeRms.std).toBeGreaterThan(0)
    expect(document.statistics.randomRms).toBeGreaterThan(0)
    expect((JSON.parse(calibrated.stdout) as Document).converters[0]!.highest / document.converters[0]!.highest).toBeCloseTo(4, 5)
  }, processLimitMs)

  it('says it in words', async () => {
    const { code, stdout } = await acim('--weights', 'W.npy', '--inputs', 'X.npy', '--sigma', '0', '--adc-bits', '8')
    expect(code).toBe(0)
    expect(stdout).toMatch(/6 outputs × 20 inputs[\s\S]*1\. Output quantisation \(ADC\)[\s\S]*adc:0[\s\S]*Relative RMS error/)
  }, processLimitMs)

  it.each<[string[], string, string, RegExp]>([
    [['--weights', 'W.npy', '--inputs', 'none.npy'], 'FILE_NOT_FOUND', 'none.npy', /no file/],
    [['--weights', 'text.npy', '--inputs', 'X.npy'], 'DATA_CORRUPT', 'text.npy', /NPY/],
    [['--weights', 'W.npy', '--inputs', 'flat.npy'], 'ARGUMENT_INVALID', '--inputs', /array of 180; expected two dimensions, \[vectors, inputs\]/],
    [['--weights', 'W.npy', '--inputs', 'nan.npy'], 'ARGUMENT_INVALID', 'nan.npy', /\[1, 3\] is NaN/],
    [['--weights', 'WT.npy', '--inputs', 'X.npy'], 'ARGUMENT_INVALID', '--inputs', /vectors of 20 values; WT\.npy takes 6 inputs/],
    [['--weights', 'W.npy', '--inputs', 'X.npy', '--calibrate', 'WT.npy'], 'ARGUMENT_INVALID', '--calibrate', /vectors of 6 values/],
    [['--weights', 'W.npy', '--inputs', 'X.npy', '--out', 'X.npy'], 'ARGUMENT_INVALID', '--out', /would be replaced/],
    [['--weights', 'W.npy', '--inputs', 'X.npy', '--instances', '0'], 'ARGUMENT_INVALID', '--instances', /from 1/],
    [['--weights', 'W.npy', '--inputs', 'X.npy', '--sigma', '0,0.1'], 'ARGUMENT_INVALID', '--sigma', /sweep/],
    [['--weights', 'W.npy', '--inputs', 'X.npy', '--hardware', 'refused.json'], 'HARDWARE_INVALID', 'hardware.wires.gatedInputs', /./],
    [['--weights', 'W.npy', '--inputs', 'X.npy', '--hardware', 'layers.json', '--layer', 'fc'], 'ARGUMENT_INVALID', '--layer', /digital/],
    [['--inputs', 'X.npy'], 'ARGUMENT_INVALID', 'command line', /weights/]
  ])('refuses %j', async (args, code, where, message) => {
    const ended = await acim(...args, '--json')
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 2, stdout: '' })
    const problem = JSON.parse(ended.stderr) as { code: string; where: string; message: string; tip: string }
    expect(problem).toMatchObject({ code, where })
    expect(problem.message).toMatch(message)
    expect(problem.tip).not.toBe('')
  }, processLimitMs)
})

/** `acim cost` as a script runs it, on the bundled network: a child process, exit code, one JSON document or one problem. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { costEstimateSchema, costInventorySchema } from '../../src-shared/cost'
import { type Ended, processLimitMs, startAcim } from './acim-process'

const model = resolve(import.meta.dirname, '../../resources/sample/glyphs.onnx')

let folder = ''
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'acim-cost-'))))
afterAll(() => rm(folder, { recursive: true }))

const acim = (...args: string[]): Promise<Ended> => startAcim(folder, ['cost', ...args]).ended
const chip = ['--device', 'hermes-2', '--rows', '128', '--columns', '64', '--dac-bits', '8', '--bit-serial', '--adc-bits', '8']

it('estimates a network with the figures of a file, and compares it with another', async () => {
  await writeFile(join(folder, 'figures.json'), JSON.stringify({ figures: { readVoltage: { value: 0.2, source: 'wafer 7' }, cellArea: { value: 0.05 } } }))
  const { code, stdout, stderr } = await acim('-m', model, ...chip, '--figures', 'figures.json', '--compare', model, '--json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const { inventory, estimate, comparison } = JSON.parse(stdout) as { inventory: unknown; estimate: unknown; comparison: { countsEqual: boolean } }
  const layers = costInventorySchema.parse(inventory).layers
  const checked = costEstimateSchema.parse(estimate)
  expect(checked).toMatchObject({ missing: [], energyUnknown: [], areaUnknown: [], timeComplete: true })
  expect(comparison.countsEqual).toBe(true)
  // The last layer: 64 inputs behind a ReLU by 10 classes in one tile of pairs, 8 reads of one bit, its bias a row of both arrays.
  expect(layers.at(-1)).toMatchObject({ positions: 1, rows: 64, columns: 10, rowTiles: 1, columnTiles: 1, cellsPerValue: 2, reads: 8, inputSigned: false })
  expect(checked.layers.at(-1)?.counts).toMatchObject({ adcConversions: 80, driverConversions: 2 * (8 * 64 + 1), cellReads: 8 * 640 * 2 + 20, shiftAdds: 70, arrays: 2 })
}, processLimitMs)

it('prints text with what is missing, and refuses what does not fit', async () => {
  const { code, stdout } = await acim('-m', model, ...chip)
  expect(code).toBe(0)
  expect(stdout).toContain('Read voltage (V): left out without it: energy: Cells, in 6 layers.')
  for (const [args, where] of [[['--bits-per-cell', '2', '--device', 'hermes-1'], 'hardware.slices.weightBits'], [['--adc-bits', '6,8'], '--adc-bits'], [['--figures', 'none.json'], 'none.json']] as const) {
    const ended = await acim('-m', model, ...args)
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 2, stdout: '' })
    expect(JSON.parse(ended.stderr)).toMatchObject({ where: expect.stringContaining(where) as string })
  }
}, processLimitMs)

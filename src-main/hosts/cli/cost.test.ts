import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareCosts, costLimits, estimateCost, figuresInForce, type AnalogCostLayer, type ChangedFigures } from '@shared/cost'
import { inventoryOf, plainLayer } from '@shared/cost/fixtures'
import { costJson, costText, readFigures, type CostReport } from './cost'

const layer: AnalogCostLayer = { ...plainLayer, node: 'conv_1', positions: 10, rowTiles: 2, cellsPerValue: 2, inputBits: 8, bitSerial: true, reads: 7, bitsPerRead: 1, outputBits: 6, granularity: 'layer-bi-scale', bias: 'analog', meanCell: { value: 5, unit: 'µS' } }
function report(figures: ChangedFigures, layers: AnalogCostLayer[] = [layer]): CostReport {
  const inventory = { ...inventoryOf(...layers), uncountedOperators: ['MaxPool', 'Relu'] }
  const inForce = figuresInForce(figures)
  return { inventory, figures: inForce, estimate: estimateCost(inventory, inForce), comparison: null, problems: [] }
}
const changed: ChangedFigures = { readVoltage: { value: 0.2, source: 'wafer 7' }, cellArea: { value: 0.05, source: '' } }

describe('acim cost as text', () => {
  it('gives totals, shares, layers, granularities, figures with sources, limits', () => {
    const lines = costText(report(changed)).split('\n')
    const text = lines.join('\n')
    // 10·7·2·3 conversions of 10.1 fJ·2⁶ and what comes with them: no bound sign, for nothing is missing.
    expect(lines.find((line) => line.startsWith('Energy '))).toMatch(/^Energy +\d[\d.]* [pnµ]J an image, \d/)
    expect(lines.find((line) => line.startsWith('Time '))).toContain('in a pipeline (slowest: conv_1)')
    expect(lines.find((line) => line.startsWith('ADC '))).toMatch(/^ADC +[\d.]+ +[\d.]+ % +yes$/)
    expect(lines.find((line) => line.startsWith('conv_1 '))).toContain('Gemm')
    expect(lines).toContain('Not counted: MaxPool, Relu.')
    expect(lines.find((line) => line.startsWith('Two per layer (bi-scale) (yours)'))).toMatch(/ 2 +64 +30 +0 +30 +0 +0 +30$/)
    expect(text).toContain('On this network it adds 1 stored scale (32 bits); to each image no multiplication, no addition and no conversion; to the hardware no cell and no converter.')
    expect(text).toContain('without re-quantisation it takes 30 multiplications an image, without that level 30 additions an image.')
    expect(text).toContain('  Read voltage V = 0.2 V (changed): wafer 7')
    expect(text).toContain('  Area of a cell A_cell = 0.05 µm² (changed): Entered here, no source given')
    expect(lines).toContain('  Mean conductance of a cell: Computed from the weights instead for 1 layer: 5 µS.')
    expect(costText(report(changed, [{ ...layer, meanCell: null }]))).not.toContain('Computed from the weights instead')
    expect(costText(report(changed, [layer, { ...layer, node: 'fc', meanCell: { value: 7, unit: 'µS' } }]))).toContain('for 2 layers: 5 … 7 µS.')
    expect(text).toMatch(/ADC energy per code k_ADC = 10\.1 fJ: L\. Kull/)
    for (const limit of costLimits) expect(lines).toContain(`  ${limit}`)
    expect(text).not.toMatch(/Missing figures|undefined|NaN|≥/)
  })
  it('names what is missing and calls the rest a lower bound', () => {
    const text = costText(report({}))
    expect(text).toMatch(/^Energy +≥ /m)
    expect(text).toContain('  Read voltage (V): left out without it: energy: Cells, in 1 layer.')
    expect(text).toMatch(/^Cells +– +– +figure missing$/m)
    // With ideal converters nothing is known of the energy at all.
    expect(costText(report({}, [plainLayer]))).toMatch(/^Energy +not known an image/m)
  })
  it('shows a fine-tuned network as equal counts', () => {
    const before = report(changed)
    const after = report(changed, [{ ...layer, meanCell: { value: 6, unit: 'µS' } }])
    const text = costText({ ...before, comparison: compareCosts(before.estimate, after.estimate) })
    expect(text).toContain('Every count of every layer is the same')
    expect(text.match(/^ADC conversions +\d+ +\d+ +0$/m)).not.toBeNull()
  })
  it('keeps control characters of names from the terminal', () => {
    expect(costText(report(changed, [{ ...layer, node: 'conv\u001b[31m' }]))).not.toContain('\u001b')
  })
})

it('as JSON holds everything, in SI units', () => {
  const document = JSON.parse(JSON.stringify(costJson(report(changed)))) as ReturnType<typeof costJson>
  expect(document.estimate.counts.adcConversions).toBe(10 * 7 * 2 * 3)
  expect(document.estimate.energy.adc).toBeCloseTo(420 * 10.1e-15 * 64, 20)
  expect(document.granularities.map(({ granularity }) => granularity)).toHaveLength(6)
  expect(document.figures.find(({ id }) => id === 'readVoltage')).toMatchObject({ value: 0.2, unit: 'V', changed: true, source: 'wafer 7' })
  expect(document.comparison).toBeNull()
})

describe('a file of figures', () => {
  let folder: string
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'acim-figures-'))))
  afterAll(() => rm(folder, { recursive: true }))
  const written = async (text: string): Promise<string> => {
    const file = join(folder, 'figures.json')
    await writeFile(file, text)
    return file
  }
  it('is read as the settings of a project store it', async () => {
    expect(await readFigures(await written(JSON.stringify({ figures: changed })))).toEqual(changed)
  })
  it('is refused with the name of the field', async () => {
    await expect(readFigures(await written('{'))).rejects.toMatchObject({ problem: { code: 'ARGUMENT_INVALID' } })
    await expect(readFigures(await written('{"figures":{"columnsPerAdc":{"value":0}}}'))).rejects.toMatchObject({ problem: { code: 'ARGUMENT_INVALID', where: '--figures.figures.columnsPerAdc.value' } })
    await expect(readFigures(join(folder, 'none.json'))).rejects.toMatchObject({ problem: { code: 'FILE_NOT_FOUND' } })
  })
})

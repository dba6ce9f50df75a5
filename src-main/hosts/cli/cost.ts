/** acim cost */
import { resolve } from 'node:path'
import { compactNumber, groupedInteger, percent, type Table } from '@shared/charts'
import {
  areaIds, areaTerms, areaText, bound, compareCosts, componentTable, costLimits, deviceReadNote, engineering, estimateCost, figureIds, figures, figuresFileSchema, figuresInForce, granularityCounts, granularityNotes, granularityTable, granularityVerdict,
  layerTable, meanCellNote, missingSentence, quantities, quantityIds, type ChangedFigures, type CostComparison, type CostEstimate, type CostInventory, type FiguresInForce, type GranularityRow
} from '@shared/cost'
import { granularityLabels, scaleGranularities } from '@shared/hardware'
import { fail, parseOrFail, type Problem } from '@shared/problems'
import { layerNameProblems } from '../../services/validate'
import { baseHardware, hardwareFrom } from './hardware-options'
import { checkModel } from './inputs'
import type { HardwareOptions } from './options'
import { writeOut } from './output'
import { readJson } from './read-device'
import { printable, textTable } from './text-table'
import { withProject, type Workplace } from './workplace'

export interface CostOptions extends HardwareOptions {
  model: string
  figures?: string
  compare?: string
  json?: boolean
}

/** Everything that the command prints. */
export interface CostReport {
  inventory: CostInventory
  estimate: CostEstimate
  figures: FiguresInForce
  comparison: CostComparison | null
  /** What of the description the network does not have. */
  problems: readonly Problem[]
}

export async function readFigures(file: string): Promise<ChangedFigures> {
  return parseOrFail(figuresFileSchema, await readJson(file, 'ARGUMENT_INVALID'), 'ARGUMENT_INVALID', '--figures').figures
}

export function costJson({ inventory, estimate, figures: inForce, comparison, problems }: CostReport) {
  return {
    inventory, estimate, granularities: granularityTable(inventory, inForce), comparison, problems,
    figures: figureIds.map((id) => ({ id, label: figures[id].label, symbol: figures[id].symbol, value: inForce.value(id), unit: figures[id].unit, changed: inForce.changed(id), source: inForce.source(id), uncertainty: figures[id].uncertainty })),
    limits: costLimits
  }
}

function totals({ network, joules, energyUnknown, macs, secondsSerial, secondsSlowest, slowestLayer, timeComplete, squareMetres, areaUnknown, area, counts }: CostEstimate): string[] {
  const energy = (value: number): string => bound(value, energyUnknown.length === 0, (each) => engineering(each, 'J'))
  const time = (value: number): string => bound(value, timeComplete, (each) => engineering(each, 's'))
  const facts: [string, string][] = [
    ['Network', `${network}, ${groupedInteger(macs)} multiply–accumulates an image`],
    ['Energy', `${energy(joules)} an image, ${energy(macs === 0 ? 0 : joules / macs)} a multiply–accumulate`],
    ['Time', `${time(secondsSerial)} with layers one after another; ${time(secondsSlowest)} from image to image in a pipeline${slowestLayer === null ? '' : ` (slowest: ${slowestLayer})`}`],
    ['Area', `${bound(squareMetres, areaUnknown.length === 0, areaText)}: ${areaIds.map((id) => `${areaTerms[id].label} ${bound(area[id], !areaUnknown.includes(id), areaText)}`).join(', ')}`],
    ['Hardware', `${groupedInteger(counts.arrays)} arrays, ${groupedInteger(counts.cells)} cells, ${groupedInteger(counts.adcs)} ADCs, ${groupedInteger(counts.drivers)} row drivers`]
  ]
  return facts.map(([label, value]) => `${label.padEnd(10)} ${value}`)
}

function comparisonLines(comparison: CostComparison): string[] {
  const rows = quantityIds.filter((id) => comparison.counts[id].before > 0 || comparison.counts[id].after > 0).map((id) => [quantities[id].label, comparison.counts[id].before, comparison.counts[id].after, comparison.counts[id].after - comparison.counts[id].before])
  const table: Table = {
    columns: [{ key: 'count', label: 'Count', kind: 'text' }, { key: 'before', label: comparison.before, kind: 'integer' }, { key: 'after', label: comparison.after, kind: 'integer' }, { key: 'difference', label: 'Difference', kind: 'integer' }],
    rows
  }
  const change = comparison.joules.before === 0 ? '' : ` (${percent(comparison.joules.after / comparison.joules.before - 1, 2)})`
  return [
    '', `Compared with ${comparison.after}`, textTable(table),
    comparison.countsEqual ? 'Every count of every layer is the same: weights change no operation and no component.' : 'Counts differ: the networks have different shapes.',
    `Energy ${engineering(comparison.joules.before, 'J')} and ${engineering(comparison.joules.after, 'J')}${change}; weights act through the conductances of the cells only.`
  ]
}

function verdict(rows: readonly GranularityRow[]): string[] {
  const [network, biScale] = [rows.find(({ granularity }) => granularity === 'network'), rows.find(({ granularity }) => granularity === 'layer-bi-scale')]
  return network === undefined || biScale === undefined ? [] : [`Two scales per layer, the analog floating-point form of the paper. ${granularityVerdict(biScale, network)}`]
}

const figureLine = (inForce: FiguresInForce) => (id: (typeof figureIds)[number]): string => {
  const value = inForce.value(id)
  const { label, symbol, unit } = figures[id]
  return `  ${label} ${symbol} = ${value === null ? 'none' : compactNumber(value)}${value === null || unit === '' ? '' : ` ${unit}`}${inForce.changed(id) ? ' (changed)' : ''}: ${inForce.source(id)}`
}

export function costText({ inventory, estimate, figures: inForce, comparison, problems }: CostReport): string {
  const notes = [['Time of one read', deviceReadNote(inventory, inForce)], ['Mean conductance of a cell', meanCellNote(inventory)]].flatMap(([label, note]) => (note === null ? [] : [`  ${label}: ${note}`]))
  const lines = [
    ...totals(estimate),
    ...problems.map(({ where, message }) => `Warning: ${where}: ${message}`),
    ...(estimate.missing.length === 0 ? [] : ['', 'Missing figures (enter them with --figures):', ...estimate.missing.map((each) => `  ${missingSentence(each)}`)]),
    '', 'Energy of an image by component', textTable(componentTable(estimate)),
    '', 'Layers', textTable(layerTable(estimate)),
    ...(inventory.uncountedOperators.length === 0 ? [] : [`Not counted: ${inventory.uncountedOperators.join(', ')}.`]),
    '', 'What each scale granularity adds to an image, beyond one scale for the network', textTable(granularityCounts(granularityTable(inventory, inForce))),
    ...verdict(granularityTable(inventory, inForce)),
    ...scaleGranularities.map((granularity) => `  ${granularityLabels[granularity]}: ${granularityNotes[granularity]}`),
    ...(comparison === null ? ['  HA-SGD changes weights only. --compare TUNED.onnx counts a fine-tuned network beside this one.'] : comparisonLines(comparison)),
    '', 'Figures', ...figureIds.map(figureLine(inForce)), ...notes,
    '', 'Limits', ...costLimits.map((limit) => `  ${limit}`)
  ]
  // Tables have printed their cells already and bring line breaks.
  return lines.map((line) => (line.includes('\n') ? line : printable(line.replace(/[\u00a0\u202f]/g, ' ')))).join('\n')
}

export async function cost(options: CostOptions): Promise<void> {
  const { hardware, sweep } = hardwareFrom(options, await baseHardware(options))
  if (sweep !== null) fail('ARGUMENT_INVALID', `--${sweep.parameter}`, 'Found a sweep; one hardware is estimated at a time.', 'Give one value.')
  const changes = options.figures === undefined ? {} : await readFigures(options.figures)
  await checkModel(options.model)
  if (options.compare !== undefined) await checkModel(options.compare)
  const inForce = figuresInForce(changes)
  const report = await withProject({ workers: '1', quiet: true }, async (place): Promise<CostReport> => {
    const state = await place.request('project.current', {})
    if (state === null) throw new Error('The temporary project is not open.')
    await place.request('project.saveSettings', { settings: { ...state.settings, hardware } })
    const { inventory, problems } = await inventoryOf(place, options.model, hardware)
    const estimate = estimateCost(inventory, inForce)
    const other = options.compare === undefined ? null : await inventoryOf(place, options.compare, hardware)
    return { inventory, estimate, figures: inForce, comparison: other === null ? null : compareCosts(estimate, estimateCost(other.inventory, inForce)), problems }
  })
  await writeOut(options.json === true ? JSON.stringify(costJson(report), null, 2) : costText(report))
}

async function inventoryOf(place: Workplace, model: string, hardware: Parameters<typeof layerNameProblems>[0]): Promise<{ inventory: CostInventory; problems: Problem[] }> {
  const network = await place.request('network.import', { handle: place.services.registerPath(resolve(model)) })
  return { inventory: await place.request('hardware.cost', { runId: null }), problems: layerNameProblems(hardware, network) }
}

/** The estimate as tables, for charts' table views, CSV and the terminal. */
import type { Column, Table } from '../charts/tables'
import { componentIds, energyTerms } from './energy'
import type { CostEstimate } from './estimate'
import { figureIds, figures } from './figures'
import { scaledUnit } from './format'
import { quantities, quantityIds, type QuantityId } from './quantities'
import { granularityLabels } from '../hardware'
import type { FiguresInForce } from './settings'
import type { GranularityRow } from './granularity'

const column = (key: string, label: string, kind: Column['kind']): Column => ({ key, label, kind })

/** One row for each component that costs something: its energy and its share of what is known. */
export function componentTable(estimate: CostEstimate): Table {
  const { factor, unit } = scaledUnit(Math.max(0, ...Object.values(estimate.energy)), 'J')
  const unknown = new Set(estimate.energyUnknown)
  return {
    columns: [column('component', 'Component', 'text'), column('energy', `Energy (${unit})`, 'number'), column('share', 'Share', 'percent'), column('complete', 'Complete', 'text')],
    rows: componentIds
      .filter((id) => estimate.energy[id] > 0 || unknown.has(id))
      .map((id) => [energyTerms[id].label, unknown.has(id) && estimate.energy[id] === 0 ? null : estimate.energy[id] / factor, estimate.joules === 0 || (unknown.has(id) && estimate.energy[id] === 0) ? null : estimate.energy[id] / estimate.joules, unknown.has(id) ? 'figure missing' : 'yes'])
  }
}

/** Counts that the table of layers shows. */
const layerQuantities: readonly QuantityId[] = ['serialReads', 'driverConversions', 'adcConversions', 'cellReads', 'arrays']

/** A sum over parts in a unit; null where nothing is known of it. */
const known = (sum: number, parts: Readonly<Record<string, number | null>>, factor: number): number | null => (sum === 0 && Object.values(parts).includes(null) ? null : sum / factor)

/** One row for each layer. */
export function layerTable(estimate: CostEstimate): Table {
  const energy = scaledUnit(Math.max(0, ...estimate.layers.map(({ joules }) => joules)), 'J')
  const time = scaledUnit(Math.max(0, ...estimate.layers.map(({ seconds }) => seconds ?? 0)), 's')
  return {
    columns: [
      column('layer', 'Layer', 'text'), column('operator', 'Operator', 'text'), column('macs', 'MACs', 'integer'),
      ...layerQuantities.map((id) => column(id, quantities[id].label, 'integer')),
      column('energy', `Energy (${energy.unit})`, 'number'), column('share', 'Share', 'percent'), column('complete', 'Energy complete', 'text'), column('time', `Time (${time.unit})`, 'number'), column('area', 'Area (mm²)', 'number')
    ],
    rows: estimate.layers.map((layer) => [
      layer.node, layer.kind === 'digital' ? `${layer.operator}, digital` : layer.operator, layer.macs, ...layerQuantities.map((id) => layer.counts[id]),
      known(layer.joules, layer.energy, energy.factor), estimate.joules === 0 ? null : layer.joules / estimate.joules, Object.values(layer.energy).includes(null) ? 'no' : 'yes',
      layer.seconds === null ? null : layer.seconds / time.factor, known(layer.squareMetres, layer.area, 1e-6)
    ])
  }
}

/** Every count with its formula. */
export function countTable(estimate: CostEstimate): Table {
  return {
    columns: [column('quantity', 'Count', 'text'), column('total', 'Total', 'integer'), column('per', 'Per', 'text'), column('formula', 'Formula for each layer', 'text')],
    rows: quantityIds.map((id) => [quantities[id].label, estimate.counts[id], quantities[id].per === 'image' ? 'image' : 'hardware', quantities[id].formula])
  }
}

/** What each granularity adds beyond one scale for the network. */
export function granularityCounts(rows: readonly GranularityRow[]): Table {
  return {
    columns: [
      column('granularity', 'Scales', 'text'), column('storedScales', 'Stored scales', 'integer'), column('storedBits', 'Stored bits', 'integer'), column('multiplications', 'Multiplications', 'integer'),
      column('addedMultiplications', 'Added', 'integer'), column('multiplicationsAlone', 'Without re-quantisation', 'integer'), column('addedConversions', 'Added conversions', 'integer'),
      column('addedCells', 'Added cells', 'integer'), column('biasAdditionsWithoutLevel', 'Bias additions, no own level', 'integer')
    ],
    rows: rows.map((row) => [
      `${granularityLabels[row.granularity]}${row.current ? ' (yours)' : ''}`, row.storedScales, row.storedBits, row.multiplications, row.addedMultiplications, row.multiplicationsAlone, row.addedConversions, row.addedCells,
      row.biasAdditionsWithoutLevel
    ])
  }
}

/** Every figure with its value and source. */
export function figureTable(inForce: FiguresInForce): Table {
  return {
    columns: [column('figure', 'Figure', 'text'), column('symbol', 'Symbol', 'text'), column('value', 'Value', 'number'), column('unit', 'Unit', 'text'), column('changed', 'Changed', 'text'), column('source', 'Source', 'text')],
    rows: figureIds.map((id) => [figures[id].label, figures[id].symbol, inForce.value(id), figures[id].unit, inForce.changed(id) ? 'yes' : '', inForce.source(id)])
  }
}

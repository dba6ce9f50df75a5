/** What acim mvm found, as a JSON document and as text. Pure. */
import { compactNumber, groupedInteger, type Table } from '@shared/charts'
import type { Hardware } from '@shared/hardware'
import type { Problem } from '@shared/problems'
import type { AccuracyStatistics } from '@shared/statistics'
import { errorShares, type MatrixProduct } from '../../engine/analog/mvm'
import { accuracyStatistics } from '../../engine/simulate/statistics'
import { effectLine } from './results'
import { printable, textTable } from './text-table'

/** The product and where its matrices come from and went. */
export interface ProductRecord {
  product: MatrixProduct
  /** `transpose`: the file holds [inputs, outputs]. */
  weights: { file: string; outputs: number; inputs: number; transpose: boolean }
  inputs: { file: string; vectors: number }
  /** Null: the inputs themselves. */
  calibration: { file: string; vectors: number } | null
  layer: string | null
  seed: number
  warnings: Problem[]
  /** Null: nothing was written. */
  output: { file: string; shape: number[] } | null
  version: string
}

type Statistics = Omit<AccuracyStatistics, 'values'>

/** Statistics over chip instances; null where one of them has no figure. */
function statisticsOf(values: readonly (number | null)[]): Statistics | null {
  const known = values.filter((value) => value !== null)
  if (known.length < values.length) return null
  const { values: _values, ...statistics } = accuracyStatistics(known)
  return statistics
}

export interface ProductDocument extends Omit<ProductRecord, 'product'> {
  hardware: Hardware
  activeEffects: MatrixProduct['activeEffects']
  tiles: Omit<MatrixProduct['tiles'], 'node' | 'groups'>
  converters: { id: string; kind: 'dac' | 'adc'; lowest: number; highest: number; perTile?: number[]; seen: { lowest: number; highest: number } }[]
  chips: { chipInstance: number; error: MatrixProduct['chips'][number]['error'] }[]
  /** Null for one chip instance. */
  statistics: { relativeRms: Statistics | null; maximum: Statistics | null; systematicRms: number | null; randomRms: number | null } | null
}

export function productDocument({ product, ...record }: ProductRecord): ProductDocument {
  const { hardware, activeEffects, chips, converters } = product
  const { node: _node, groups: _groups, ...tiles } = product.tiles
  const shares = errorShares(product)
  return {
    ...record,
    hardware,
    activeEffects,
    tiles,
    converters: converters.map(({ id, kind, lowest, highest, tiles: own, histogram }) => ({
      id, kind, lowest, highest, ...(own === null ? {} : { perTile: own.each.map((tile) => tile.highest) }), seen: { lowest: histogram.lowest, highest: histogram.highest }
    })),
    chips: chips.map(({ chipInstance, error }) => ({ chipInstance, error })),
    statistics:
      chips.length === 1
        ? null
        : {
            relativeRms: statisticsOf(chips.map(({ error }) => error.relativeRms)), maximum: statisticsOf(chips.map(({ error }) => error.maximum)),
            systematicRms: shares?.systematicRms ?? null, randomRms: shares?.randomRms ?? null
          }
  }
}

const digits = 6
const shown = (value: number | null): string | null => (value === null ? null : compactNumber(value, digits))
const text = (key: string, label: string) => ({ key, label, kind: 'text' as const })

function converterTable({ converters }: ProductDocument): Table {
  return {
    columns: [text('id', 'Converter'), text('lowest', 'Lowest'), text('highest', 'Highest'), text('seenLowest', 'Seen lowest'), text('seenHighest', 'Seen highest')],
    rows: converters.map(({ id, lowest, highest, perTile, seen }) => [
      id, shown(lowest), perTile === undefined ? shown(highest) : `${shown(Math.min(...perTile))} … ${shown(highest)} by tile`, shown(seen.lowest), shown(seen.highest)
    ])
  }
}

function errorTable({ chips }: ProductDocument): Table {
  return {
    columns: [text('chip', 'Chip instance'), text('rms', 'Relative RMS error'), text('maximum', 'Largest error'), text('relative', 'Of the largest output')],
    rows: chips.map(({ chipInstance, error }) => [String(chipInstance), shown(error.relativeRms), shown(error.maximum), shown(error.relativeMaximum)])
  }
}

/** More chip instances than this are summed up only. */
const mostChipsInText = 20

export function productText(document: ProductDocument): string {
  const { weights, inputs, calibration, tiles, activeEffects, converters, statistics, chips, seed, output } = document
  const facts: [string, string][] = [
    ['Weights', `${weights.file}: ${groupedInteger(weights.outputs)} outputs × ${groupedInteger(weights.inputs)} inputs`],
    ['Inputs', `${inputs.file}: ${groupedInteger(inputs.vectors)} vectors`],
    ...(converters.length === 0 ? [] : [['Ranges from', calibration === null ? 'the inputs' : `${calibration.file}: ${groupedInteger(calibration.vectors)} vectors`] as [string, string]]),
    ['Arrays', `${tiles.arrays} of ${tiles.arrayRows} × ${tiles.arrayColumns}: ${tiles.rowTiles} × ${tiles.columnTiles} tiles, slices ${tiles.slices}, cells a value ${tiles.cellsPerValue}`],
    ['Seed', String(seed)],
    ...(output === null ? [] : [['Written', `${output.file}: float32, ${output.shape.join(' × ')}`] as [string, string]])
  ]
  const summary = statistics?.relativeRms == null ? [] : [
    `Relative RMS error ${shown(statistics.relativeRms.mean)} on average over ${chips.length} chip instances (standard deviation ${shown(statistics.relativeRms.std)}, ${shown(statistics.relativeRms.min)} … ${shown(statistics.relativeRms.max)}):`,
    `${shown(statistics.systematicRms)} that all share, ${shown(statistics.randomRms)} that differs from one to the next.`
  ]
  return [
    ...facts.map(([label, value]) => `${label.padEnd(12)} ${printable(value).replace(/[\u00a0\u202f]/g, ' ')}`), '',
    ...(activeEffects.length === 0 ? ['No analog effect is active.'] : ['Active effects:', ...activeEffects.map(effectLine).map(printable)]), '',
    ...(converters.length === 0 ? [] : [textTable(converterTable(document)), '']),
    ...(chips.length > mostChipsInText ? [] : [textTable(errorTable(document))]),
    ...(summary.length > 0 && chips.length <= mostChipsInText ? [''] : []), ...summary
  ].join('\n')
}

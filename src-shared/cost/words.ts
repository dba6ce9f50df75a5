/** Words that the parts of the estimate share. */
import { compactNumber, groupedInteger } from '../charts/format'
import type { MissingFigure } from './estimate'
import { figures } from './figures'
import { engineering } from './format'
import type { GranularityRow } from './granularity'
import { isAnalog, type CostInventory } from './inventory'
import type { FiguresInForce } from './settings'

/** For example “Read voltage (V): without it no energy: Cells, in 5 layers.” */
export function missingSentence({ figure, without, layers }: MissingFigure): string {
  const { label, unit } = figures[figure]
  return `${label}${unit === '' ? '' : ` (${unit})`}: left out without it: ${without.join('; ')}, in ${layers} layer${layers === 1 ? '' : 's'}.`
}

const several = (count: number, one: string, more: string): string => (count === 0 ? `no ${one}` : `${groupedInteger(count)} ${count === 1 ? one : more}`)

/**
 * What a granularity adds to this network beyond one scale for the network: differences of counts, and the assumptions
 * under which they hold with what replaces them.
 */
export function granularityVerdict(row: GranularityRow, network: GranularityRow): string {
  const stored = `${several(row.storedScales - network.storedScales, 'stored scale', 'stored scales')} (${groupedInteger(row.storedBits - network.storedBits)} bits)`
  const image = `${several(row.addedMultiplications, 'multiplication', 'multiplications')}, ${several(row.addedAdditions, 'addition', 'additions')} and ${several(row.addedConversions, 'conversion', 'conversions')}`
  const hardware = `${several(row.addedCells, 'cell', 'cells')} and ${several(row.addedConverters, 'converter', 'converters')}`
  const level = row.biasAdditionsWithoutLevel > 0
  const otherwise = [
    ...(row.multiplicationsAlone > 0 ? [`without re-quantisation it takes ${several(row.multiplicationsAlone, 'multiplication', 'multiplications')} an image`] : []),
    ...(level ? [`without that level ${several(row.biasAdditionsWithoutLevel, 'addition', 'additions')} an image`] : [])
  ]
  return (
    `On this network it adds ${stored}; to each image ${image}; to the hardware ${hardware}. ` +
    `This holds where outputs are re-quantised in any case${level ? ' and the row of each bias can be driven at a level of its own' : ''}${otherwise.length === 0 ? '' : `; ${otherwise.join(', ')}`}.`
  )
}

/** What holds in place of the figure for the time of a read where devices state one of their own; null where none does. */
export function deviceReadNote({ layers }: CostInventory, inForce: FiguresInForce): string | null {
  const stated = layers.flatMap((layer) => (isAnalog(layer) && layer.deviceReadSeconds !== null ? [layer.deviceReadSeconds] : []))
  if (stated.length === 0) return null
  const times = [...new Set(stated)].map((seconds) => engineering(seconds, 's')).join(', ')
  return inForce.changed('readTime') ? `Holds in place of the ${times} that the device states.` : `The device states ${times}, which is used for ${stated.length} layer${stated.length === 1 ? '' : 's'}.`
}

/** What the cells of a conductance device come to, in place of the figure; null where no layer has such a device. */
export function meanCellNote({ layers }: CostInventory): string | null {
  const cells = layers.flatMap((layer) => (isAnalog(layer) && layer.meanCell !== null ? [layer.meanCell] : []))
  const [first] = cells
  if (first === undefined) return null
  const values = cells.map(({ value }) => value)
  const [least, most] = [compactNumber(Math.min(...values), 3), compactNumber(Math.max(...values), 3)]
  return `Computed from the weights instead for ${cells.length} layer${cells.length === 1 ? '' : 's'}: ${least === most ? least : `${least} … ${most}`} ${first.unit}.`
}

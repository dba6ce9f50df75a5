/** Words that the parts of the estimate share. */
import { groupedInteger } from '../charts/format'
import type { ScaleGranularity } from '../hardware'
import type { MissingFigure } from './estimate'
import { figures } from './figures'
import type { GranularityRow } from './granularity'

export const granularityLabels: Readonly<Record<ScaleGranularity, string>> = {
  network: 'One for the network', layer: 'One per layer', 'layer-bi-scale': 'Two per layer (bi-scale)', column: 'One per column', tile: 'One per tile', 'tile-column': 'One per tile column'
}

/** For example “Read voltage (V): without it no energy: Cells, in 5 layers.” */
export function missingSentence({ figure, without, layers }: MissingFigure): string {
  const { label, unit } = figures[figure]
  return `${label}${unit === '' ? '' : ` (${unit})`}: left out without it: ${without.join('; ')}, in ${layers} layer${layers === 1 ? '' : 's'}.`
}

const several = (count: number, one: string, more: string): string => (count === 0 ? `no ${one}` : `${groupedInteger(count)} ${count === 1 ? one : more}`)

/**
 * What a granularity adds to this network beyond one scale for the network, where outputs are re-quantised. Counted, not
 * claimed: every part of the sentence is a difference of two counts.
 */
export function granularityVerdict(row: GranularityRow, network: GranularityRow): string {
  const parts = [
    several(row.addedMultiplications, 'multiplication', 'multiplications'), several(row.addedAdditions, 'addition', 'additions'), several(row.addedConversions, 'conversion', 'conversions'),
    several(row.addedCells, 'cell', 'cells'), several(row.addedConverters, 'converter', 'converters')
  ]
  const stored = `${several(row.storedScales - network.storedScales, 'stored scale', 'stored scales')} (${groupedInteger(row.storedBits - network.storedBits)} bits)`
  return `On this network it adds ${stored}, and ${parts.slice(0, -1).join(', ')} and ${parts[parts.length - 1] ?? ''} an image.`
}

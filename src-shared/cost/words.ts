/** Words that the parts of the estimate share. */
import type { ScaleGranularity } from '../hardware'
import type { MissingFigure } from './estimate'
import { figures } from './figures'

export const granularityLabels: Readonly<Record<ScaleGranularity, string>> = {
  network: 'One for the network', layer: 'One per layer', 'layer-bi-scale': 'Two per layer (bi-scale)', column: 'One per column', tile: 'One per tile', 'tile-column': 'One per tile column'
}

/** For example “Read voltage (V): without it no energy: Cells, in 5 layers.” */
export function missingSentence({ figure, without, layers }: MissingFigure): string {
  const { label, unit } = figures[figure]
  return `${label}${unit === '' ? '' : ` (${unit})`}: left out without it: ${without.join('; ')}, in ${layers} layer${layers === 1 ? '' : 's'}.`
}

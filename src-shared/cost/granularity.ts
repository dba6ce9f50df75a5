/**
 * What each scale granularity adds to the inference hardware, counted on the network at hand and compared with one scale
 * for the whole network.
 *
 * Two assumptions give two answers.
 *  A. Outputs are multiplied in any case: by re-quantisation to the next layer's input code (B. Jacob et al., CVPR 2018,
 *     arXiv:1712.05877, eq. 5) or by an affine unit behind the converters (as on the HERMES core, R. Khaddam-Aljameh et
 *     al., JSSC 2022). A scale that all codes of an output share folds into that factor.
 *  B. Nothing multiplies outputs: converters of one common step feed the next layer's DAC. Then every scale is a
 *     multiplication, and only the one of `network` can wait until the end, where it does not change the order of scores.
 */
import { z } from 'zod'
import { scaleGranularities, type ScaleGranularity } from '../hardware'
import { accumulatorBits } from './energy'
import { isAnalog, outputsOf, type AnalogCostLayer, type CostInventory } from './inventory'
import { layerCounts, sharingOf, sumCounts, type Counts } from './quantities'
import type { FiguresInForce } from './settings'

export const granularityRowSchema = z.strictObject({
  granularity: z.enum(scaleGranularities),
  /** All analog layers of the description have it. */
  current: z.boolean(),
  storedScales: z.int(),
  storedBits: z.int(),
  /** Multiplications of one image under assumption A, and those beyond `network`. */
  multiplications: z.number(),
  addedMultiplications: z.number(),
  /** Energy of the added ones; null: a figure is missing. */
  addedJoules: z.number().nullable(),
  /** Multiplications that the scales alone need under assumption B. */
  multiplicationsAlone: z.number(),
  /** Beyond `network`: conversions, cell reads and additions of one image; cells, converters and drivers of the hardware. */
  addedConversions: z.number(),
  addedCellReads: z.number(),
  addedAdditions: z.number(),
  addedCells: z.number(),
  addedConverters: z.number(),
  /** Additions of one image where the row of the bias cannot be driven at the level s_bias/s that a scale of its own needs. */
  biasAdditionsWithoutLevel: z.number()
})
export type GranularityRow = z.infer<typeof granularityRowSchema>

/** Precisely under which assumption a granularity adds nothing, and what it adds otherwise. */
export const granularityNotes: Readonly<Record<ScaleGranularity, string>> = {
  network: 'The reference. Its one factor folds into re-quantisation, or waits until the scores.',
  layer: 'Adds nothing to an image where outputs are re-quantised: the scale becomes part of a factor that each layer has already. Otherwise one multiplication an output, or a shift with power-of-two scales.',
  'layer-bi-scale':
    'The weights’ scale as “layer”. The biases’ scale adds nothing where the row of the bias is driven at s_bias/s instead of 1, a constant of the layer within the driver’s range. Where it cannot be, biases are added digitally: one addition an output, as with any digital bias.',
  column: 'Adds no operation where outputs are re-quantised with a factor for each channel, as after a folded BatchNorm: only more stored factors.',
  tile: 'Adds nothing while a layer needs one row tile. With more, each partial sum is multiplied before the sum, unless converters or compensation have factors for each tile in any case; scales that are powers of two shift instead.',
  'tile-column': 'As “tile”, with one stored factor for each column of each tile.'
}

const hasOwnBias = (layer: AnalogCostLayer): boolean => layer.bias === 'analog'

function scalesOfLayer(layer: AnalogCostLayer, granularity: ScaleGranularity): number {
  const { groups, columns, rowTiles, columnTiles } = layer
  if (layer.sharesArraysOf !== null) return 0
  const biases = hasOwnBias(layer) ? 1 : 0
  switch (granularity) {
    case 'network': return 0
    case 'layer': return 1
    case 'layer-bi-scale': return 1 + biases
    case 'column': return groups * columns + biases
    case 'tile': return groups * rowTiles * columnTiles + biases
    case 'tile-column': return groups * rowTiles * columns + biases
  }
}

/** Multiplications that scales need where nothing else multiplies. */
function multiplicationsAlone(layer: AnalogCostLayer, granularity: ScaleGranularity): number {
  if (granularity === 'network' || layer.exponentBits > 0) return 0
  return outputsOf(layer) * (granularity === 'tile' || granularity === 'tile-column' ? layer.rowTiles : 1)
}

const additionsOf = ({ pairSubtractions, shiftAdds, partialSumAdds, overlapAdds, referenceAdds, biasAdds }: Counts): number => pairSubtractions + shiftAdds + partialSumAdds + overlapAdds + referenceAdds + biasAdds

/** One row for each granularity, `network` first. */
export function granularityTable(inventory: CostInventory, inForce: FiguresInForce): GranularityRow[] {
  const layers = inventory.layers.filter(isAnalog)
  const sharing = sharingOf(inForce)
  const realBits = inForce.value('scaleBits') ?? 0
  const bitsOf = (layer: AnalogCostLayer): number => (layer.exponentBits > 0 ? layer.exponentBits : realBits)
  const countsWith = (granularity: ScaleGranularity): Counts[] => layers.map((layer) => layerCounts({ ...layer, granularity }, sharing))
  const baseline = countsWith('network')
  const base = sumCounts(baseline)
  return scaleGranularities.map((granularity) => {
    const own = countsWith(granularity)
    const counts = sumCounts(own)
    const first = layers[0]
    const network = granularity === 'network' && first !== undefined
    return {
      granularity,
      current: layers.length > 0 && layers.every((layer) => layer.granularity === granularity),
      storedScales: layers.reduce((sum, layer) => sum + scalesOfLayer(layer, granularity), network ? 1 : 0),
      storedBits: layers.reduce((sum, layer) => sum + scalesOfLayer(layer, granularity) * bitsOf(layer), network ? bitsOf(first) : 0),
      multiplications: counts.scaleMultiplications,
      addedMultiplications: counts.scaleMultiplications - base.scaleMultiplications,
      addedJoules: addedJoules(layers, own.map((each, index) => each.scaleMultiplications - (baseline[index]?.scaleMultiplications ?? 0)), inForce),
      multiplicationsAlone: layers.reduce((sum, layer) => sum + multiplicationsAlone(layer, granularity), 0),
      addedConversions: counts.adcConversions + counts.driverConversions - base.adcConversions - base.driverConversions,
      addedCellReads: counts.cellReads - base.cellReads,
      addedAdditions: additionsOf(counts) - additionsOf(base),
      addedCells: counts.cells - base.cells,
      addedConverters: counts.adcs + counts.drivers - base.adcs - base.drivers,
      biasAdditionsWithoutLevel: granularity === 'network' || granularity === 'layer' ? 0 : layers.reduce((sum, layer) => sum + (hasOwnBias(layer) ? outputsOf(layer) : 0), 0)
    }
  })
}

function addedJoules(layers: readonly AnalogCostLayer[], added: readonly number[], inForce: FiguresInForce): number | null {
  const multiply = inForce.si('multiplyEnergy')
  const scaleBits = inForce.value('scaleBits')
  const ideal = inForce.value('idealBits')
  let joules = 0
  for (const [index, layer] of layers.entries()) {
    const count = added[index] ?? 0
    if (count === 0) continue
    if (multiply === null || scaleBits === null || (layer.outputBits === null && ideal === null)) return null
    joules += count * multiply * scaleBits * accumulatorBits(layer, () => ideal ?? 0)
  }
  return joules
}

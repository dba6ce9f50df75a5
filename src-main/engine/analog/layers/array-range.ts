/** The range of an array's converters: calibrated, or from the description (physics §6). */
import type { HardwareInForce } from '@shared/hardware'
import type { ConverterRange } from '../converters'
import type { RangeRule } from '../program'
import type { ArraySide } from '../chip/components'
import { rowsOfTiles } from '../tile-channels'
import type { TileGrid } from '../tiling'
import { choiceOf, type AnalogLayerContext } from './analog-layer'
import type { LayerInput } from './layer-input'

/** One array of a layer as its converters see it. */
export interface DigitizedArray {
  /** Of its calibration point. */
  id: string
  slice: number
  side: ArraySide | 'reference'
  /** The layer has no other array. */
  alone: boolean
  /** Columns of one tile's row, over all its column tiles. */
  columns: number
  /** Currents of both signs: the difference of a pair. */
  bipolar: boolean
  /** Scale of each channel where these differ. */
  channelScales: Float32Array | null
  /** Current of one full cell in the unit of the partial sums (but for the channel's scale where these differ). */
  unit: number
}

export interface ArrayRange {
  range: ConverterRange
  /** Full scale of each channel as a factor on the range; null: the same for all. */
  factors: Float32Array | null
}

interface Layer {
  context: AnalogLayerContext
  force: HardwareInForce
  grid: TileGrid
  input: LayerInput
}

/**
 * @param values The partial sums that arrive, with their first channels.
 * @returns Null while it is not known (probe programs).
 */
export function findRange(layer: Layer, array: DigitizedArray, values: readonly { name: string; firstChannel: number }[]): ArrayRange | null {
  const { context, force, grid } = layer
  const adc = force.adc!
  const { columns } = array
  const count = context.layout.groups * grid.rowTiles * columns
  const scales = array.channelScales?.map((scale) => (scale === 0 ? 1 : scale)) ?? null
  const rows = rowsOfTiles(context.layout, grid)
  const first = rows[0]!
  const perTile = adc.range.kind === 'calibrated' ? adc.range.scope === 'tile' : adc.range.kind === 'full-scale' && rows.some((row) => row !== first)
  const tiles = perTile ? tileOfChannels(layer, columns) : null
  // Where the range is described calibration only looks at what arrives.
  const rule: RangeRule = adc.range.kind === 'calibrated' ? { statistic: adc.range.statistic, percentile: adc.range.percentile, bits: adc.outputBits } : { statistic: 'max', percentile: 100, bits: 0 }
  const groupCount = tiles === null ? 1 : Math.max(...tiles) + 1
  const channels = scales === null && tiles === null ? null : { unit: scales, group: tiles, groupCount }
  const found = context.calibrated({ id: array.id, kind: 'adc', values, channels, rule })
  if (found === null) return null

  /** @param ofTile Full scale of a tile as a factor on the range; null: 1 for all. */
  const given = (range: ConverterRange, ofTile: ((tile: number) => number) | null): ArrayRange => {
    const columnTiles = columnTilesOf(layer, columns)
    context.given({
      id: array.id, kind: 'adc', array: array.alone ? null : { slice: array.slice, side: array.side }, bits: adc.outputBits, codes: adc.codes, range,
      choice: adc.range.kind === 'calibrated' ? choiceOf(rule) : { kind: adc.range.kind }, perColumnScale: scales !== null, cellCurrent: array.unit,
      tiles: ofTile === null ? null : { rowTiles: grid.rowTiles, columnTiles, fullScales: Array.from({ length: groupCount }, (_, tile) => range.maximum * ofTile(tile)) }
    })
    if (ofTile === null && scales === null) return { range, factors: null }
    return { range, factors: Float32Array.from({ length: count }, (_, channel) => (scales?.[channel] ?? 1) * (ofTile === null || tiles === null ? 1 : ofTile(tiles[channel]!))) }
  }
  if (adc.range.kind === 'calibrated') {
    const { perGroup, maximum } = found
    return given({ maximum, signed: array.bipolar || found.signed }, perGroup === undefined || tiles === null ? null : (tile) => perGroup[tile]! / maximum)
  }
  const signed = array.bipolar || layer.input.signed
  if (adc.range.kind === 'fixed') {
    const { minimum, perSlice } = adc.range
    return given({ maximum: (perSlice[array.slice] ?? adc.range.maximum) * array.unit, signed, ...(minimum === null ? {} : { minimum: minimum * array.unit }) }, null)
  }
  const columnTiles = columnTilesOf(layer, columns)
  return given({ maximum: array.unit * first, signed }, tiles === null ? null : (tile) => rows[Math.floor(tile / columnTiles) % rows.length]! / first)
}

/** Channels of whole layers lie in column tiles; of reference columns each is one. */
const columnsPerTile = ({ context, grid }: Layer, columns: number): number => (columns === context.layout.columns ? grid.columnsPerTile : 1)
const columnTilesOf = (layer: Layer, columns: number): number => Math.ceil(columns / columnsPerTile(layer, columns))

function tileOfChannels(layer: Layer, columns: number): Uint32Array {
  const { context, grid } = layer
  const perTile = columnsPerTile(layer, columns)
  const columnTiles = columnTilesOf(layer, columns)
  return Uint32Array.from({ length: context.layout.groups * grid.rowTiles * columns }, (_, c) => Math.floor(c / columns) * columnTiles + Math.floor((c % columns) / perTile))
}

/** The range of an array's converters: calibrated, or from the description (physics §6). */
import type { HardwareInForce } from '@shared/hardware'
import type { ConverterRange } from '../converters'
import type { RangeRule } from '../program'
import { rowsOfTiles } from '../tile-channels'
import type { TileGrid } from '../tiling'
import type { AnalogLayerContext } from './analog-layer'
import type { LayerInput } from './layer-input'

/** One array of a layer as its converters see it. */
export interface DigitizedArray {
  /** Of its calibration point. */
  id: string
  slice: number
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
  const tiles = adc.range.kind === 'calibrated' && adc.range.scope === 'tile' ? tileOfChannels(layer, columns) : null
  // Where the range is described calibration only looks at what arrives.
  const rule: RangeRule = adc.range.kind === 'calibrated' ? { statistic: adc.range.statistic, percentile: adc.range.percentile, bits: adc.outputBits } : { statistic: 'max', percentile: 100, bits: 0 }
  const channels = scales === null && tiles === null ? null : { unit: scales, group: tiles, groupCount: tiles === null ? 1 : Math.max(...tiles) + 1 }
  const found = context.calibrated({ id: array.id, kind: 'adc', values, channels, rule })
  if (found === null) return null

  const given = (range: ConverterRange, factorOf: ((channel: number) => number) | null): ArrayRange => {
    context.given(array.id, range)
    return { range, factors: factorOf === null ? null : Float32Array.from({ length: count }, (_, channel) => factorOf(channel)) }
  }
  if (adc.range.kind === 'calibrated') {
    const { perGroup, maximum } = found
    const range = { maximum, signed: array.bipolar || found.signed }
    if (perGroup !== undefined && tiles !== null) return given(range, (channel) => ((scales?.[channel] ?? 1) * perGroup[tiles[channel]!]!) / maximum)
    return given(range, scales === null ? null : (channel) => scales[channel]!)
  }
  const signed = array.bipolar || layer.input.signed
  if (adc.range.kind === 'fixed') {
    const { minimum, perSlice } = adc.range
    const range = { maximum: (perSlice[array.slice] ?? adc.range.maximum) * array.unit, signed, ...(minimum === null ? {} : { minimum: minimum * array.unit }) }
    return given(range, scales === null ? null : (channel) => scales[channel]!)
  }
  const rows = rowsOfTiles(context.layout, grid)
  const first = rows[0]!
  const rowsOf = (channel: number): number => rows[Math.floor(channel / columns) % rows.length]!
  const uniform = rows.every((row) => row === first)
  return given({ maximum: array.unit * first, signed }, uniform && scales === null ? null : (channel) => ((scales?.[channel] ?? 1) * rowsOf(channel)) / first)
}

/** Channels of whole layers lie in column tiles; of reference columns each is one. */
function tileOfChannels({ context, grid }: Layer, columns: number): Uint32Array {
  const { layout } = context
  const perTile = columns === layout.columns ? grid.columnsPerTile : 1
  const columnTiles = Math.ceil(columns / perTile)
  return Uint32Array.from({ length: layout.groups * grid.rowTiles * columns }, (_, c) => Math.floor(c / columns) * columnTiles + Math.floor((c % columns) / perTile))
}

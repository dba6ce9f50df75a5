/** Converters of a calibration in words and figures, for charts, tables and reports. */
import type { ConverterCalibration, Digitized, Occasion, RangeChoice } from '../calibration'
import type { SimulationPoint, SweepParameterId } from '../simulation'
import { compactNumber } from './format'
import { pointName } from './sweep-axis'

const sideNames = { pair: 'pairs', single: 'cells', positive: 'positive cells', negative: 'negative cells', reference: 'reference columns' } as const

/** `DAC`, `ADC`, `ADC, slice 2, positive cells`. */
export function converterName({ kind, array }: Pick<ConverterCalibration, 'kind' | 'array'>): string {
  if (kind === 'dac') return 'DAC'
  return array === null ? 'ADC' : `ADC, slice ${array.slice + 1}, ${sideNames[array.side]}`
}

const choiceNames = {
  max: 'largest magnitude', 'least-squares': 'least squares', 'full-scale': 'all the current of the rows', fixed: 'fixed', 'per-vector': 'largest of each input vector'
} as const

/** How the range was found: `percentile 99.9 %, each of 6 tiles`. */
export function choiceName(choice: RangeChoice, tiles: ConverterCalibration['tiles'] = null): string {
  const name = choice.kind === 'percentile' ? `percentile ${compactNumber(choice.percentile, 6)}\u00a0%` : choiceNames[choice.kind]
  return tiles === null ? name : `${name}, each of ${tiles.each.length} tiles`
}

/** `row tile 2, column tile 1`, with the group where there are several. */
export function tileName({ rowTiles, columnTiles, each }: NonNullable<ConverterCalibration['tiles']>, tile: number): string {
  const place = `row tile ${(Math.floor(tile / columnTiles) % rowTiles) + 1}, column tile ${(tile % columnTiles) + 1}`
  return each.length > rowTiles * columnTiles ? `group ${Math.floor(tile / (rowTiles * columnTiles)) + 1}, ${place}` : place
}

/** When a calibration held: `σ = 0.1`, `before fine-tuning`. */
export function occasionName(occasion: Occasion, parameter: SweepParameterId | null): string {
  if (occasion.kind === 'all-effects') return 'all effects'
  if (occasion.kind !== 'point') return `${occasion.kind} fine-tuning`
  const place: Pick<SimulationPoint, 'value' | 'sigma'> = { value: occasion.value, sigma: null }
  return occasion.value === null ? 'the whole run' : pointName(place, parameter)
}

/** Several in a row are named by the first and the last. */
export function occasionsName(occasions: readonly Occasion[], parameter: SweepParameterId | null): string {
  const names = occasions.map((occasion) => occasionName(occasion, parameter))
  return names.length > 3 ? `${names[0]} … ${names.at(-1)} (${names.length} points)` : names.join('; ')
}

const total = ({ histogram }: Digitized): number => histogram.counts.reduce((sum, count) => sum + count, 0)

/** Shares of the values that lie beyond each end. */
export function clippedShares(digitized: Digitized): { below: number; above: number } {
  const count = Math.max(1, total(digitized))
  return { below: digitized.clipped.below / count, above: digitized.clipped.above / count }
}

export const largestSeen = ({ histogram }: Digitized): number => Math.max(-histogram.lowest, histogram.highest)

/** The range is one of numbers, not of each vector anew. */
export const hasFixedRange = ({ choice }: Pick<ConverterCalibration, 'choice'>): boolean => choice.kind !== 'per-vector'

/** Codes from that of the lowest value seen to that of the highest; null for ideal converters and ranges of each vector. */
export function stepsUsed(converter: ConverterCalibration, of: Digitized = converter): number | null {
  if (converter.step === null || !hasFixedRange(converter)) return null
  const step = (converter.step * of.highest) / converter.highest
  const inside = (value: number): number => Math.min(of.highest, Math.max(of.lowest, value))
  return Math.round((inside(of.histogram.highest) - of.lowest) / step) - Math.round((inside(of.histogram.lowest) - of.lowest) / step) + 1
}

/** The same where tiles have ranges of their own: the fewest of a tile. */
export const fewestStepsUsed = (converter: ConverterCalibration): number | null => {
  const each = (converter.tiles?.each ?? [converter]).map((of) => stepsUsed(converter, of))
  return each.some((steps) => steps === null) ? null : Math.min(...each.map((steps) => steps ?? Infinity))
}

export const effectiveBits = (steps: number | null): number | null => (steps === null ? null : Math.log2(steps))

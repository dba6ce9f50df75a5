/** What is kept of a calibration: what arrived at the converters of a program, and the ranges that they were given. */
import type { ConverterCalibration, Digitized } from '@shared/calibration'
import { converterCodes } from '../analog/converters'
import type { GivenConverter } from '../analog/program'
import type { CalibratedConverter, SeenGroup } from '../workers/calibrate'
import { beyond } from '../workers/converter-range'

/** @param seen By the id of the calibration point; several layers may read one. */
export function describeConverters(converters: readonly GivenConverter[], seen: ReadonlyMap<string, CalibratedConverter>): ConverterCalibration[] {
  return converters.flatMap((converter) => {
    const found = seen.get(converter.id)
    return found === undefined ? [] : [describe(converter, found)]
  })
}

function describe({ codes, range, tiles, ...converter }: GivenConverter, { histogram, groups }: CalibratedConverter): ConverterCalibration {
  const ideal = converter.bits === 0
  const { lowest, highest, step, origin } = converterCodes(converter.bits, range, codes)
  // Full scale is the highest code; the lowest lies one step beyond its opposite in two's complement.
  const lowestEnd = ideal ? (range.minimum ?? (range.signed ? -range.maximum : 0)) : codes === 'mid-rise' ? origin : lowest === 0 ? 0 : (lowest / highest) * range.maximum
  const ends: Ends = { lowest: lowestEnd, highest: range.maximum }
  const each = tiles?.fullScales.map((fullScale, tile) => digitized(groups[tile]!, scaled(ends, fullScale / range.maximum), converter))
  // Where tiles have ranges of their own, what is clipped is clipped at those.
  const clipped = (each ?? [digitized(groups[0]!, ends, converter)]).reduce((sum, { clipped: own }) => ({ below: sum.below + own.below, above: sum.above + own.above }), { below: 0, above: 0 })
  return {
    ...converter, ...ends, step: ideal ? null : step, histogram, clipped,
    tiles: tiles === null || each === undefined ? null : { rowTiles: tiles.rowTiles, columnTiles: tiles.columnTiles, each }
  }
}

type Ends = Pick<Digitized, 'lowest' | 'highest'>

/** Zero stays a positive zero. */
const scaled = ({ lowest, highest }: Ends, factor: number): Ends => ({ lowest: lowest === 0 ? 0 : lowest * factor, highest: highest * factor })

function digitized({ histogram, magnitudes }: SeenGroup, ends: Ends, { bits, choice }: Pick<GivenConverter, 'bits' | 'choice'>): Digitized {
  if (bits === 0) return { ...ends, histogram, clipped: { below: 0, above: 0 } }
  // A range that follows each vector clips nothing but, where it is unsigned, negative values.
  const { lowest, highest } = choice.kind === 'per-vector' ? scaled(ends, magnitudes.maximum) : ends
  return { ...ends, histogram, clipped: beyond(magnitudes, lowest, highest) }
}

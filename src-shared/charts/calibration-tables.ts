/** The data behind the charts of calibration as tables. */
import type { ConverterCalibration, Digitized } from '../calibration'
import { choiceName, clippedShares, converterName, effectiveBits, fewestStepsUsed, hasFixedRange, largestSeen } from './calibration-words'
import type { Column, Table } from './tables'

const column = (key: string, label: string, kind: Column['kind']): Column => ({ key, label, kind })

/** One row per converter of each layer. */
export function calibrationTable(converters: readonly ConverterCalibration[]): Table {
  return {
    columns: [
      column('layer', 'Layer', 'text'), column('converter', 'Converter', 'text'), column('bits', 'Bits', 'integer'), column('lowest', 'Lowest', 'number'), column('highest', 'Highest', 'number'),
      column('choice', 'Range from', 'text'), column('largestSeen', 'Largest seen', 'number'), column('clipped', 'Clipped', 'percent'), column('stepsUsed', 'Steps used', 'integer'),
      column('effectiveBits', 'Effective bits', 'number')
    ],
    rows: converters.map((converter) => {
      const { below, above } = clippedShares(converter)
      const steps = fewestStepsUsed(converter)
      const ends = hasFixedRange(converter) ? [converter.lowest, converter.highest] : [null, null]
      const bits = effectiveBits(steps)
      return [
        converter.layer, converterName(converter), converter.bits === 0 ? null : converter.bits, ...ends, choiceName(converter.choice, converter.tiles), largestSeen(converter), below + above,
        steps, bits === null ? null : Number(bits.toFixed(2))
      ]
    })
  }
}

/** One row per bin. */
export function converterHistogramTable({ histogram: { lowest, highest, counts } }: Digitized): Table {
  const edge = (bin: number): number => lowest + (bin / counts.length) * (highest - lowest)
  return {
    columns: [column('from', 'From', 'number'), column('to', 'To', 'number'), column('count', 'Count', 'integer')],
    rows: counts.map((count, bin) => [edge(bin), edge(bin + 1), count])
  }
}

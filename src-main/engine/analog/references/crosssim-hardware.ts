/**
 * From CrossSim's settings to our description of the same hardware, and what has no counterpart. The description says what
 * CrossSim's numbers mean: ends of converter ranges, for example, are currents of one cell at its largest conductance with
 * a full-scale input in both.
 */
import { hardwareSchema, type AdcRange, type Hardware, type HardwareInput } from '@shared/hardware'
import type { CrossSimCase, CrossSimSettings } from './crosssim-cases'

const microsiemens = (ohms: number): number => 1e6 / ohms

export function hardwareOf({ title, settings, weights, partitionInputs, adcLimits }: Pick<CrossSimCase, 'title' | 'settings' | 'weights' | 'partitionInputs' | 'adcLimits'>): Hardware {
  const { style, slices, dac, adc, wires, inputRange } = settings
  const input: HardwareInput = {
    name: title,
    device: { kind: 'generic', minimumMicrosiemens: microsiemens(settings.maximumOhms), maximumMicrosiemens: microsiemens(settings.minimumOhms), sigma: 0 },
    programming: { levels: settings.cellBits === 0 ? 0 : 2 ** settings.cellBits },
    // One scale for the whole matrix: its largest magnitude.
    representation: { scaleGranularity: 'layer', scaleStatistic: 'max-abs' },
    cell: {
      kind: style === 'pair' ? 'differential' : 'offset',
      pair: settings.centred ? 'centred' : 'one-sided',
      digitization: settings.subtractsCurrents || style === 'offset' ? 'together' : 'separate',
      reference: settings.unitColumn ? 'column' : 'digital'
    },
    ...(slices === null ? {} : { slices: { weightBits: slices.weightBits, bitsPerCell: bitsPerCell(settings) } }),
    array: wires === null ? { rows: settings.rowsMax } : { rows: weights[0]!.length, columns: weights.length },
    ...(wires === null
      ? {}
      : {
          wires: {
            rowSegmentOhms: wires.rowOhms, columnSegmentOhms: wires.columnOhms, senseOhms: wires.senseOhms, arrangement: wires.interleaved ? 'shared-columns' : 'separate', gatedInputs: !wires.fromInput
          }
        }),
    dac: {
      inputBits: dac?.bits ?? 0,
      range: { kind: 'fixed', maximum: inputRange[1] },
      sign: (dac?.signed ?? true) ? 'signed' : 'unsigned',
      codes: dac?.signMagnitude ? 'sign-magnitude' : 'mid-rise',
      // Reads that are added before one conversion are one analog read: their weighted sum is the code itself.
      ...(dac !== null && dac.pulseBits > 0 && dac.digitisesEachPulse ? { streaming: 'bit-serial', bitsPerPulse: dac.pulseBits, ...(dac.signed ? {} : { codes: 'twos-complement' }) } : {})
    },
    ...(adc === null ? {} : { adc: { outputBits: adc.bits, codes: adc.signMagnitude ? 'sign-magnitude' : 'mid-rise', range: adcRange(adcLimits!, partitionInputs[0]!) } })
  }
  return hardwareSchema.parse(input)
}

function bitsPerCell({ style, slices }: CrossSimSettings): number {
  const { weightBits, count } = slices!
  return weightBits % count === 0 ? weightBits / count : Math.ceil((style === 'pair' ? weightBits - 1 : weightBits) / count)
}

/** Full scale where the ends are the current of all rows, else fixed. */
function adcRange(limits: readonly [number, number][], rows: number): AdcRange {
  const highs = limits.map(([, high]) => high)
  const [low, high] = limits[0]!
  if (highs.every((each) => each === rows)) return { kind: 'full-scale' }
  return { kind: 'fixed', maximum: high, minimum: low === -high || low === 0 ? null : low, perSlice: limits.length > 1 ? highs : [] }
}

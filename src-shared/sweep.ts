/** The parameters that a sweep can vary: adding one is one line here and its id in simulation.ts. */
import { hardwareSchema, type Hardware, type HardwareInput } from './hardware'
import { fail, parseOrFail } from './problems'
import type { SweepParameterId, SweepValue } from './simulation'

export interface SweepParameter {
  label: string
  unit: string
  /** Names, not numbers, are swept. */
  categorical: boolean
  /** The field of the hardware description that it sets. */
  field: string
  change(hardware: Hardware, value: SweepValue): HardwareInput
}

/** Sets a field of the weight-referred device, which alone has it. */
function weightReferred(hardware: Hardware, field: 'sigma' | 'mu', value: SweepValue): HardwareInput {
  if (hardware.device.kind !== 'weight-referred') {
    fail('SIMULATION_INVALID', 'settings.sweep.parameter', `Only the weight-referred device has ${field === 'sigma' ? 'an uncertainty σ' : 'an offset μ'}; the device is ${hardware.device.kind}.`, 'Sweep another parameter, or choose the weight-referred device.')
  }
  return { ...hardware, device: { ...hardware.device, [field]: value as number } }
}

export const sweepParameters: Record<SweepParameterId, SweepParameter> = {
  sigma: { label: 'Device uncertainty σ', unit: 'of full scale', categorical: false, field: 'device.sigma', change: (h, value) => weightReferred(h, 'sigma', value) },
  mu: { label: 'Device offset μ', unit: 'of full scale', categorical: false, field: 'device.mu', change: (h, value) => weightReferred(h, 'mu', value) },
  scale: {
    label: 'Scale granularity', unit: '', categorical: true, field: 'representation.scaleGranularity',
    change: (h, value) => ({ ...h, representation: { ...h.representation, scaleGranularity: value as Hardware['representation']['scaleGranularity'] } })
  },
  'weight-bits': {
    label: 'Weight bits', unit: 'bit', categorical: false, field: 'slices.weightBits',
    change: (h, value) => ({ ...h, slices: { ...h.slices, weightBits: value as number } })
  },
  'bits-per-cell': {
    label: 'Bits per cell', unit: 'bit', categorical: false, field: 'slices.bitsPerCell',
    change: (h, value) => ({ ...h, slices: { ...h.slices, bitsPerCell: value as number } })
  },
  levels: {
    label: 'Conductance levels', unit: 'levels', categorical: false, field: 'programming.levels',
    change: (h, value) => ({ ...h, programming: { ...h.programming, levels: value as number } })
  },
  time: {
    label: 'Time since programming', unit: 's', categorical: false, field: 'retention.seconds',
    change: (h, value) => ({ ...h, retention: { ...h.retention, seconds: value as number } })
  },
  'wire-resistance': {
    label: 'Wire resistance per cell', unit: 'Ω', categorical: false, field: 'wires.rowSegmentOhms',
    change: (h, value) => ({ ...h, wires: { ...h.wires, rowSegmentOhms: value as number, columnSegmentOhms: value as number } })
  },
  'adc-bits': {
    label: 'ADC bits', unit: 'bit', categorical: false, field: 'adc.outputBits',
    change: (h, value) => ({ ...h, adc: { ...h.adc, outputBits: value as number } })
  },
  'dac-bits': {
    label: 'DAC bits', unit: 'bit', categorical: false, field: 'dac.inputBits',
    change: (h, value) => ({ ...h, dac: { ...h.dac, inputBits: value as number } })
  },
  'array-rows': {
    label: 'Rows per array', unit: 'rows', categorical: false, field: 'array.rows',
    change: (h, value) => ({ ...h, array: { ...h.array, rows: value as number } })
  },
  'array-columns': {
    label: 'Columns per array', unit: 'columns', categorical: false, field: 'array.columns',
    change: (h, value) => ({ ...h, array: { ...h.array, columns: value as number } })
  }
}

/** The hardware at one value of a sweep; a value that does not fit is a problem that names the sweep. */
export function hardwareAt(hardware: Hardware, parameter: SweepParameterId, value: SweepValue): Hardware {
  return parseOrFail(hardwareSchema, sweepParameters[parameter].change(hardware, value), 'SIMULATION_INVALID', `settings.sweep.values`)
}

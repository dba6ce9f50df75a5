/** The parameters that a sweep can vary: adding one is one line here and its id in simulation.ts. */
import { hardwareSchema, type Hardware, type HardwareInput } from './hardware'
import { parseOrFail } from './problems'
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

export const sweepParameters: Record<SweepParameterId, SweepParameter> = {
  sigma: {
    label: 'Device uncertainty σ', unit: 'of full scale', categorical: false, field: 'device.sigma',
    change: (h, value) => ({ ...h, device: { ...h.device, sigma: value as number } })
  },
  mu: {
    label: 'Device offset μ', unit: 'of full scale', categorical: false, field: 'device.mu',
    change: (h, value) => ({ ...h, device: { ...h.device, mu: value as number } })
  },
  scale: {
    label: 'Scale granularity', unit: '', categorical: true, field: 'representation.scaleGranularity',
    change: (h, value) => ({ ...h, representation: { ...h.representation, scaleGranularity: value as Hardware['representation']['scaleGranularity'] } })
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
  }
}

/** The hardware at one value of a sweep; a value that does not fit is a problem that names the sweep. */
export function hardwareAt(hardware: Hardware, parameter: SweepParameterId, value: SweepValue): Hardware {
  return parseOrFail(hardwareSchema, sweepParameters[parameter].change(hardware, value), 'SIMULATION_INVALID', `settings.sweep.values`)
}

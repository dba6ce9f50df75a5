/**
 * Whole descriptions to start from. Device figures come from the device catalogue with its citations; sizes and resolutions
 * are choices to start from, not measurements.
 */
import { findPreset } from '@shared/devices'
import { hardwareSchema, type Hardware, type HardwareInput } from '@shared/hardware'

export interface HardwarePreset {
  id: string
  name: string
  /** What it is, in one sentence. */
  description: string
  hardware: Hardware
}

const preset = (id: string, name: string, description: string, hardware: HardwareInput): HardwarePreset => ({ id, name, description, hardware: hardwareSchema.parse({ name, ...hardware }) })
const array = { rows: 256, columns: 256 }
const eightBits: HardwareInput = { dac: { inputBits: 8 }, adc: { outputBits: 8 } }

function device(id: string): Hardware['device'] {
  const found = findPreset(id)
  if (found === undefined) throw new Error(`The catalogue has no device ${id}.`)
  return found
}

export const hardwarePresets: readonly HardwarePreset[] = [
  preset('ideal', 'Ideal', 'Nothing acts: every chip instance computes exactly what the digital network computes.', { device: { kind: 'weight-referred', sigma: 0 } }),
  preset('paper', 'Paper, σ = 0.1', 'The setting of arXiv:2008.02400: a Gaussian error of 0.1 of full scale on every stored weight and bias, two scales per layer, ideal converters.', {
    device: { kind: 'weight-referred', sigma: 0.1 }
  }),
  preset('pcm-hermes', 'PCM after one day', 'Phase-change memory of the 14 nm Hermes core, one device per cell, in pairs on 256×256 arrays with 8-bit converters, one day after programming with one gain per layer against drift.', {
    device: device('hermes-1'), array, ...eightBits, retention: { seconds: 86_400, compensation: 'global' }
  }),
  preset('reram-slices', 'ReRAM, 4 slices', 'Resistive memory (Wan 2022) that holds 9-bit weights as sign and four slices of 2 bits, each on 128×128 arrays with 8-bit converters.', {
    device: device('reram-wan'), array: { rows: 128, columns: 128 }, ...eightBits, slices: { weightBits: 9, bitsPerCell: 2 }
  }),
  preset('bit-serial', 'Bit-serial inputs', 'Devices without error behind 8-bit inputs that are read one bit at a time, with an 8-bit conversion of every read: what the converters alone cost.', {
    device: { kind: 'generic', sigma: 0 }, array, ...eightBits, dac: { inputBits: 8, streaming: 'bit-serial', bitsPerPulse: 1 }
  })
]

/** The preset whose values these are, whatever the name; null for own values. */
export function presetOf(hardware: Hardware): HardwarePreset | null {
  const values = (of: Hardware): string => JSON.stringify({ ...hardwareSchema.parse(of), name: '' })
  const parsed = hardwareSchema.safeParse(hardware)
  return parsed.success ? (hardwarePresets.find((candidate) => values(candidate.hardware) === values(hardware)) ?? null) : null
}

/** Values of the weight-referred device that the paper sweeps: σ from 0.02 to 0.2, μ = 0. Adding one is one line. */
import type { WeightReferredDevice } from '@shared/hardware'

export interface DevicePreset {
  id: string
  name: string
  description: string
  citation: string
  device: WeightReferredDevice
}

const paper = 'arXiv:2008.02400'
const atSigma = (sigma: number): DevicePreset => ({
  id: `sigma-${sigma}`,
  name: `σ = ${sigma}`,
  description: `Gaussian error of ${Number((sigma * 100).toFixed(1))} % of full scale, no offset`,
  citation: paper,
  device: { kind: 'weight-referred', sigma, mu: 0, distribution: 'gaussian' }
})

export const devicePresets: readonly DevicePreset[] = [
  { id: 'ideal', name: 'Ideal', description: 'No programming error', citation: 'definition', device: { kind: 'weight-referred', sigma: 0, mu: 0, distribution: 'gaussian' } },
  ...[0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16, 0.18, 0.2].map(atSigma)
]

export const sameDevice = (a: WeightReferredDevice, b: WeightReferredDevice): boolean =>
  a.sigma === b.sigma && a.mu === b.mu && a.distribution === b.distribution

/** The preset that the values are, or the preset of the same σ that they were changed from. */
export function presetOf(device: WeightReferredDevice): { preset: DevicePreset | null; modified: boolean } {
  const exact = devicePresets.find((preset) => sameDevice(preset.device, device))
  if (exact) return { preset: exact, modified: false }
  const near = devicePresets.find((preset) => preset.device.sigma === device.sigma && device.sigma > 0)
  return { preset: near ?? null, modified: near !== undefined }
}

/**
 * Charge-trap transistor, form with values of the user: a programming error that does not depend on the state
 * (arXiv:2008.02400) and retention as a slow shift, G(t) = G + (κ + σ_κ·ε)·ΔG·log₁₀(1 + t/t_ref) (form ours).
 */
import type { CttDevice } from '@shared/devices'
import { fillNormal } from '../../../random/streams'
import { defineDevice, rangeOfMicrosiemens } from '../conductance-device'

const width = (device: CttDevice): number => device.maximumMicrosiemens - device.minimumMicrosiemens

export const ctt = defineDevice<CttDevice>({
  range: rangeOfMicrosiemens,
  programmedDeviation: (out, _goals, device) => void out.fill(device.programmingErrorFraction * width(device)),
  ages: (device, seconds) => seconds > 0 && (device.retentionShiftPerDecade !== 0 || device.retentionDeviationPerDecade > 0),
  age(values, _goals, device, seconds, stream) {
    if (seconds <= 0) return
    const scale = width(device) * Math.log10(1 + seconds / device.retentionReferenceSeconds)
    const epsilon = new Float32Array(values.length)
    fillNormal(epsilon, stream)
    for (let i = 0; i < values.length; i++) {
      values[i] = values[i]! + scale * (device.retentionShiftPerDecade + device.retentionDeviationPerDecade * epsilon[i]!)
    }
  }
})

/** Whether a device, as parametrised, has an effect at all. The models of the engine say the same; a test holds them together. */
import type { ConductanceDeviceDescription } from './catalogue'
import { deviceCatalogue } from './catalogue'

/** Programmed conductances differ from their targets. */
export function programsWithError(device: ConductanceDeviceDescription): boolean {
  if (device.kind === 'generic') return device.sigma > 0
  if (device.kind === 'ctt') return device.programmingErrorFraction > 0
  if (device.kind === 'table') return device.points.some(({ targetMicrosiemens, meanMicrosiemens, deviationMicrosiemens }) => deviationMicrosiemens > 0 || meanMicrosiemens !== targetMicrosiemens)
  return true
}

/** Conductances `seconds` after programming differ from the programmed ones. */
export function changesWithTime(device: ConductanceDeviceDescription, seconds: number): boolean {
  if (seconds <= 0) return false
  if (device.kind === 'generic') return device.driftExponentMean > 0 || device.driftExponentDeviation > 0
  if (device.kind === 'ctt') return device.retentionShiftPerDecade !== 0 || device.retentionDeviationPerDecade > 0
  if (device.kind === 'table') return device.points.some((point) => point.seconds !== device.points[0]?.seconds)
  if (device.kind === 'reram-wan') return device.fit === 'quartic' && seconds > 1
  return deviceCatalogue[device.kind].retention !== 'none'
}

/** Two reads of the same cell differ. */
export function readsWithNoise(device: ConductanceDeviceDescription): boolean {
  if (device.kind === 'generic' || device.kind === 'table') return device.readDeviationFraction > 0
  return deviceCatalogue[device.kind].readNoise
}

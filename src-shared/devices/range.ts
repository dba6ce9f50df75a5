/** The range that targets of a device are mapped to. The models of the engine say the same; a test holds them together. */
import type { ConductanceDeviceDescription } from './catalogue'

/** G_max of the Hermes core by the number of devices per cell, in µS. */
const hermesMaximum = { 1: 10.35, 2: 20.7 } as const

/** In the unit of the device: µS, or nA for devices read as a current. */
export function deviceRange(device: ConductanceDeviceDescription): { minimum: number; maximum: number } {
  switch (device.kind) {
    case 'hermes':
      return { minimum: device.minimumMicrosiemens, maximum: hermesMaximum[device.devices] }
    case 'sonos':
      return { minimum: device.maximumNanoamperes / device.onOffRatio, maximum: device.maximumNanoamperes }
    case 'table': {
      const first = Math.min(...device.points.map(({ seconds }) => seconds))
      const targets = device.points.filter(({ seconds }) => seconds === first).map(({ targetMicrosiemens }) => targetMicrosiemens)
      return { minimum: Math.min(...targets), maximum: Math.max(...targets) }
    }
    default:
      return { minimum: device.minimumMicrosiemens, maximum: device.maximumMicrosiemens }
  }
}

/** The device within a sentence: its title without presets, or the name of a measured one. */
import { deviceCatalogue } from '@shared/devices'
import type { Device } from '@shared/hardware'

export function deviceTitle(device: Device): string {
  if (device.kind === 'weight-referred') return 'the weight-referred device'
  return device.kind === 'table' ? device.name : deviceCatalogue[device.kind].title
}

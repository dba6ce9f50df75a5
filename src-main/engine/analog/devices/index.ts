/** All device models by kind. */
import type { Device } from '@shared/hardware'
import type { DeviceModel } from './device-model'
import { weightReferred } from './weight-referred'

const deviceModels: { [K in Device['kind']]: DeviceModel<Extract<Device, { kind: K }>> } = {
  'weight-referred': weightReferred
}

export const deviceModel = (device: Device): DeviceModel => deviceModels[device.kind]

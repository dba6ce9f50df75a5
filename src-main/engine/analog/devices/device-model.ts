/** What a device model does to stored values. One file per model; adding one is a file here and a line in index.ts. */
import type { Device } from '@shared/hardware'
import type { StreamName } from '../../random/streams'

export interface DeviceModel<D extends Device = Device> {
  /** False when the device, as parametrised, leaves every value as it is. */
  acts(device: D): boolean
  /**
   * Programs `values` (weights w = s·m) into one set of devices and writes what they then represent to `target`.
   * @param scale s: one for all elements, or one per element.
   * @param stream Names the draw; the same name gives the same devices.
   * @param sign −1 gives the mirror image of the draw (ε → −ε), for antithetic pairs.
   */
  program(target: Float32Array, values: Float32Array, scale: number | Float32Array, device: D, stream: StreamName, sign: 1 | -1): void
}

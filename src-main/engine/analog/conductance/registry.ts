/** All conductance devices by kind. Adding one is a file in `models/` and a line here. */
import type { ConductanceDeviceDescription, ConductanceDeviceKind } from '@shared/devices'
import type { ConductanceDevice } from './conductance-device'
import { ctt } from './models/ctt'
import { generic } from './models/generic'
import { hermes } from './models/hermes'
import { pcmArray1m } from './models/pcm-array-1m'
import { pcmJoshi } from './models/pcm-joshi'
import { reramCmoHfox } from './models/reram-cmo-hfox'
import { reramWan } from './models/reram-wan'
import { rramMilo } from './models/rram-milo'
import { sonos } from './models/sonos'
import { table } from './models/table'

const models: { [K in ConductanceDeviceKind]: ConductanceDevice<Extract<ConductanceDeviceDescription, { kind: K }>> } = {
  generic,
  'pcm-array-1m': pcmArray1m,
  'pcm-joshi': pcmJoshi,
  hermes,
  'reram-wan': reramWan,
  'reram-cmo-hfox': reramCmoHfox,
  'rram-milo': rramMilo,
  sonos,
  ctt,
  table
}

/** The model of a device; it takes that device as the argument `device` of every method. */
export function conductanceDevice<D extends ConductanceDeviceDescription>(device: D): ConductanceDevice<D> {
  // The table above pairs each kind with its own model, which the compiler cannot follow through the index.
  return models[device.kind] as ConductanceDevice<ConductanceDeviceDescription> as ConductanceDevice<D>
}

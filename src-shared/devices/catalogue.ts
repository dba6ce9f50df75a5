/** All conductance devices: schemas, types, documentation and presets. Adding one is a file here and a line in the table. */
import { z } from 'zod'
import { describeDuration } from '../duration'
import { problem, type Problem } from '../problems'
import { cttEntry, cttSchema } from './ctt'
import { documentFields, type FieldDocumentation } from './documentation'
import type { DeviceEntry } from './entry'
import { genericEntry, genericSchema } from './generic'
import { hermesEntry, hermesSchema } from './hermes'
import { pcmArray1mEntry, pcmArray1mSchema } from './pcm-array-1m'
import { pcmJoshiEntry, pcmJoshiSchema } from './pcm-joshi'
import { programmingSchema } from './programming'
import { reramCmoHfoxEntry, reramCmoHfoxSchema } from './reram-cmo-hfox'
import { reramWanEntry, reramWanSchema } from './reram-wan'
import { rramMiloEntry, rramMiloSchema } from './rram-milo'
import { sonosDriftLimitNanoamperes, sonosEntry, sonosSchema } from './sonos'
import { tableEntry, tableSchema } from './table'

/** Any device that stores a conductance (or a read current). */
export const conductanceDeviceSchema = z.discriminatedUnion('kind', [
  genericSchema, pcmArray1mSchema, pcmJoshiSchema, hermesSchema, reramWanSchema, reramCmoHfoxSchema, rramMiloSchema, sonosSchema, cttSchema, tableSchema
])
export type ConductanceDeviceDescription = z.infer<typeof conductanceDeviceSchema>
export type ConductanceDeviceKind = ConductanceDeviceDescription['kind']

/** In the order of the device list on screen. */
export const deviceCatalogue: { readonly [K in ConductanceDeviceKind]: DeviceEntry } = {
  generic: genericEntry,
  'pcm-array-1m': pcmArray1mEntry,
  'pcm-joshi': pcmJoshiEntry,
  hermes: hermesEntry,
  'reram-wan': reramWanEntry,
  'reram-cmo-hfox': reramCmoHfoxEntry,
  'rram-milo': rramMiloEntry,
  sonos: sonosEntry,
  ctt: cttEntry,
  table: tableEntry
}

/** Documentation of every field of a device kind: label, unit, range, default, meaning, formula. */
export const deviceFields = (kind: ConductanceDeviceKind): FieldDocumentation[] => documentFields(deviceCatalogue[kind].schema)

/** Documentation of what is common to all devices. */
export const programmingFields = (): FieldDocumentation[] => documentFields(programmingSchema)

/** A device with all defaults of its kind. */
export const defaultDevice = (kind: ConductanceDeviceKind): ConductanceDeviceDescription => conductanceDeviceSchema.parse({ kind })

/** Finds a preset by its identifier, for example `hermes-2`; undefined where there is none. */
export function findPreset(id: string): ConductanceDeviceDescription | undefined {
  for (const entry of Object.values(deviceCatalogue)) {
    const preset = entry.presets.find((candidate) => candidate.id === id)
    if (preset !== undefined) return conductanceDeviceSchema.parse(preset.device)
  }
  return undefined
}

/**
 * What a device does not know at a time after programming: an error where the model would be wrong, a warning where it is
 * silent and the last known state is held.
 * @param where Path of the field, for example `hardware.device`.
 */
export function retentionProblems(device: ConductanceDeviceDescription, seconds: number, where: string): Problem[] {
  if (seconds <= 0) return []
  const { title, retention } = deviceCatalogue[device.kind]
  const problems: Problem[] = []
  if (device.kind === 'sonos' && device.maximumNanoamperes > sonosDriftLimitNanoamperes) {
    problems.push(problem('HARDWARE_INVALID', `${where}.maximumNanoamperes`, `The drift of ${title} is known up to ${sonosDriftLimitNanoamperes} nA; found ${device.maximumNanoamperes} nA.`, {
      tip: 'Choose a smaller largest current, or evaluate directly after programming.'
    }))
  }
  const silent = device.kind === 'reram-wan' && device.fit === 'cubic'
  if (retention === 'none' || silent) {
    problems.push(problem('DEVICE_SILENT', where, `${title} has no retention model: the state after programming is held.`, {
      severity: 'warning', tip: 'Choose a device with retention to see an effect of time.'
    }))
  } else if (retention !== 'formula' && seconds > retention.untilSeconds) {
    problems.push(problem('DEVICE_SILENT', where, `${title} was measured for ${describeDuration(retention.untilSeconds)}; at ${describeDuration(seconds)} its last known state is held.`, {
      severity: 'warning', tip: `Evaluate at ${describeDuration(retention.untilSeconds)} or earlier.`
    }))
  }
  return problems
}

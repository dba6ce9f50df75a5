/** The value of `--device`: a preset, a kind of device, or a file with a device document. */
import { readFile } from 'node:fs/promises'
import { deviceCatalogue, findPreset } from '@shared/devices'
import { deviceSchema, type Device } from '@shared/hardware'
import { named, readDeviceDocument } from '@shared/own-device'
import { fail } from '@shared/problems'
import { failForFile } from '../../services/storage'
import { closeMatches } from './close-matches'

/** Every name that `--device` and `acim devices` know, presets first. */
export const deviceNames = (): string[] => [
  ...new Set(['weight-referred', ...Object.values(deviceCatalogue).flatMap(({ presets }) => presets.map(({ id }) => id)), ...Object.keys(deviceCatalogue)])
]

/** The device of that name with its values; undefined for a name that is neither a preset nor a kind. */
export function namedDevice(name: string): Device | undefined {
  if (name === 'weight-referred') return deviceSchema.parse({ kind: name })
  return findPreset(name) ?? (Object.hasOwn(deviceCatalogue, name) ? deviceSchema.parse({ kind: name }) : undefined)
}

/** Raises ARGUMENT_INVALID for a name that is not known, with those that are close to it. */
export function unknownDevice(option: string, name: string, expected: string): never {
  const close = closeMatches(name, deviceNames())
  return fail(
    'ARGUMENT_INVALID', option, `Found "${name}", expected ${expected}.`,
    close.length === 0 ? `Known are ${Object.keys(deviceCatalogue).join(', ')} and weight-referred; acim devices lists their presets.` : `Did you mean ${close.join(', ')}? acim devices lists all.`
  )
}

/** JSON of a file. Raises FILE_NOT_FOUND, FILE_UNREADABLE, or `code` naming the file. */
export async function readJson(file: string, code: 'HARDWARE_INVALID' | 'DEVICE_INVALID' | 'ARGUMENT_INVALID'): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => failForFile(thrown, file))
  try {
    return JSON.parse(text)
  } catch (thrown) {
    return fail(code, file, `The file is not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}.`)
  }
}

const looksLikeFile = (text: string): boolean => /[\\/]|\.json$/i.test(text)

/** Raises ARGUMENT_INVALID, or for a document DEVICE_INVALID naming its field. */
export async function readDevice(text: string): Promise<Device> {
  if (!looksLikeFile(text)) return namedDevice(text) ?? unknownDevice('--device', text, 'a preset, a kind of device, or a file with a device document')
  return named(readDeviceDocument(await readJson(text, 'DEVICE_INVALID'), text)).device
}

/**
 * Devices of the user: one file each in the project's folder `devices/`. A file that cannot be read is named, left as it is
 * and never overwritten; its name stays taken.
 */
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { named, largestDeviceFileBytes, ownDeviceIdSchema, readDeviceDocument, type OwnDevice, type OwnDeviceContent, type OwnDeviceList } from '@shared/own-device'
import { fail, ProblemError, type Problem } from '@shared/problems'
import type { Handlers } from './dispatch'
import type { EngineClient } from './engine-client'
import type { EventHub } from './event-hub'
import { displayName, type FileHandles } from './files'
import { formats } from './formats'
import { createSerial } from './serial'
import type { Session } from './session'
import { failForFile, isMissing, readStored, writeStored } from './storage'

type DeviceHandlers = Pick<Handlers, Extract<keyof Handlers, `device.${string}`>>

interface DeviceServices {
  session: Session
  files: FileHandles
  engine: EngineClient
  hub: EventHub
}

const ending = '.json'
const longestId = 60

/** Letters, digits and hyphens of a name; accents go, other scripts leave nothing. */
const idOf = (name: string): string =>
  name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, longestId).replace(/^-+|-+$/g, '') || 'device'

/** Handlers of everything that concerns devices. */
export function createDevices({ session, files, engine, hub }: DeviceServices): DeviceHandlers {
  const serial = createSerial()
  const folder = (): string => session.need().folder.devices
  const fileOf = (id: string): string => join(folder(), `${id}${ending}`)
  const whereOf = (id: string): string => `devices/${id}${ending}`

  /** Identifiers of the files that are there; other files in the folder are not ours. */
  const identifiers = async (): Promise<string[]> => {
    const names = await readdir(folder()).catch((thrown: unknown) => (isMissing(thrown) ? [] : failForFile(thrown, 'devices')))
    return names.filter((name) => name.endsWith(ending)).map((name) => name.slice(0, -ending.length)).filter((id) => ownDeviceIdSchema.safeParse(id).success)
  }
  const read = async (id: string): Promise<OwnDevice> => {
    const { schemaVersion: _version, ...content } = await readStored(formats.ownDevice, fileOf(id), whereOf(id))
    return { id, ...content }
  }
  const list = async (): Promise<OwnDeviceList> => {
    const devices: OwnDevice[] = []
    const unreadable: Problem[] = []
    for (const id of await identifiers()) {
      try {
        devices.push(await read(id))
      } catch (thrown) {
        if (!(thrown instanceof ProblemError)) throw thrown
        unreadable.push({ ...thrown.problem, tip: `The file was left as it is. ${thrown.problem.tip}` })
      }
    }
    return { devices: devices.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }) || (a.id < b.id ? -1 : 1)), unreadable }
  }

  const write = async (id: string, content: OwnDeviceContent): Promise<OwnDevice> => {
    const stored = named(content)
    await mkdir(folder(), { recursive: true }).catch((thrown: unknown) => failForFile(thrown, 'devices'))
    await writeStored(fileOf(id), { schemaVersion: 1, ...stored }, whereOf(id))
    return { id, ...stored }
  }
  const changed = async (): Promise<void> => hub.emit('devices.changed', await list())

  const make = async (content: OwnDeviceContent): Promise<OwnDevice> => {
    const taken = new Set(await identifiers())
    const base = idOf(content.name)
    let id = base
    for (let number = 2; taken.has(id); number++) id = `${base}-${number}`
    const device = await write(id, content)
    await changed()
    return device
  }
  /** Only what can be read is replaced. */
  const needReadable = async (id: string): Promise<void> => {
    await read(id).catch((thrown: unknown) => {
      if (thrown instanceof ProblemError && thrown.problem.code === 'DEVICE_NOT_FOUND') fail('DEVICE_NOT_FOUND', whereOf(id), 'The project has no device of this name.')
      throw thrown
    })
  }

  return {
    'device.list': () => serial(list),
    'device.make': (content) => serial(() => make(content)),
    'device.change': ({ id, ...content }) =>
      serial(async () => {
        await needReadable(id)
        const device = await write(id, content)
        await changed()
        return device
      }),
    'device.delete': ({ id }) =>
      serial(async () => {
        await needReadable(id)
        await rm(fileOf(id)).catch((thrown: unknown) => failForFile(thrown, whereOf(id), 'DEVICE_NOT_FOUND'))
        await changed()
        return {}
      }),
    'device.import': ({ handle }) =>
      serial(async () => {
        session.need()
        return make(await readDeviceFile(files.resolve(handle)))
      }),
    'device.curves': (input) => engine.run('device.curves', input).promise,
    'device.measurements': ({ handle }) => engine.run('device.measurements', { file: files.resolve(handle) }).promise,
    'device.fits': ({ points }) => engine.run('device.fits', { points }).promise,
    'device.makeFromFit': ({ source, ...input }) =>
      serial(async () => {
        session.need()
        const device = await engine.run('device.fromFit', input).promise
        return make({ name: input.name, source, device })
      })
  }
}

/** The device in a JSON file that a person chose. Raises FILE_TOO_LARGE, FILE_UNREADABLE, DEVICE_INVALID naming the field. */
async function readDeviceFile(path: string): Promise<OwnDeviceContent> {
  const name = displayName(path)
  const information = await stat(path).catch((thrown: unknown) => failForFile(thrown, name))
  if (information.size > largestDeviceFileBytes) fail('FILE_TOO_LARGE', name, `The file has ${information.size} bytes; a device has at most ${largestDeviceFileBytes}.`)
  const text = await readFile(path, 'utf8').catch((thrown: unknown) => failForFile(thrown, name))
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (thrown) {
    fail('DEVICE_INVALID', name, `The file is not JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}.`, 'Choose a device that was exported as JSON.')
  }
  return readDeviceDocument(value, name)
}

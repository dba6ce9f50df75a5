/**
 * A device of the user, as it is stored in a project (`devices/<id>.json`), exported and imported: a validated device
 * document with a name and where its values come from.
 */
import { z } from 'zod'
import { conductanceDeviceSchema, deviceCatalogue } from './devices'
import { deviceSchema, hardwareSchema, weightReferredDeviceSchema, type Device } from './hardware'
import { fail, parseOrFail, problemSchema } from './problems'

const name = z.string().trim().min(1).max(200)

/** What a person gives a device of their own. */
export const ownDeviceContentSchema = z.strictObject({
  name,
  /** Where the values come from: a measurement, a paper, the device that it was copied from. */
  source: z.string().max(1000).default(''),
  device: deviceSchema
})
export type OwnDeviceContent = z.infer<typeof ownDeviceContentSchema>

/** devices/<id>.json, and the form of export and import. */
export const ownDeviceFileSchema = z.strictObject({ schemaVersion: z.literal(1), ...ownDeviceContentSchema.shape })
export type OwnDeviceFile = z.infer<typeof ownDeviceFileSchema>

/** Name of the file without its ending. */
export const ownDeviceIdSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/)

export const ownDeviceSchema = z.strictObject({ id: ownDeviceIdSchema, ...ownDeviceContentSchema.shape })
export type OwnDevice = z.infer<typeof ownDeviceSchema>

export const ownDeviceListSchema = z.strictObject({
  /** In the order of their names. */
  devices: z.array(ownDeviceSchema),
  /** Files in devices/ that hold no device; they are left as they are. */
  unreadable: z.array(problemSchema)
})
export type OwnDeviceList = z.infer<typeof ownDeviceListSchema>

/** Larger than any device: the longest table of measured points, written with spaces. */
export const largestDeviceFileBytes = 8_000_000

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const kinds: readonly string[] = [weightReferredDeviceSchema.shape.kind.value, ...Object.keys(deviceCatalogue)]

/** Fields that a hardware description has and a device has not; files written by hand hold some of them only. */
const hardwareSections = Object.keys(hardwareSchema.shape).filter((field) => !['schemaVersion', 'name', 'device'].includes(field))

/** A device document; says which kinds there are, which the schema of a union cannot. */
function parseDevice(value: unknown, where: string): Device {
  if (!isObject(value)) fail('DEVICE_INVALID', where, 'Expected a device: an object with the field “kind”.')
  const { kind } = value
  if (typeof kind !== 'string' || !kinds.includes(kind)) {
    fail('DEVICE_INVALID', `${where}.kind`, `Found ${JSON.stringify(kind)?.slice(0, 60) ?? 'nothing'}, expected one of ${kinds.join(', ')}.`)
  }
  // A schema of one kind names the field that is wrong; that of the union sometimes cannot.
  const schema = conductanceDeviceSchema.options.find((option) => option.shape.kind.value === kind) ?? weightReferredDeviceSchema
  return parseOrFail<z.ZodType<Device>>(schema, value, 'DEVICE_INVALID', where)
}

/**
 * The device in a parsed JSON file: an exported device, or a plain device document (`{"kind": …}`), which takes its name from
 * the file.
 * @param where Name of the file, for problems.
 * @throws ProblemError DEVICE_INVALID naming the field.
 */
export function readDeviceDocument(value: unknown, where: string): OwnDeviceContent {
  if (!isObject(value)) fail('DEVICE_INVALID', where, 'A device file holds one JSON object; this file holds something else.')
  if ('kind' in value) {
    const title = where.replace(/^.*[/\\]/, '').replace(/\.json$/i, '').slice(0, 200)
    return { name: title.trim() === '' ? 'Imported device' : title.trim(), source: '', device: parseDevice(value, where) }
  }
  if (hardwareSections.some((section) => section in value)) {
    fail('DEVICE_INVALID', where, 'This is a hardware description, not a device.', 'Import it on the Hardware screen, or give the part under “device” alone.')
  }
  if (!('device' in value)) fail('DEVICE_INVALID', where, 'There is neither a field “kind” nor a field “device” in this file.')
  const device = parseDevice(value['device'], `${where}.device`)
  const { schemaVersion: _version, ...content } = parseOrFail(ownDeviceFileSchema, { ...value, device }, 'DEVICE_INVALID', where)
  return content
}

/** A device with its name in both places where it has one. */
export const named = (content: OwnDeviceContent): OwnDeviceContent =>
  content.device.kind === 'table' ? { ...content, device: { ...content.device, name: content.name } } : content

/** Everything that can be chosen on the Device screen: presets of each kind and devices of the user, and which of them is in use. */
import { changesWithTime, deviceCatalogue, deviceRange, readsWithNoise, type Citation, type ConductanceDeviceKind } from '@shared/devices'
import { compactNumber } from '@shared/charts'
import { isConductanceDevice, weightReferredDeviceSchema, type Device, type DeviceKind } from '@shared/hardware'
import type { OwnDevice } from '@shared/own-device'
import { devicePresets } from './device-presets'

/** One device that can be chosen. */
export interface ListedDevice {
  /** `preset:hermes-1`, `own:my-pcm`. */
  id: string
  /** Whole name: `PCM, Hermes core (14 nm): One device`. */
  name: string
  /** Name inside its group: `One device`. */
  label: string
  description: string
  device: Device
  own: OwnDevice | null
}

/** What is known of a kind after programming and at reads. */
export interface DeviceMarks {
  /** `drift`, `drift to 5 days`; null where time changes nothing. */
  retention: string | null
  readNoise: boolean
}

export interface DeviceGroup {
  kind: DeviceKind
  title: string
  summary: string
  citations: readonly Citation[]
  marks: DeviceMarks
  devices: readonly ListedDevice[]
}

const paper: Citation = { text: 'Z. Wan, T. Wang, Y. Zhou, S. S. Iyer, V. P. Roychowdhury, “Accuracy and Resiliency of Analog Compute-in-Memory Inference Engines”, ACM JETC (2022)', link: 'arXiv:2008.02400' }

const weightReferred: DeviceGroup = {
  kind: 'weight-referred',
  title: 'Weight-referred',
  summary: 'No conductances: every stored number m becomes m + μ + σ·ε, relative to full scale. The sweep of the paper is σ = 0.02 … 0.2 without offset.',
  citations: [paper],
  marks: { retention: null, readNoise: false },
  devices: devicePresets.map((preset) => ({ id: `preset:${preset.id}`, name: `Weight-referred, ${preset.name}`, label: preset.name, description: preset.description, device: preset.device, own: null }))
}

function groupOf(kind: ConductanceDeviceKind): DeviceGroup {
  const { title, summary, citations, retention, readNoise, presets } = deviceCatalogue[kind]
  const days = typeof retention === 'object' ? Math.round(retention.untilSeconds / 86_400) : 0
  return {
    kind, title, summary, citations,
    marks: { retention: retention === 'none' ? null : retention === 'formula' ? 'drift' : `drift, ${days} days`, readNoise },
    devices: presets.map((preset) => ({
      id: `preset:${preset.id}`, name: presets.length === 1 ? title : `${title}: ${preset.title}`, label: preset.title, description: preset.description, device: preset.device as Device, own: null
    }))
  }
}

/** All kinds in the order of the screen; that of the paper first. */
export const deviceGroups: readonly DeviceGroup[] = [weightReferred, ...(Object.keys(deviceCatalogue) as ConductanceDeviceKind[]).map(groupOf)]

export const groupOfKind = (kind: DeviceKind): DeviceGroup => deviceGroups.find((group) => group.kind === kind) ?? weightReferred

export const listedOwn = (own: OwnDevice): ListedDevice => ({
  id: `own:${own.id}`, name: own.name, label: own.name, description: own.source, device: own.device, own
})

/** `0 … 25 µS`; for the weight-referred device what it stores. */
export function rangeText(device: Device): string {
  if (!isConductanceDevice(device)) return '−1 … 1 of full scale'
  const { minimum, maximum } = deviceRange(device)
  // An on/off ratio of 10⁷ leaves nothing that a list should count.
  return `${minimum < 1e-4 * maximum ? '0' : compactNumber(minimum)} … ${compactNumber(maximum)} ${deviceCatalogue[device.kind].quantity.unit}`
}

/** What this very device does after programming, with its values. */
export const marksOf = (device: Device): DeviceMarks =>
  isConductanceDevice(device)
    ? { retention: changesWithTime(device, Number.MAX_VALUE) ? groupOfKind(device.kind).marks.retention : null, readNoise: readsWithNoise(device) }
    : weightReferred.marks

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Fields in which two devices of one kind differ. */
function differences(a: Device, b: Device): number {
  const first = a as unknown as Record<string, unknown>
  const second = b as unknown as Record<string, unknown>
  return Object.keys(first).filter((key) => !same(first[key], second[key])).length
}

/** The device in use and what it was made from. */
export interface DeviceMatch {
  entry: ListedDevice | null
  /** Values differ from those of the entry. */
  modified: boolean
}

/**
 * Which entry a device is, or which of its kind it was changed from: the one that was chosen last, else the nearest. With the
 * weight-referred device every value of σ is one of its own, so that only another offset or distribution counts as a change.
 * @param lastId Entry that was chosen last.
 */
export function matchOf(device: Device, own: readonly OwnDevice[], lastId: string | null): DeviceMatch {
  const entries = [...own.filter((each) => each.device.kind === device.kind).map(listedOwn), ...groupOfKind(device.kind).devices]
  const last = entries.find(({ id }) => id === lastId)
  if (last !== undefined && same(last.device, device)) return { entry: last, modified: false }
  const exact = entries.find((entry) => same(entry.device, device))
  if (exact !== undefined) return { entry: exact, modified: false }
  if (last !== undefined && (last.own !== null || device.kind !== 'weight-referred')) return { entry: last, modified: true }
  if (device.kind === 'weight-referred') {
    const near = device.sigma > 0 ? entries.find((entry) => entry.own === null && entry.device.kind === 'weight-referred' && entry.device.sigma === device.sigma) : undefined
    return { entry: near ?? null, modified: near !== undefined }
  }
  const nearest = [...entries].sort((a, b) => differences(device, a.device) - differences(device, b.device))[0]
  return { entry: nearest ?? null, modified: nearest !== undefined }
}

/** Whether fields of a device can have documentation of their own: every kind but the weight-referred one has an entry. */
export const schemaOf = (kind: DeviceKind) => (kind === 'weight-referred' ? weightReferredDeviceSchema : deviceCatalogue[kind].schema)

/** acim devices [NAME] */
import type { Table } from '@shared/charts'
import { changesWithTime, deviceCatalogue, deviceFields, deviceRange, readsWithNoise, type Citation, type ConductanceDeviceDescription, type ConductanceDeviceKind, type DeviceEntry, type FieldDocumentation } from '@shared/devices'
import { documentFields } from '@shared/devices/documentation'
import { describeDuration } from '@shared/effects'
import { isConductanceDevice, weightReferredDeviceSchema, type Device } from '@shared/hardware'
import { settingText, valueAt } from '@shared/hardware-settings'
import { writeOut } from './output'
import { deviceNames, namedDevice, unknownDevice } from './read-device'
import { textTable } from './text-table'

interface Range {
  minimum: number
  maximum: number
  unit: string
}

/** A device with values, as it can be chosen. */
interface Preset {
  id: string
  title: string
  description: string
  /** What targets are mapped to; null for the weight-referred device. */
  range: Range | null
  /** The device changes after programming. */
  retention: boolean
  readNoise: boolean
  device: Device
}

/** One kind of device with all that is known of it. */
export interface Kind {
  kind: string
  title: string
  summary: string
  quantity: DeviceEntry['quantity'] | null
  retention: DeviceEntry['retention']
  citations: readonly Citation[]
  formulas: DeviceEntry['formulas']
  limits: readonly string[]
  fields: FieldDocumentation[]
  presets: Preset[]
}

/** Far beyond every measurement: what changes at all has changed by then. */
const longAfter = 1e10

function presetOf(id: string, title: string, description: string, device: ConductanceDeviceDescription): Preset {
  const range = { ...deviceRange(device), unit: deviceCatalogue[device.kind].quantity.unit }
  return { id, title, description, range, retention: changesWithTime(device, longAfter), readNoise: readsWithNoise(device), device }
}

const weightReferred = (): Kind => ({
  kind: 'weight-referred', title: 'Weight-referred', quantity: null, retention: 'none',
  summary: 'No conductances: every stored value m has the error μ + σ·ε in units of full scale, as in the experiments of the paper. --sigma, --mu and --noise set it.',
  citations: [{ text: 'Z. Wan et al., “Accuracy and Resiliency of Analog Compute-in-Memory Inference Engines”, ACM JETC 2022', link: 'arXiv:2008.02400' }],
  formulas: [{ effect: 'programming', text: 'm → m + μ + σ·ε' }],
  limits: ['Only what acts on stored values as a whole: no cells, slices, levels, time, wires or read noise.'],
  fields: documentFields(weightReferredDeviceSchema),
  presets: [{
    id: 'weight-referred', title: 'As in the paper', description: 'σ = 0.1, Gaussian', range: null, retention: false, readNoise: false, device: weightReferredDeviceSchema.parse({ kind: 'weight-referred' })
  }]
})

const conductanceKind = (kind: ConductanceDeviceKind): Kind => {
  const { title, summary, quantity, retention, citations, formulas, limits, presets } = deviceCatalogue[kind]
  return {
    kind, title, summary, quantity, retention, citations, formulas, limits, fields: deviceFields(kind),
    presets: presets.flatMap(({ id, title: name, description }) => {
      const device = namedDevice(id)
      return device !== undefined && isConductanceDevice(device) ? [presetOf(id, name, description, device)] : []
    })
  }
}

/** Every kind in the order of the list on screen. */
export const catalogue = (): Kind[] => [weightReferred(), ...(Object.keys(deviceCatalogue) as ConductanceDeviceKind[]).map(conductanceKind)]

const rangeText = (range: Range | null): string => (range === null ? '–' : `${range.minimum} … ${range.maximum} ${range.unit}`)
const citationText = ({ text, link }: Citation): string => (link === undefined ? text : `${text}, ${link}`)

function retentionText(retention: DeviceEntry['retention'], changes: boolean): string {
  if (!changes) return retention === 'formula' ? 'with values of yours' : 'not known'
  return typeof retention === 'object' ? `up to ${describeDuration(retention.untilSeconds)}` : 'any time'
}

/** All presets in one table, then the sources. */
export function listText(kinds: readonly Kind[]): string {
  const table: Table = {
    columns: ['Name', 'Device', 'Range', 'Retention', 'Read noise'].map((label) => ({ key: label, label, kind: 'text' as const })),
    rows: kinds.flatMap(({ kind, title, retention, presets }) =>
      presets.length === 0
        ? [[kind, `${title}, from a file of yours`, 'as measured', 'as measured', 'with values of yours']]
        : presets.map((preset) => [
            preset.id, presets.length === 1 ? title : `${title}: ${preset.title}`, rangeText(preset.range), preset.range === null ? '–' : retentionText(retention, preset.retention), preset.readNoise ? 'yes' : kind === 'generic' ? 'with values of yours' : 'no'
          ])
    )
  }
  return [
    textTable(table), '', 'Sources', ...kinds.flatMap(({ kind, citations }) => citations.map((citation, index) => `  ${(index === 0 ? kind : '').padEnd(16)} ${citationText(citation)}`)),
    '', 'acim devices NAME prints one in full; --device NAME uses it.'
  ].join('\n')
}

const boundsText = ({ minimum, maximum, exclusiveMinimum, values }: FieldDocumentation): string => {
  if (values !== undefined) return values.join(', ')
  if (minimum === undefined && maximum === undefined) return ''
  return `${exclusiveMinimum === true ? 'above ' : ''}${minimum ?? '−∞'} … ${maximum ?? '∞'}`
}

const effectTitles = { programming: 'Programming', retention: 'Retention', read: 'Read noise' } as const

/** One device in full. */
export function deviceText(kind: Kind, name: string, device: Device): string {
  const preset = kind.presets.find(({ id }) => id === name)
  const range = isConductanceDevice(device) ? rangeText(presetOf('', '', '', device).range) : null
  const fields: Table = {
    columns: ['Field', 'Value', 'Allowed', 'Meaning'].map((label) => ({ key: label, label, kind: 'text' as const })),
    rows: kind.fields.map((field) => [field.path, settingText(`device.${field.path}`, valueAt(device, field.path), field), boundsText(field), field.meaning])
  }
  const section = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)])
  const others = kind.presets.filter(({ id }) => id !== name)
  return [
    preset === undefined || kind.presets.length === 1 ? kind.title : `${kind.title}: ${preset.title}`,
    kind.summary,
    ...(range === null ? [] : ['', `${kind.quantity?.name ?? 'Range'}  ${range}`]),
    '', textTable(fields),
    ...section('Formulas', kind.formulas.map(({ effect, text }) => `${`${effectTitles[effect]}:`.padEnd(13)} ${text}`)),
    ...section('Limits', kind.limits),
    ...section('Sources', kind.citations.map(citationText)),
    ...section('Presets of this kind', others.map(({ id, title, description }) => `${id}: ${title}. ${description}`))
  ].join('\n')
}

export async function devices(name: string | undefined, { json = false }: { json?: boolean }): Promise<void> {
  const kinds = catalogue()
  if (name === undefined) {
    await writeOut(json ? JSON.stringify(kinds, null, 2) : listText(kinds))
    return
  }
  const device = namedDevice(name) ?? unknownDevice('name', name, `one of the ${deviceNames().length} presets and kinds`)
  const kind = kinds.find((candidate) => candidate.kind === device.kind)
  if (kind === undefined) throw new Error(`The kind ${device.kind} is in no list.`)
  await writeOut(json ? JSON.stringify({ ...kind, name, device }, null, 2) : deviceText(kind, name, device))
}

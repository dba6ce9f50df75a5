/**
 * The settings of a hardware description in words: label, value and unit of each field, from the documentation that is
 * attached to its schema. Reports, the command line and summaries all list settings from here, so a new field appears
 * everywhere by itself.
 */
import { deviceCatalogue, programmingSchema, type TablePoint } from './devices'
import { documentFields, type FieldDocumentation } from './devices/documentation'
import { describeDuration } from './effects'
import {
  adcSchema, arraySchema, cellSchema, dacSchema, effectSwitches, hardwareInForce, hardwareSchema, isConductanceDevice, representationSchema, retentionSchema, slicesSchema, weightReferredDeviceSchema,
  wiresSchema, type Device, type EffectSwitch, type Hardware
} from './hardware'

/** Sections of the description that hold settings, in the order in which they are listed. */
export const settingSections = ['device', 'programming', 'representation', 'cell', 'slices', 'retention', 'array', 'wires', 'dac', 'adc', 'calibrationImages'] as const
export type SettingSection = (typeof settingSections)[number]

export const sectionTitles: Record<SettingSection, string> = {
  device: 'Device', programming: 'Levels and faults', representation: 'Number representation', cell: 'Cells', slices: 'Bit slices', retention: 'Time', array: 'Array', wires: 'Wires',
  dac: 'Input converters (DAC)', adc: 'Output converters (ADC)', calibrationImages: 'Calibration'
}

export interface HardwareSetting {
  section: SettingSection
  /** Dotted path in the hardware description, for example `adc.range.maximum`. */
  path: string
  label: string
  /** As written for people, with its unit: `8 bit`, `unlimited`, `Two’s complement`. */
  value: string
  raw: unknown
  /** What it is by default, written as `value`; for the device, by default of its kind. */
  standard: string
  /** Differs from what the description has by default. */
  changed: boolean
  documentation: FieldDocumentation | null
}

/** What a value that stands for "nothing of the kind" is called. */
const zeroWords: Readonly<Record<string, string>> = {
  'array.rows': 'unlimited', 'array.columns': 'unlimited', 'dac.inputBits': 'ideal', 'adc.outputBits': 'ideal', 'slices.weightBits': 'continuous', 'slices.bitsPerCell': 'all bits in one cell',
  'programming.levels': 'continuous', 'programming.writeVerify.toleranceFraction': 'none', 'representation.scaleExponentBits': 'real numbers'
}

const minus = (text: string): string => text.replace(/^-/, '−')

/** A value of a documented field for people. */
export function settingText(path: string, value: unknown, documentation: FieldDocumentation | null): string {
  if (documentation?.type === 'points' && Array.isArray(value)) return listText(value)
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return 'none'
  if (path === 'retention.seconds' && typeof value === 'number' && value >= 60) return `${value} s (${describeDuration(value)})`
  if (value === 0 && zeroWords[path] !== undefined) return zeroWords[path]
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  const words = documentation?.choices?.[String(value)]
  if (words !== undefined) return words
  const unit = documentation?.unit === undefined ? '' : ` ${documentation.unit}`
  return `${typeof value === 'number' ? minus(String(value)) : Array.isArray(value) ? value.join(', ') : String(value)}${unit}`
}

function listText(values: readonly unknown[]): string {
  if (values.length === 0) return 'none'
  if (values.every((value) => typeof value === 'number')) return values.join(', ')
  const times = new Set((values as readonly TablePoint[]).map(({ seconds }) => seconds)).size
  return `${values.length} points at ${times} ${times === 1 ? 'time' : 'times'}`
}

const sectionSchemas = {
  programming: programmingSchema, representation: representationSchema, cell: cellSchema, slices: slicesSchema, retention: retentionSchema, array: arraySchema, wires: wiresSchema, dac: dacSchema, adc: adcSchema
}

const deviceFieldsOf = (device: Device): FieldDocumentation[] =>
  documentFields(device.kind === 'weight-referred' ? weightReferredDeviceSchema : deviceCatalogue[device.kind].schema)

/** Documented fields of each section by path inside the section; those of a union as far as its chosen kind has them. */
function sectionFields(hardware: Hardware, section: Exclude<SettingSection, 'calibrationImages'>): FieldDocumentation[] {
  const fields = section === 'device' ? deviceFieldsOf(hardware.device) : documentFields(sectionSchemas[section])
  return fields.filter(({ onlyWith }) => onlyWith === undefined || valueAt(hardware[section], onlyWith.path) === onlyWith.value)
}

/** The value at a dotted path, or undefined. */
export function valueAt(document: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (typeof value === 'object' && value !== null && key in value ? (value as Record<string, unknown>)[key] : undefined), document)
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/**
 * Every setting in order. The device counts as changed where it differs from the defaults of its own kind, and its kind where
 * it is not the weight-referred one.
 */
export function hardwareSettings(hardware: Hardware): HardwareSetting[] {
  const neutral = hardwareSchema.parse({ device: { kind: hardware.device.kind } })
  return settingSections.flatMap((section): HardwareSetting[] => {
    if (section === 'calibrationImages') {
      const [documentation = null] = documentFields(hardwareSchema.pick({ calibrationImages: true }))
      const raw = hardware.calibrationImages
      return [{ section, path: section, label: documentation?.label ?? section, value: String(raw), raw, standard: String(neutral.calibrationImages), changed: raw !== neutral.calibrationImages, documentation }]
    }
    const own = sectionFields(hardware, section).map((documentation): HardwareSetting => {
      const path = `${section}.${documentation.path}`
      const raw = valueAt(hardware, path)
      const standard = documentation.onlyWith === undefined ? valueAt(neutral, path) : documentation.default
      return {
        section, path, label: documentation.label, value: settingText(path, raw, documentation), raw, standard: settingText(path, standard, documentation), changed: !same(raw, standard), documentation
      }
    })
    if (section !== 'device') return own
    const { device } = hardware
    const kind = { section, path: 'device.kind', label: 'Kind', value: deviceKindTitle(device), raw: device.kind, standard: 'Weight-referred', changed: isConductanceDevice(device), documentation: null }
    return [kind, ...own]
  })
}

/**
 * The settings that a person wants to read: all that differ from the default, the values of the device, and what acts with
 * its default value (cells of a conductance device, codes and ranges of converters that convert).
 * @param also Paths that are listed in any case: those that a sweep sets.
 */
export function notableSettings(hardware: Hardware, also: readonly string[] = []): HardwareSetting[] {
  const force = hardwareInForce(hardware)
  const converts = { dac: force.dac !== null, adc: force.adc !== null && force.adc.outputBits > 0 }
  const calibrated = (['dac', 'adc'] as const).some((section) => converts[section] && hardware[section].range.kind === 'calibrated')
  const cellFields = force.cell.kind === 'offset' ? ['cell.kind', 'cell.reference'] : ['cell.kind', 'cell.pair', 'cell.digitization']
  const acts = ({ section, path }: HardwareSetting): boolean => {
    if (section === 'device') return true
    if (section === 'representation') return path === 'representation.scaleGranularity' || path === 'representation.bias'
    if (section === 'cell') return force.conductance !== null && cellFields.includes(path)
    if (section === 'calibrationImages') return calibrated
    if (section === 'dac' || section === 'adc') return converts[section] && ['Bits', 'kind', 'codes'].some((end) => path.endsWith(end))
    return false
  }
  return hardwareSettings(hardware).filter((setting) => setting.changed || acts(setting) || also.includes(setting.path))
}

export interface LayerSettings {
  layer: string
  /** Settings that differ from what holds for all other layers. */
  settings: HardwareSetting[]
  /** Switches of effects that stand otherwise than for all other layers. */
  effects: { switch: EffectSwitch; on: boolean }[]
}

/** What layers have for themselves, without those that are digital. */
export function layerSettings(hardware: Hardware): LayerSettings[] {
  return Object.entries(hardware.layers).flatMap(([layer, { digital, ...sections }]) => {
    if (digital) return []
    const own: Hardware = { ...hardware, ...Object.fromEntries(Object.entries(sections).filter(([, section]) => section !== undefined)) }
    const settings = hardwareSettings(own).filter(({ path, raw }) => !same(raw, valueAt(hardware, path)))
    const effects = effectSwitches.flatMap((key) => (own.effects[key] === hardware.effects[key] ? [] : [{ switch: key, on: own.effects[key] }]))
    return [{ layer, settings, effects }]
  })
}

/** The device as a list or sentence names it: title and preset, or the name of a measured one. */
export function deviceName(device: Device): string {
  if (!isConductanceDevice(device)) return `weight-referred, σ = ${device.sigma}${device.mu === 0 ? '' : `, μ = ${minus(String(device.mu))}`}`
  if (device.kind === 'table') return device.name
  const entry = deviceCatalogue[device.kind]
  const preset = entry.presets.find((candidate) => same(candidate.device, device))
  return preset === undefined ? `${entry.title}, own values` : entry.presets.length === 1 ? entry.title : `${entry.title}, ${preset.title.toLowerCase()}`
}

/** The device where little room is: `σ = 0.1`, or its name. */
export const deviceBrief = (device: Device): string => (isConductanceDevice(device) ? deviceName(device) : `σ = ${device.sigma}`)

const deviceKindTitle = (device: Device): string => (device.kind === 'weight-referred' ? 'Weight-referred' : deviceCatalogue[device.kind].title)

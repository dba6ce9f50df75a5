/** The sections of a hardware description as the screen shows them: groups, titles and documented fields. */
import { deviceCatalogue, programmingSchema, type FieldDocumentation } from '@shared/devices'
import { documentFields } from '@shared/devices/documentation'
import {
  adcSchema, arraySchema, cellSchema, dacSchema, hardwareSchema, representationSchema, retentionSchema, slicesSchema, weightReferredDeviceSchema, wiresSchema, type Hardware, type LayerOverride
} from '@shared/hardware'

/** Sections that a layer may have for itself, in the order of the screen. */
export const layerSections = ['representation', 'slices', 'device', 'cell', 'programming', 'retention', 'array', 'wires', 'dac', 'adc', 'effects'] as const satisfies readonly Exclude<keyof LayerOverride, 'digital'>[]
export type LayerSection = (typeof layerSections)[number]
export type SectionId = LayerSection | 'calibration'

export const sectionTitles: Record<SectionId, string> = {
  representation: 'Number representation',
  slices: 'Weight bits and slices',
  device: 'Device',
  cell: 'Cells',
  programming: 'Programming and faults',
  retention: 'Time and compensation',
  array: 'Array',
  wires: 'Wires',
  dac: 'Input converters (DAC)',
  adc: 'Output converters (ADC)',
  calibration: 'Calibration',
  effects: 'Effects'
}

/** How the sections are grouped on the left of the screen. Effects of the whole description have a place of their own. */
export const sectionGroups: readonly { title: string; sections: readonly SectionId[] }[] = [
  { title: 'Numbers', sections: ['representation', 'slices'] },
  { title: 'Cells', sections: ['device', 'cell', 'programming', 'retention'] },
  { title: 'Arrays', sections: ['array', 'wires'] },
  { title: 'Converters', sections: ['dac', 'adc', 'calibration'] }
]

const schemas = {
  representation: representationSchema, slices: slicesSchema, cell: cellSchema, programming: programmingSchema, retention: retentionSchema, array: arraySchema, wires: wiresSchema, dac: dacSchema, adc: adcSchema,
  calibration: hardwareSchema.pick({ calibrationImages: true })
}

const documentedOnce = new Map<string, FieldDocumentation[]>()
function remembered(key: string, read: () => FieldDocumentation[]): FieldDocumentation[] {
  const known = documentedOnce.get(key) ?? read()
  documentedOnce.set(key, known)
  return known
}

/** Documented fields of a section, paths below the section (below the description for calibration). Effects are switches, not fields. */
export function sectionFields(section: SectionId, hardware: Hardware): FieldDocumentation[] {
  if (section === 'effects') return []
  if (section !== 'device') return remembered(section, () => documentFields(schemas[section]))
  const { kind } = hardware.device
  return remembered(`device ${kind}`, () => documentFields(kind === 'weight-referred' ? weightReferredDeviceSchema : deviceCatalogue[kind].schema))
}

/** Path of a field in the description; calibration has no object of its own there. */
export const pathInDescription = (section: SectionId, path: string): string => (section === 'calibration' ? path : path === '' ? section : `${section}.${path}`)

/** The section that a path of the description belongs to; null where it is none of them. */
export function sectionOfPath(path: string): SectionId | null {
  const head = path.split('.')[0]
  if (head === 'calibrationImages') return 'calibration'
  return layerSections.find((section) => section === head) ?? null
}

/** A hardware description as facts and tables: every setting that is worth reading, from the documentation of the schema. */
import { sweepValueLabel, type Table } from '@shared/charts'
import { effectNames, type ActiveEffect } from '@shared/effects'
import { effectSwitches, type Hardware } from '@shared/hardware'
import { deviceName, layerSettings, notableSettings, sectionTitles, settingSections } from '@shared/hardware-settings'
import type { Sweep } from '@shared/simulation'
import { sweepParameters } from '@shared/sweep'

/** Fields that a sweep sets at each point. */
const sweptFields = ({ parameter }: Sweep): readonly string[] =>
  parameter === 'wire-resistance' ? ['wires.rowSegmentOhms', 'wires.columnSegmentOhms'] : [sweepParameters[parameter].field]

/** One fact per setting that differs from the neutral description or belongs to what acts; the rest in one line. */
export function settingFacts(hardware: Hardware, sweep: Sweep | null): (readonly [label: string, value: string])[] {
  const fields = sweep === null ? [] : sweptFields(sweep)
  const sweptWords = sweep === null ? '' : `swept: ${sweep.values.map((value) => sweepValueLabel(value, sweep.parameter)).join(', ')}`
  const settings = notableSettings(hardware, fields)
  const listed = new Set<string>(settings.map(({ section }) => section))
  const neutral = settingSections.filter((section) => !listed.has(section) && section !== 'calibrationImages').map((section) => sectionTitles[section])
  return [
    ['Device', deviceName(hardware.device)],
    ...settings.flatMap(({ section, path, label, value }) =>
      path === 'device.kind' ? [] : [[`${sectionTitles[section]}: ${label}`, fields.includes(path) ? sweptWords : value] as const]),
    ...(neutral.length === 0 ? [] : [['Without effect, as by default', neutral.join(', ')] as const])
  ]
}

/** Layers with settings of their own; null where there is none. */
export function layerTableOfSettings(hardware: Hardware): Table | null {
  const rows = layerSettings(hardware).flatMap(({ layer, settings, effects }) => [
    ...settings.map(({ section, label, value }) => [layer, `${sectionTitles[section]}: ${label}`, value]),
    ...effects.map((effect) => [layer, effectNames[effect.switch], effect.on ? 'on' : 'off'])
  ])
  if (rows.length === 0) return null
  return { columns: [{ key: 'layer', label: 'Layer', kind: 'text' }, { key: 'setting', label: 'Setting', kind: 'text' }, { key: 'value', label: 'Value', kind: 'text' }], rows }
}

/** Names of the effects whose master switch is off. */
export const switchedOff = ({ effects }: Hardware): string[] => effectSwitches.filter((key) => !effects[key]).map((key) => effectNames[key])

/** An entry of the list of active effects. */
export const effectItem = ({ name, description, layers }: ActiveEffect): { lead: string; text: string } => ({ lead: layers === undefined ? name : `${name} (${layers.join(', ')})`, text: description })

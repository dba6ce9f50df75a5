/** What the documentation of a field says, in the words of a form: help popover, range, default, step. */
import { groupedInteger, typographicMinus } from '@shared/charts'
import type { FieldDocumentation } from '@shared/devices'
import type { FieldHelp } from '../base/FieldRow.vue'

/** Large whole numbers in groups, small and fractional ones as they are. */
export function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) >= 10_000 && Math.abs(value) < 1e9) return typographicMinus(groupedInteger(value))
  return typographicMinus(String(value)).replace('e+', 'e')
}

/** `0 … 16`, `above 0, up to 1`; undefined for what has no range. */
export function rangeText({ minimum, maximum, exclusiveMinimum = false, exclusiveMaximum = false }: FieldDocumentation): string | undefined {
  if (minimum === undefined && maximum === undefined) return undefined
  if (minimum !== undefined && maximum !== undefined && !exclusiveMinimum && !exclusiveMaximum) return `${numberText(minimum)} … ${numberText(maximum)}`
  const low = minimum === undefined ? null : exclusiveMinimum ? `above ${numberText(minimum)}` : `from ${numberText(minimum)}`
  const high = maximum === undefined ? null : exclusiveMaximum ? `below ${numberText(maximum)}` : `up to ${numberText(maximum)}`
  return [low, high].filter((part) => part !== null).join(', ')
}

/** The words of a choice; the value itself where the schema has none. */
export const choiceText = (field: FieldDocumentation, value: string | number): string => field.choices?.[String(value)] ?? String(value)

export function defaultText(field: FieldDocumentation): string | undefined {
  const value = field.default
  if (value === null) return 'empty'
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (field.type === 'choice' && (typeof value === 'string' || typeof value === 'number')) return choiceText(field, value)
  if (typeof value === 'number') return field.unit === undefined ? numberText(value) : `${numberText(value)} ${field.unit}`
  if (typeof value === 'string') return value
  return Array.isArray(value) && value.length === 0 ? 'empty' : undefined
}

/** The help popover of a field. */
export function helpOf(field: FieldDocumentation): FieldHelp {
  const range = rangeText(field)
  const standard = defaultText(field)
  return {
    meaning: field.meaning,
    ...(range === undefined ? {} : { range: field.unit === undefined || field.unit.includes(' ') ? range : `${range} ${field.unit}` }),
    ...(standard === undefined ? {} : { default: standard }),
    ...(field.formula === undefined ? {} : { formula: field.formula })
  }
}

/** What one press of an arrow key changes: a tenth of the default's power of ten; 0.01 for small ranges around 0. */
export function stepOf(field: FieldDocumentation): number {
  if (field.type === 'integer') return 1
  if (typeof field.default === 'number' && field.default !== 0) return Number((10 ** (Math.floor(Math.log10(Math.abs(field.default))) - 1)).toPrecision(1))
  return field.maximum !== undefined && field.maximum <= 10 ? 0.01 : 1
}

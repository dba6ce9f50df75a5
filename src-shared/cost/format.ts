/** Quantities with SI prefixes: 2.5e-9 J is written `2.5 nJ`. */
import { compactNumber } from '../charts/format'

const prefixes = [
  { factor: 1e9, prefix: 'G' }, { factor: 1e6, prefix: 'M' }, { factor: 1e3, prefix: 'k' }, { factor: 1, prefix: '' }, { factor: 1e-3, prefix: 'm' },
  { factor: 1e-6, prefix: 'µ' }, { factor: 1e-9, prefix: 'n' }, { factor: 1e-12, prefix: 'p' }, { factor: 1e-15, prefix: 'f' }
] as const

export interface Scaled {
  factor: number
  /** With its prefix, for example `nJ`. */
  unit: string
}

/** The prefix with which `largest` has one to three digits before the point. */
export function scaledUnit(largest: number, unit: string): Scaled {
  const chosen = prefixes.find(({ factor }) => Math.abs(largest) >= factor * 0.9995) ?? (largest === 0 ? prefixes[3] : prefixes[prefixes.length - 1]!)
  return { factor: chosen.factor, unit: `${chosen.prefix}${unit}` }
}

/** Three significant digits with unit, joined by a no-break space. */
export function engineering(value: number, unit: string): string {
  const { factor, unit: scaled } = scaledUnit(value, unit)
  return `${compactNumber(value / factor, 3)}\u00a0${scaled}`
}

/** Square metres as mm² or, below 0.01 mm², µm². */
export const areaText = (squareMetres: number): string =>
  squareMetres === 0 || squareMetres >= 1e-8 ? `${compactNumber(squareMetres * 1e6, 3)}\u00a0mm²` : `${compactNumber(squareMetres * 1e12, 3)}\u00a0µm²`

/** `≥` before an amount from which something is missing; `not known` where nothing is known of it. */
export const bound = (value: number, complete: boolean, write: (value: number) => string): string => (complete ? write(value) : value === 0 ? 'not known' : `≥\u00a0${write(value)}`)

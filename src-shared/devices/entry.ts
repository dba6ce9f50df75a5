/** What the catalogue knows of one device kind. */
import type { z } from 'zod'

export interface Citation {
  text: string
  /** DOI, arXiv identifier or address. */
  link?: string
}

/** One formula of a model, in plain text, with the effect that it describes. */
export interface ModelFormula {
  effect: 'programming' | 'retention' | 'read'
  text: string
}

export interface DevicePreset<D> {
  id: string
  title: string
  description: string
  device: D
}

export interface DeviceEntry<S extends z.ZodObject = z.ZodObject> {
  kind: string
  title: string
  /** Two or three sentences for a person who chooses a device. */
  summary: string
  /** What the array stores: a conductance in µS, or for transistors read at one voltage a current in nA. */
  quantity: { name: string; symbol: string; unit: 'µS' | 'nA' }
  citations: readonly Citation[]
  formulas: readonly ModelFormula[]
  /** What the source does not cover, and what is done there. */
  limits: readonly string[]
  schema: S
  presets: readonly DevicePreset<z.output<S>>[]
  /** Changes after programming: none known, a formula for any time, or measurements up to a time (held beyond). */
  retention: 'none' | 'formula' | { untilSeconds: number }
  /** The model has a read noise of its own. */
  readNoise: boolean
}

/** Keeps the exact schema type of an entry. */
export const defineEntry = <S extends z.ZodObject>(entry: DeviceEntry<S>): DeviceEntry<S> => entry

export const conductance = { name: 'Conductance', symbol: 'G', unit: 'µS' } as const
export const readCurrent = { name: 'Read current', symbol: 'I', unit: 'nA' } as const

/** Refinement shared by devices with a free range; the problem is reported at the minimum. */
export const minimumBelowMaximum = {
  check: (device: { minimumMicrosiemens: number; maximumMicrosiemens: number }): boolean =>
    device.minimumMicrosiemens < device.maximumMicrosiemens,
  parameters: { message: 'The smallest conductance must lie below the largest.', path: ['minimumMicrosiemens'] }
}

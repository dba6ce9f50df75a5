/** What is known of one component figure: its published value, where it comes from, and how far it may be trusted. */
import type { Citation } from '../../devices'

export type FigureGroup = 'converters' | 'cells' | 'digital' | 'assumptions'

/**
 * `published`: read or computed from the cited source. `assumption`: a choice of the estimate, not a measurement.
 * `missing`: no source could be confirmed; the estimate leaves out what needs it until a value is entered.
 */
export type FigureStatus = 'published' | 'assumption' | 'missing'

export interface Figure {
  group: FigureGroup
  label: string
  /** As formulas write it. */
  symbol: string
  /** Empty for pure numbers. */
  unit: string
  /** A value in `unit` times this is in SI units. */
  toSi: number
  /** In `unit`; null: enter a value. */
  value: number | null
  status: FigureStatus
  meaning: string
  source: Citation | null
  /** How the value follows from the source, or why it is assumed. */
  derivation: string
  /** How uncertain it is, in plain words. */
  uncertainty: string
  minimum: number
  maximum: number
  integer?: boolean
}

export const isaac: Citation = {
  text: 'A. Shafiee et al., “ISAAC: a convolutional neural network accelerator with in-situ analog arithmetic in crossbars”, ISCA 2016, Table I (32 nm)',
  link: 'doi:10.1109/ISCA.2016.12'
}
export const kull: Citation = {
  text: 'L. Kull et al., “A 3.1 mW 8b 1.2 GS/s single-channel asynchronous SAR ADC with alternate comparators for enhanced speed in 32 nm digital SOI CMOS”, ISSCC 2013, 468',
  link: 'doi:10.1109/ISSCC.2013.6487818'
}
export const horowitz: Citation = {
  text: 'M. Horowitz, “Computing’s energy problem (and what we can do about it)”, ISSCC 2014, 10 (45 nm, 0.9 V)',
  link: 'doi:10.1109/ISSCC.2014.6757323'
}

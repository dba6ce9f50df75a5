/** What a form knows beyond the documentation: words for zeros, steps that suit the quantity, lists of resolutions. */

export interface FieldPresentation {
  special?: Readonly<Record<number, string>>
  step?: number
  choices?: readonly { value: number; label: string }[]
}

/** 0 and the resolutions from 2 bits: a single bit is none of them. */
const resolutions = (zero: string): FieldPresentation => ({
  choices: [{ value: 0, label: zero }, ...Array.from({ length: 15 }, (_, k) => ({ value: k + 2, label: `${k + 2} bits, ${2 ** (k + 2)} levels` }))]
})
const percentile: FieldPresentation = { step: 0.1 }

/** By path in the description. */
const presentations: Readonly<Record<string, FieldPresentation>> = {
  'representation.scalePercentile': percentile,
  'representation.scaleExponentBits': { special: { 0: 'real numbers' } },
  'slices.weightBits': resolutions('Continuous'),
  'slices.bitsPerCell': { special: { 0: 'all in one cell' } },
  'programming.levels': { special: { 0: 'continuous' } },
  'programming.writeVerify.toleranceFraction': { special: { 0: 'once, not verified' }, step: 0.005 },
  'programming.stuckAtMinimum': { step: 0.001 },
  'programming.stuckAtMaximum': { step: 0.001 },
  'programming.stuckAtRandom': { step: 0.001 },
  'array.rows': { special: { 0: 'unlimited' }, step: 16 },
  'array.columns': { special: { 0: 'unlimited' }, step: 16 },
  'wires.rowSegmentOhms': { step: 0.1 },
  'wires.columnSegmentOhms': { step: 0.1 },
  'wires.driverOhms': { step: 10 },
  'wires.senseOhms': { step: 10 },
  'dac.inputBits': resolutions('Ideal'),
  'dac.range.percentile': percentile,
  'adc.outputBits': resolutions('Ideal'),
  'adc.range.percentile': percentile,
  'adc.range.maximum': { step: 1 },
  calibrationImages: { step: 16 }
}

export const presentationOf = (path: string): FieldPresentation => presentations[path] ?? {}

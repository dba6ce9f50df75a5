/** Choices of the design that the hardware description does not make, because accuracy does not depend on them. */
import type { Figure } from './figure'

export const assumptionFigures = {
  columnsPerAdc: {
    group: 'assumptions', label: 'Columns per ADC', symbol: 'n_col', unit: '', toSi: 1, value: 1, status: 'assumption',
    meaning: 'So many columns take turns at one converter: less area, more time, the same conversions.', source: null, derivation: 'One converter per column', uncertainty: 'Designs use 1 to an array’s whole width.',
    minimum: 1, maximum: 65536, integer: true
  },
  arraysPerDriver: {
    group: 'assumptions', label: 'Arrays per row driver', symbol: 'n_arr', unit: '', toSi: 1, value: 1, status: 'assumption',
    meaning: 'So many arrays with the same inputs (the two of a pair, bit slices, column tiles) share their row drivers.', source: null, derivation: 'Each array has drivers of its own',
    uncertainty: 'Pairs in neighbouring columns share them: 2.', minimum: 1, maximum: 65536, integer: true
  },
  idealBits: {
    group: 'assumptions', label: 'Bits of ideal converters', symbol: 'b_ideal', unit: 'bit', toSi: 1, value: null, status: 'missing',
    meaning: 'A converter that the simulation leaves ideal has no resolution and hence no cost; this resolution is used for it.', source: null, derivation: 'Set the resolution in the hardware description, or here.', uncertainty: '',
    minimum: 1, maximum: 32, integer: true
  },
  scaleBits: {
    group: 'assumptions', label: 'Bits of a real scale', symbol: 'b_s', unit: 'bit', toSi: 1, value: 32, status: 'assumption',
    meaning: 'Width of the factor that multiplies an output, and of each stored scale that is not a power of two.', source: null, derivation: 'Scales are float32 in the simulation.',
    uncertainty: 'Upper bound: re-quantisation often uses 8 to 16 bits.', minimum: 1, maximum: 64, integer: true
  }
} as const satisfies Record<string, Figure>

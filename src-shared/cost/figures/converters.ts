/** Figures of the converters at the edges of the arrays. */
import { isaac, kull, type Figure } from './figure'

export const converterFigures = {
  adcStepEnergy: {
    group: 'converters', label: 'ADC energy per code', symbol: 'k_ADC', unit: 'fJ', toSi: 1e-15, value: 10.1, status: 'published',
    meaning: 'Energy of one conversion over its number of codes. With effective bits this is the Walden figure of merit.',
    source: kull, derivation: '3.1 mW / 1.2 GS/s / 2⁸ codes = 10.1 fJ',
    uncertainty: 'A factor of 3 up: with effective instead of nominal bits A. T. Ramkaj et al., JSSC 53, 1889 (2018), publish 34.4 fJ at 1.25 GS/s. Slower converters need less; B. Murmann’s ADC Performance Survey lists hundreds.',
    minimum: 0, maximum: 1e9
  },
  adcTime: {
    group: 'converters', label: 'ADC time per conversion', symbol: 't_ADC', unit: 'ns', toSi: 1e-9, value: 0.833, status: 'published',
    meaning: 'One converter needs this for one column.', source: kull, derivation: '1 / 1.2 GS/s',
    uncertainty: 'A fast converter; array designs range from below 1 ns to microseconds. Change it together with the energy.', minimum: 0, maximum: 1e9
  },
  adcArea: {
    group: 'converters', label: 'ADC area', symbol: 'A_ADC', unit: 'µm²', toSi: 1e-12, value: 1200, status: 'published',
    meaning: 'Area of one converter.', source: isaac, derivation: '0.0096 mm² / 8 converters of 8 bits',
    uncertainty: 'For 8 bits at 32 nm, before layout of an array; not scaled with the resolution.', minimum: 0, maximum: 1e9
  },
  driverEnergy: {
    group: 'converters', label: 'Row driver energy, one-bit pulse', symbol: 'E_drv', unit: 'pJ', toSi: 1e-12, value: 0.39, status: 'published',
    meaning: 'Driving one row with a pulse that is on or off: bit-serial inputs of one bit a read.', source: isaac,
    derivation: '4 mW / (8 · 128 drivers) · 100 ns = 0.39 pJ', uncertainty: 'Rows of 128 cells; grows with the capacitance of the row. A factor of 3 either way.', minimum: 0, maximum: 1e9
  },
  driverArea: {
    group: 'converters', label: 'Row driver area, one-bit', symbol: 'A_drv', unit: 'µm²', toSi: 1e-12, value: 0.166, status: 'published',
    meaning: 'Area of one driver that is on or off.', source: isaac, derivation: '170 µm² / (8 · 128 drivers)', uncertainty: 'At 32 nm; without level shifters.', minimum: 0, maximum: 1e9
  },
  dacStepEnergy: {
    group: 'converters', label: 'DAC energy per code', symbol: 'k_DAC', unit: 'fJ', toSi: 1e-15, value: null, status: 'missing',
    meaning: 'Energy of one conversion of a multi-bit DAC over its number of codes: analog inputs, or pulses of several bits.', source: null,
    derivation: 'No published row DAC of an array could be confirmed.', uncertainty: 'Depends on the kind of DAC: voltage, pulse width or pulse count.', minimum: 0, maximum: 1e9
  },
  dacArea: {
    group: 'converters', label: 'DAC area, several bits', symbol: 'A_DAC', unit: 'µm²', toSi: 1e-12, value: null, status: 'missing',
    meaning: 'Area of one multi-bit row DAC.', source: null, derivation: 'No published row DAC of an array could be confirmed.', uncertainty: 'Depends on the kind of DAC.', minimum: 0, maximum: 1e9
  }
} as const satisfies Record<string, Figure>

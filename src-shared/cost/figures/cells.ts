/** Figures of the cells and of one read of an array. */
import { isaac, type Figure } from './figure'

export const cellFigures = {
  readVoltage: {
    group: 'cells', label: 'Read voltage', symbol: 'V', unit: 'V', toSi: 1, value: null, status: 'missing',
    meaning: 'Voltage across a cell at a full-scale input.', source: null, derivation: 'Belongs to the device and its read circuit; the device models here do not state it.',
    uncertainty: 'Enters squared.', minimum: 0, maximum: 100
  },
  readTime: {
    group: 'cells', label: 'Time of one read', symbol: 't_read', unit: 'ns', toSi: 1e-9, value: 100, status: 'published',
    meaning: 'Rows are driven and currents flow for this long, before the conversion. A device whose model states the duration of a read uses that, unless a value is entered here.',
    source: isaac, derivation: 'Row drivers at 10 MHz', uncertainty: 'Tens of nanoseconds to microseconds between designs; inputs coded by pulse width need more with every bit.', minimum: 0, maximum: 1e12
  },
  meanConductance: {
    group: 'cells', label: 'Mean conductance of a cell', symbol: 'G', unit: 'µS', toSi: 1e-6, value: null, status: 'missing',
    meaning: 'Used for the weight-referred device only, which has no conductances. For other devices it is computed from the network’s weights.', source: null,
    derivation: 'The weight-referred device has no conductances; those of other devices are computed from the weights.', uncertainty: '', minimum: 0, maximum: 1e6
  },
  cellArea: {
    group: 'cells', label: 'Area of a cell', symbol: 'A_cell', unit: 'µm²', toSi: 1e-12, value: null, status: 'missing',
    meaning: 'Area of one cell with its access transistor.', source: null, derivation: 'Belongs to the device and its process; the device models here do not state it.',
    uncertainty: '4F² is the least for a crossing of wires at pitch 2F; cells with a transistor are larger.', minimum: 0, maximum: 1e6
  },
  inputActivity: {
    group: 'cells', label: 'Mean square of inputs', symbol: 'a', unit: '', toSi: 1, value: 1, status: 'assumption',
    meaning: 'Mean of (x/x_max)² over rows, positions and reads.', source: null, derivation: '1 is the upper bound: every row at full scale in every read.',
    uncertainty: 'Upper bound. Activations behind a ReLU are mostly small or zero.', minimum: 0, maximum: 1
  }
} as const satisfies Record<string, Figure>

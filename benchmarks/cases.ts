/** The hardware of the benchmark's cases. */
import type { HardwareInput } from '../src-shared/hardware'

const weightNoise: HardwareInput = { device: { kind: 'weight-referred', sigma: 0.1 } }
const converters: HardwareInput = { array: { rows: 256, columns: 256 }, dac: { inputBits: 8 }, adc: { outputBits: 8 } }
const cells: HardwareInput = { device: { kind: 'generic', sigma: 0.02, readDeviationFraction: 0.02 }, effects: { readNoise: false } }

export interface SimulationCase {
  key: string
  name: string
  hardware: HardwareInput
}

export const simulationCases: SimulationCase[] = [
  { key: 'weight noise', name: 'weight noise σ = 0.1 (programming and session included)', hardware: weightNoise },
  { key: 'cells', name: 'pairs of cells of a conductance device', hardware: cells },
  { key: 'converters', name: 'weight noise, 8-bit DAC and ADC, 256 rows', hardware: { ...weightNoise, ...converters } },
  { key: 'cells converters', name: 'pairs of cells, 8-bit DAC and ADC, 256 rows', hardware: { ...cells, ...converters } },
  { key: 'slices', name: 'the same, 8-bit weights in 4 slices', hardware: { ...cells, ...converters, slices: { weightBits: 8, bitsPerCell: 2 } } },
  { key: 'bit-serial', name: 'the same without slices, 1-bit inputs in 8 reads, an ADC conversion for each', hardware: { ...cells, ...converters, dac: { inputBits: 8, streaming: 'bit-serial' } } },
  { key: 'read noise', name: 'pairs of cells, 8-bit DAC and ADC, 256 rows, read noise', hardware: { ...cells, ...converters, effects: {} } },
  { key: 'read noise alone', name: 'pairs of cells with read noise, ideal converters', hardware: { ...cells, effects: {} } }
]

/** Wire resistance: solving the arrays takes longer than a round of the other cases, so it is timed apart (programs.ts). */
export const wireCase: SimulationCase = {
  key: 'wires', name: 'pairs of cells, 8-bit DAC and ADC, 256 rows, wires of 1 Ω a cell', hardware: { ...cells, ...converters, wires: { rowSegmentOhms: 1, columnSegmentOhms: 1 } }
}

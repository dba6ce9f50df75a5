/** An analog program: the network as it runs on the described hardware, as a graph for ONNX Runtime. */
import type { Model } from '../onnx/graph'
import type { StoredParameter } from './scales'

/** An initialiser of the program that holds (a rearrangement of) one parameter. */
export interface ProgramSlot {
  initializer: string
  /** Position in {@link AnalogProgram.parameters}. */
  parameter: number
  /** Element i of the initialiser is element `pack[i]` of the parameter, or 0 where `pack[i]` is −1; null: same order. */
  pack: Int32Array | null
}

/** Where a converter stands, and what calibration must find out for it. */
export interface ConverterPoint {
  id: string
  kind: 'dac' | 'adc'
  /** Value of the graph that the converter reads. */
  value: string
}

export interface AnalogProgram {
  /** Runs as it is with the nominal parameter values. */
  model: Model
  input: string
  output: string
  /** Every weight and bias of an analog layer, whether or not it is stored in analog cells. */
  parameters: readonly StoredParameter[]
  slots: readonly ProgramSlot[]
  /** Only in probe programs: converters that still need a range. */
  points: readonly ConverterPoint[]
}

/** What calibration found at one converter: the range that it is given, in the units of the value that it reads. */
export interface CalibratedPoint {
  /** Full scale, > 0. */
  maximum: number
  /** Some value was negative. */
  signed: boolean
}
export type Calibration = ReadonlyMap<string, CalibratedPoint>

/** Rearranges parameter values into the program's initialiser. */
export function packInto(target: Float32Array, values: Float32Array, pack: Int32Array | null): void {
  if (pack === null) {
    target.set(values)
    return
  }
  for (let i = 0; i < pack.length; i++) {
    const source = pack[i]!
    target[i] = source < 0 ? 0 : values[source]!
  }
}

/** Adds a gradient in the initialiser's order to one in the parameter's order: the transpose of {@link packInto}. */
export function addUnpacked(target: Float32Array, packed: Float32Array, pack: Int32Array | null): void {
  for (let i = 0; i < packed.length; i++) {
    const destination = pack === null ? i : pack[i]!
    if (destination >= 0) target[destination] = target[destination]! + packed[i]!
  }
}

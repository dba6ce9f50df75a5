/** An analog program: the network as it runs on the described hardware, as a graph for ONNX Runtime. */
import type { ConverterCalibration } from '@shared/calibration'
import type { Model } from '../onnx/graph'
import type { Component } from './chip/components'
import type { ConverterCodeKind, ConverterRange } from './converters'
import type { StoredParameter } from './scales'

/** An initialiser of the program that a chip fills. */
export interface ProgramSlot {
  initializer: string
  /** Position in {@link AnalogProgram.parameters}. */
  parameter: number
  /** What of the parameter it holds. */
  component: Component
  /** Element i of the initialiser is element `pack[i]` of the component, or 0 where `pack[i]` is −1; null: same order. */
  pack: Int32Array | null
}

/** Channels of partial sums with ranges or units of their own. */
export interface ConverterChannels {
  /** Range in units of this, per channel; null: 1. */
  unit: Float32Array | null
  /** Range group of each channel; null: one range for all. */
  group: Uint32Array | null
  groupCount: number
}

/** How the full scale follows from what calibration sees. */
export interface RangeRule {
  statistic: 'max' | 'percentile' | 'least-squares'
  percentile: number
  /** Of the converter, for `least-squares`; 0 takes the largest magnitude. */
  bits: number
}

/** Where a converter stands, and what calibration must find out for it. */
export interface ConverterPoint {
  id: string
  kind: 'dac' | 'adc'
  /** Name of the layer's node. */
  layer: string
  /** Values of the graph that the converter reads; each holds the channels from `firstChannel` on along its second axis. */
  values: readonly { name: string; firstChannel: number }[]
  /** Null: one range for all values. */
  channels: ConverterChannels | null
  rule: RangeRule
}

/** Converters of one kind of a layer, or of one of its arrays, with the range that they were given. */
export interface GivenConverter extends Pick<ConverterCalibration, 'id' | 'kind' | 'layer' | 'array' | 'bits' | 'choice' | 'perColumnScale' | 'cellCurrent'> {
  codes: ConverterCodeKind
  /** Of all, or the largest of the tiles. */
  range: ConverterRange
  /** Full scale of each tile, where each has its own. */
  tiles: { rowTiles: number; columnTiles: number; fullScales: readonly number[] } | null
}

/** The range of a converter, as training learns it: the step is an initialiser of the program. */
export interface LearntRange {
  initializer: string
  kind: 'dac' | 'adc'
  /** Name of the layer's node. */
  layer: string
  /** Δ to begin with, in the unit of the value that the converter reads (ADC: of the column's scale, where columns have scales of their own). */
  step: number
  /** Q_p: full scale is so many steps. */
  steps: number
  signed: boolean
  /** Values that it converts for one image. */
  values: number
}

export interface AnalogProgram {
  /** Runs as it is with the nominal parameter values. */
  model: Model
  input: string
  output: string
  /** Every weight and bias of an analog layer, whether or not it is stored in analog cells. */
  parameters: readonly StoredParameter[]
  slots: readonly ProgramSlot[]
  /** Node names of the network's analog layers, in order. */
  layerNames: readonly string[]
  /**
   * Where reads have noise: a further input of int32 [N, count], the rows of the chip's pool of normal deviates at which
   * each image's windows begin.
   */
  noise: { input: string; count: number } | null
  /** Only in probe programs: converters that still need a range. */
  points: readonly ConverterPoint[]
  /** Its converters with the ranges that they were given; none in probe programs. */
  converters: readonly GivenConverter[]
  /** Ranges that training learns, of those that were asked for. */
  learntRanges: readonly LearntRange[]
}

/** What calibration found at one converter: the range that it is given, in the units of the value that it reads. */
export interface CalibratedPoint {
  /** Full scale, > 0: of all channels, or the largest of `perGroup`. */
  maximum: number
  /** Some value was negative. */
  signed: boolean
  /** Full scale of each range group, where there are several. */
  perGroup?: readonly number[]
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

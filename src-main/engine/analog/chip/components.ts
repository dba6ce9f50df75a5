/**
 * What a program may ask of one stored parameter of a chip. Arrays of weights are in the unit of the weights: digital
 * scale and weight of the slice are folded in, so that partial sums add up to the layer's output.
 */
import type { Side } from '../cells/cell-plan'

/** `pair`: the difference of the two cells of a pair, as one current. */
export type ArraySide = Side | 'pair'

export type Component =
  /** What the chip represents in place of the weight: all slices and sides, compensated, reference subtracted. One element per weight. */
  | { kind: 'value' }
  /** The weight itself, for a digital layer that shares it with one on arrays. */
  | { kind: 'nominal' }
  /** Variance of {@link value} from one read to the next. */
  | { kind: 'value-variance' }
  /** s·f·G/ΔG of one slice and side with the gain errors of its converters. One element per weight. */
  | { kind: 'array'; slice: number; side: ArraySide }
  | { kind: 'array-variance'; slice: number; side: ArraySide }
  /** f·G/ΔG of the reference columns, without scale: [group, column tile, row]. */
  | { kind: 'reference'; slice: number }
  | { kind: 'reference-variance'; slice: number }
  /** Digital gain of drift compensation per channel (tile-channels.ts); for the reference per reference column. */
  | { kind: 'gain'; slice: number; of: 'array' | 'reference' }
  /** Offsets of the converters in units of their full scale, per channel; for the reference per reference column. */
  | { kind: 'offset'; slice: number; side: ArraySide | 'reference' }
  /** Standard normal deviates that the reads of this chip draw from; the same for all parameters. */
  | { kind: 'normals' }

/** One draw of devices for one parameter. Arrays are computed when they are asked for and must not be changed. */
export interface ProgrammedParameter {
  component(component: Component): Float32Array
}

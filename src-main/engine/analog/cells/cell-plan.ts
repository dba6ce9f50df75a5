/**
 * How one mantissa m ∈ [−1, 1] is spread over cells (physics §3): which arrays hold it, what each contributes, and the
 * conductances that they are programmed to.
 *
 *     m = Σ_k f_k · (G⁺_k − G⁻_k)/ΔG          differential pairs
 *     m = Σ_k f_k · (G_k − G_ref,k)/ΔG        offset cells
 *
 * with ΔG = G_max − G_min and k the bit slice, the least significant first.
 */
import type { HardwareInForce } from '@shared/hardware'
import type { ConductanceRange } from '../conductance/conductance-device'

export type Side = 'positive' | 'negative' | 'single'

export interface Slice {
  /** f_k */
  factor: number
  /** G_ref,k of an offset cell, in the unit of the device; null for pairs. */
  reference: number | null
}

export interface CellPlan {
  range: ConductanceRange
  sides: readonly Side[]
  slices: readonly Slice[]
  /**
   * Target conductances of the cells of one slice and side.
   * @param mantissas Within ±1.
   */
  goals(mantissas: Float32Array, slice: number, side: Side): Float32Array
}

/** Round half to even, as converters and the reference implementations do. */
export function roundHalfToEven(value: number): number {
  const rounded = Math.round(value)
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded
}

/** Largest code of a mantissa: 2^(weight bits − 1) − 1. */
export const largestCode = (weightBits: number): number => 2 ** (weightBits - 1) - 1

/** Codes m·Q rounded half to even. All slices and sides of a parameter ask for the same ones. */
function codesOnce(largest: number): (mantissas: Float32Array) => Int32Array {
  let known: { mantissas: Float32Array; codes: Int32Array } | null = null
  return (mantissas) => {
    if (known?.mantissas === mantissas) return known.codes
    const codes = new Int32Array(mantissas.length)
    for (let i = 0; i < codes.length; i++) codes[i] = roundHalfToEven(mantissas[i]! * largest)
    known = { mantissas, codes }
    return codes
  }
}

type CellForce = Pick<HardwareInForce, 'cell' | 'weightBits' | 'bitsPerSlice' | 'sliceCount' | 'programming'>

export function cellPlan(force: CellForce, range: ConductanceRange): CellPlan {
  if (force.cell.kind === 'differential') return force.weightBits === 0 ? continuousPair(force, range) : slicedPair(force, range)
  return force.weightBits === 0 ? continuousOffset(force, range) : slicedOffset(force, range)
}

/** One-sided: the cell of the other sign stays at G_min. Centred: both move by half around mid-range. `fraction` in ±1. */
function pairGoal(fraction: number, side: Side, centred: boolean, { minimum, maximum }: ConductanceRange): number {
  const signed = side === 'negative' ? -fraction : fraction
  const share = centred ? (1 + signed) / 2 : Math.max(0, signed)
  return minimum + (maximum - minimum) * share
}

function continuousPair({ cell }: CellForce, range: ConductanceRange): CellPlan {
  const centred = cell.pair === 'centred'
  return {
    range, sides: ['positive', 'negative'], slices: [{ factor: 1, reference: null }],
    goals(mantissas, _slice, side) {
      // The formula of pairGoal with its choices made once, and max(0, x) = (|x| + x)/2, exactly, without a branch that nothing
      // predicts: this loop sees every cell of every chip.
      const goals = new Float32Array(mantissas.length)
      const sign = side === 'negative' ? -1 : 1
      const span = range.maximum - range.minimum
      for (let i = 0; i < goals.length; i++) {
        const signed = sign * mantissas[i]!
        goals[i] = range.minimum + span * (centred ? (1 + signed) / 2 : (Math.abs(signed) + signed) / 2)
      }
      return goals
    }
  }
}

/** The digits of |c| go to one cell of the pair each; the sign chooses which. f_k = B^k·(B − 1)/Q with digits d/(B − 1). */
function slicedPair({ cell, weightBits, bitsPerSlice, sliceCount }: CellForce, range: ConductanceRange): CellPlan {
  const centred = cell.pair === 'centred'
  const largest = largestCode(weightBits)
  const base = 2 ** bitsPerSlice
  const codesOf = codesOnce(largest)
  return {
    range, sides: ['positive', 'negative'],
    slices: Array.from({ length: sliceCount }, (_, k) => ({ factor: (base ** k * (base - 1)) / largest, reference: null })),
    goals(mantissas, slice, side) {
      // Few digits exist: their conductances stand in a table, that of digit d with the sign of the code at base + d or base − d.
      const conductances = Float32Array.from({ length: 2 * base }, (_, place) => pairGoal((place - base) / (base - 1), side, centred, range))
      const shift = slice * bitsPerSlice
      const codes = codesOf(mantissas)
      const goals = new Float32Array(mantissas.length)
      for (let i = 0; i < goals.length; i++) {
        // With the sign as 0 or −1, (x ^ sign) − sign is x or −x, without a branch.
        const code = codes[i]!
        const sign = code >> 31
        const digit = (((code ^ sign) - sign) >> shift) & (base - 1)
        goals[i] = conductances[base + (digit ^ sign) - sign]!
      }
      return goals
    }
  }
}

/**
 * G = G_ref + m·γ·ΔG/2. With an even number of levels no level lies at mid-range: the reference is then level L/2, and
 * levels 1 … L − 1 hold the mantissas symmetrically, γ = (L − 2)/(L − 1), so that zero is a level (ours).
 */
function continuousOffset({ programming }: CellForce, range: ConductanceRange): CellPlan {
  const { minimum, maximum } = range
  const span = maximum - minimum
  const { levels } = programming
  const even = levels > 2 && levels % 2 === 0
  const gain = even ? (levels - 2) / (levels - 1) : 1
  const reference = even ? minimum + (span * (levels / 2)) / (levels - 1) : (minimum + maximum) / 2
  return {
    range, sides: ['single'], slices: [{ factor: 2 / gain, reference }],
    goals(mantissas) {
      const goals = new Float32Array(mantissas.length)
      for (let i = 0; i < goals.length; i++) {
        const conductance = reference + (mantissas[i]! * gain * span) / 2
        goals[i] = conductance < minimum ? minimum : conductance > maximum ? maximum : conductance
      }
      return goals
    }
  }
}

/** The digits of c + 2^(weight bits − 1); the reference holds the digits of 2^(weight bits − 1). */
function slicedOffset({ weightBits, bitsPerSlice, sliceCount }: CellForce, range: ConductanceRange): CellPlan {
  const largest = largestCode(weightBits)
  const centre = 2 ** (weightBits - 1)
  const base = 2 ** bitsPerSlice
  const span = range.maximum - range.minimum
  const codesOf = codesOnce(largest)
  const conductance = (code: number, slice: number): number => range.minimum + (span * (Math.floor(code / base ** slice) % base)) / (base - 1)
  return {
    range, sides: ['single'],
    slices: Array.from({ length: sliceCount }, (_, k) => ({ factor: (base ** k * (base - 1)) / largest, reference: conductance(centre, k) })),
    goals(mantissas, slice) {
      const conductances = Float32Array.from({ length: base }, (_, digit) => conductance(digit, 0))
      const shift = slice * bitsPerSlice
      const codes = codesOf(mantissas)
      const goals = new Float32Array(mantissas.length)
      for (let i = 0; i < goals.length; i++) goals[i] = conductances[((codes[i]! + centre) >> shift) & (base - 1)]!
      return goals
    }
  }
}

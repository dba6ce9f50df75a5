/**
 * Deterministic products of aihwkit's tiles (IBM Analog Hardware Acceleration Kit, all noises 0), as stored beside the
 * checkout, and the same hardware in our description.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hardwareSchema, type Hardware } from '@shared/hardware'

const file = join(import.meta.dirname, '../../../../../shared/reference/aihwkit/mvm_deterministic.json')
export const aihwkitAvailable = existsSync(file)

/** Parameters of the converters; all others of aihwkit are at their defaults or, being noises, 0. */
interface Forward {
  /** Step over the whole range of the converter, 2·bound; negative: no converter. */
  inp_res: number
  out_res: number
  /** Default 1. */
  inp_bound?: number
  /** Default 12. */
  out_bound?: number
  noise_management?: 'AbsMax'
}

interface Mapping {
  /** Largest weight of a tile (or column) in it; absent: weights are stored as they are. */
  weight_scaling_omega?: number
  weight_scaling_columnwise?: boolean
  max_input_size?: number
  max_output_size?: number
}

export interface AihwkitCase {
  name: string
  /** [outputs][inputs] */
  weights: number[][]
  inputs: number[][]
  bias: number[] | null
  forward: Forward
  mapping: Mapping
  /** By tile implementation, which agree to rounding. */
  outputs: Record<'cpp' | 'torch', number[][]>
  ideal: number[][]
  info: Record<'cpp' | 'torch', { in_sizes?: number[] }>
}

/** Every parameter must be known: one that nobody reads would be a difference that nobody sees. */
const understood = new Set(['inp_res', 'out_res', 'inp_bound', 'out_bound', 'noise_management', 'weight_scaling_omega', 'weight_scaling_columnwise', 'max_input_size', 'max_output_size'])

export function aihwkitCases(): AihwkitCase[] {
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: (AihwkitCase & { input_range: unknown })[] }
  for (const { name, forward, mapping, input_range } of cases) {
    const unknown = [...Object.keys(forward), ...Object.keys(mapping)].filter((key) => !understood.has(key))
    if (unknown.length > 0 || input_range !== null) throw new Error(`${name} has parameters that are not understood: ${unknown.join(', ')}`)
  }
  return cases
}

const inputBound = ({ forward }: AihwkitCase): number => forward.inp_bound ?? 1

/** Inputs as a tile without an input converter takes them: aihwkit limits them all the same, our ideal inputs have no limit. */
export const limitedInputs = (given: AihwkitCase): number[][] =>
  given.forward.inp_res > 0 ? given.inputs : given.inputs.map((x) => x.map((value) => Math.min(inputBound(given), Math.max(-inputBound(given), value))))

/** A resolution r is 2·bound·r a step: 1/r + 1 levels with zero among them, the codes of sign and magnitude. */
function bitsOf(resolution: number): number {
  if (resolution <= 0) return 0
  const bits = Math.log2(1 / resolution + 2)
  if (Math.abs(bits - Math.round(bits)) > 1e-9) throw new Error(`A resolution of ${resolution} has no whole number of bits`)
  return Math.round(bits)
}

/**
 * @param weights Those of one tile: without weight scaling aihwkit's output bound is in the unit of the weights, ours in
 *   currents of a cell that stores the largest weight.
 */
export function hardwareOf(given: AihwkitCase, weights: readonly number[][]): Hardware {
  const { name, forward, mapping } = given
  const scaled = mapping.weight_scaling_omega !== undefined
  if (scaled && mapping.weight_scaling_omega !== 1) throw new Error('Only the largest weight of a tile as full scale')
  const largest = scaled ? 1 : Math.max(...weights.flat().map(Math.abs))
  const dynamic = forward.noise_management === 'AbsMax'
  const fullScale = dynamic ? 1 : inputBound(given)
  const outputBits = bitsOf(forward.out_res)
  return hardwareSchema.parse({
    name,
    device: { kind: 'generic', minimumMicrosiemens: 0, sigma: 0 },
    representation: { scaleGranularity: mapping.weight_scaling_columnwise ? 'column' : 'layer', scaleStatistic: 'max-abs' },
    dac: { inputBits: bitsOf(forward.inp_res), codes: 'sign-magnitude', sign: 'signed', range: dynamic ? { kind: 'per-vector' } : { kind: 'fixed', maximum: inputBound(given) } },
    adc: { outputBits, codes: 'sign-magnitude', range: { kind: 'fixed', maximum: (forward.out_bound ?? 12) / (largest * fullScale) } }
  })
}

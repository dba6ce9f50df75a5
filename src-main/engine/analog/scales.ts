/**
 * Digital scales: w = s·m, m stored in the array. Which weights share one s is the `scaleGranularity`; how s follows
 * from them is the `scaleStatistic` (physics §2).
 */
import { hardwareInForce, type Hardware } from '@shared/hardware'
import { fail } from '@shared/problems'
import { rowTileOf, tileGrid } from './tiling'
import { elementIndex, weightCount, type WeightLayout } from './weight-layout'

/** One parameter tensor that is stored in analog cells. */
export interface StoredParameter {
  /** Name of the initialiser in the network. */
  name: string
  kind: 'weight' | 'bias'
  /** Index of its layer, the first where several share the arrays; a layer's weight and bias have the same. */
  layer: number
  /** Indices of the layers that use it: more than one where they share it. */
  uses: readonly number[]
  /** How a weight lies in its matrix; null for a bias. */
  layout: WeightLayout | null
  length: number
}

/** Which scale each element uses. Groups are numbered over the whole network. */
interface GroupAssignment {
  groupCount: number
  /** Per parameter: one group for all elements, or one per element. */
  groupOf: (number | Uint32Array)[]
}

/**
 * Assigns elements to scale groups. A bias has its own group except where the granularity says that it shares.
 * @param hardwareOf What holds for each parameter.
 */
export function assignScaleGroups(parameters: readonly StoredParameter[], hardwareOf: (parameter: StoredParameter) => Hardware): GroupAssignment {
  const layerGroups = new Map<number, number>()
  let networkGroup: number | null = null
  let groupCount = 0
  const groupOf = parameters.map((parameter): number | Uint32Array => {
    const hardware = hardwareOf(parameter)
    const { scaleGranularity } = hardware.representation
    if (scaleGranularity === 'network') return (networkGroup ??= groupCount++)
    if (scaleGranularity === 'layer') {
      const known = layerGroups.get(parameter.layer)
      if (known !== undefined) return known
      layerGroups.set(parameter.layer, groupCount)
      return groupCount++
    }
    if (parameter.layout === null || scaleGranularity === 'layer-bi-scale') return groupCount++
    const { groups, first } = elementGroups(parameter.layout, hardware.array, scaleGranularity, groupCount)
    groupCount = first
    return groups
  })
  return { groupCount, groupOf }
}

function elementGroups(
  layout: WeightLayout,
  array: Hardware['array'],
  granularity: 'column' | 'tile' | 'tile-column',
  start: number
): { groups: Uint32Array; first: number } {
  const grid = tileGrid(layout, array)
  const groups = new Uint32Array(weightCount(layout))
  const { columns, rows } = layout
  for (let group = 0; group < layout.groups; group++) {
    for (let column = 0; column < columns; column++) {
      const columnTile = Math.floor(column / grid.columnsPerTile)
      for (let row = 0; row < rows; row++) {
        const rowTile = granularity === 'column' ? 0 : rowTileOf(layout, grid, row)
        let index: number
        if (granularity === 'column') index = group * columns + column
        else if (granularity === 'tile') index = (group * grid.rowTiles + rowTile) * grid.columnTiles + columnTile
        else index = (group * grid.rowTiles + rowTile) * columns + column
        groups[elementIndex(layout, group, row, column)] = start + index
      }
    }
  }
  const perGroup = granularity === 'column' ? columns : granularity === 'tile' ? grid.rowTiles * grid.columnTiles : grid.rowTiles * columns
  return { groups, first: start + layout.groups * perGroup }
}

/** Per parameter: one scale for all elements, or one per element. */
export type Scales = (number | Float32Array)[]

/**
 * Computes the scales of the current `values` (one array per parameter, in the order of `parameters`). A group takes the
 * statistic of the first parameter in it.
 * A group whose half-range is 0 (one element, or equal ones) falls back to its largest magnitude: a stored value
 * other than zero always has a full scale, hence an error (ours).
 */
export function computeScales(
  parameters: readonly StoredParameter[],
  values: readonly Float32Array[],
  assignment: GroupAssignment,
  hardwareOf: (parameter: StoredParameter) => Hardware
): Scales {
  const minimum = new Float64Array(assignment.groupCount).fill(Infinity)
  const maximum = new Float64Array(assignment.groupCount).fill(-Infinity)
  parameters.forEach((_, p) => {
    const array = values[p]!
    const groups = assignment.groupOf[p]!
    if (typeof groups === 'number') {
      const [least, most] = extremes(array)
      if (least < minimum[groups]!) minimum[groups] = least
      if (most > maximum[groups]!) maximum[groups] = most
      return
    }
    for (let i = 0; i < array.length; i++) {
      const g = groups[i]!
      const value = array[i]!
      if (value < minimum[g]!) minimum[g] = value
      if (value > maximum[g]!) maximum[g] = value
    }
  })
  const rules = groupRules(parameters, assignment, hardwareOf)
  const scaleOf = new Float64Array(assignment.groupCount)
  const percentiles = new Map<number, Float64Array>()
  for (const { statistic, percentile } of rules) {
    if (statistic === 'percentile' && !percentiles.has(percentile)) percentiles.set(percentile, groupPercentiles(values, assignment, percentile))
  }
  for (let g = 0; g < scaleOf.length; g++) {
    const { statistic, percentile, exponentBits } = rules[g]!
    const magnitude = Math.max(Math.abs(minimum[g]!), Math.abs(maximum[g]!))
    let scale = statistic === 'half-range' ? (maximum[g]! - minimum[g]!) / 2 : statistic === 'max-abs' ? magnitude : percentiles.get(percentile)![g]!
    if (scale === 0) scale = magnitude
    scaleOf[g] = roundUpToPowerOfTwo(scale, exponentBits)
  }
  return parameters.map((_, p) => {
    const groups = assignment.groupOf[p]!
    if (typeof groups === 'number') return scaleOf[groups]!
    // A loop: Float32Array.from walks an iterator and takes twenty times as long.
    const scales = new Float32Array(groups.length)
    for (let i = 0; i < groups.length; i++) scales[i] = scaleOf[groups[i]!]!
    return scales
  })
}

/** Least and largest value; ±∞ of an empty array. */
function extremes(values: Float32Array): [number, number] {
  let least = Infinity
  let most = -Infinity
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value < least) least = value
    if (value > most) most = value
  }
  return [least, most]
}

interface GroupRule {
  statistic: 'half-range' | 'max-abs' | 'percentile'
  percentile: number
  exponentBits: number
}

/** How the scale of each group follows from its values. */
function groupRules(parameters: readonly StoredParameter[], assignment: GroupAssignment, hardwareOf: (parameter: StoredParameter) => Hardware): GroupRule[] {
  const rules = new Array<GroupRule | undefined>(assignment.groupCount).fill(undefined)
  parameters.forEach((parameter, p) => {
    const hardware = hardwareOf(parameter)
    const { scaleStatistic, scaleExponentBits } = hardwareInForce(hardware)
    const rule: GroupRule = { statistic: scaleStatistic, percentile: hardware.representation.scalePercentile, exponentBits: scaleExponentBits }
    const groups = assignment.groupOf[p]!
    if (typeof groups === 'number') rules[groups] ??= rule
    else for (const g of groups) rules[g] ??= rule
  })
  return rules.map((rule) => rule ?? { statistic: 'max-abs', percentile: 100, exponentBits: 0 })
}

/**
 * 2^e ≥ s with the smallest e that `bits` in two's complement can hold; s itself for 0 bits.
 * Problem: HARDWARE_INVALID when s needs a larger exponent, for stored values would then lie far beyond full scale.
 */
export function roundUpToPowerOfTwo(scale: number, bits: number): number {
  if (bits === 0 || scale === 0) return scale
  const limit = 2 ** (bits - 1)
  const exponent = Math.max(-limit, Math.ceil(Math.log2(scale)))
  if (exponent >= limit) {
    fail('HARDWARE_INVALID', 'hardware.representation.scaleExponentBits', `A scale of ${scale.toPrecision(3)} needs the exponent ${exponent}; ${bits} bit${bits === 1 ? '' : 's'} hold ${-limit} … ${limit - 1}.`, 'Use more exponent bits.')
  }
  return 2 ** exponent
}

/** Percentile of magnitudes in each group, by linear interpolation between order statistics. */
function groupPercentiles(values: readonly Float32Array[], assignment: GroupAssignment, percentile: number): Float64Array {
  const sizes = new Uint32Array(assignment.groupCount)
  forEachElement(values, assignment, (g) => void sizes[g]!++)
  const magnitudes = Array.from(sizes, (size) => new Float32Array(size))
  const filled = new Uint32Array(assignment.groupCount)
  forEachElement(values, assignment, (g, value) => void (magnitudes[g]![filled[g]!++] = Math.abs(value)))
  return Float64Array.from(magnitudes, (group) => sortedPercentile(group.sort(), percentile))
}

/** Percentile 0…100 of ascending `sorted`, linearly interpolated (NumPy's default definition). */
export function sortedPercentile(sorted: Float32Array | Float64Array, percentile: number): number {
  const position = (percentile / 100) * (sorted.length - 1)
  const below = Math.floor(position)
  const low = sorted[below] ?? 0
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low
  return low + (high - low) * (position - below)
}

function forEachElement(values: readonly Float32Array[], assignment: GroupAssignment, visit: (group: number, value: number) => void): void {
  values.forEach((array, p) => {
    const groups = assignment.groupOf[p]!
    for (let i = 0; i < array.length; i++) visit(typeof groups === 'number' ? groups : groups[i]!, array[i]!)
  })
}

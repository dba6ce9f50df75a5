/**
 * A parameter stored in cells of a conductance device: from nominal weights over mantissas, slices, programming, faults,
 * time and wires to what each array of the chip contributes (physics §§3, 4, 7).
 */
import type { ConductanceDeviceDescription } from '@shared/devices'
import type { HardwareInForce } from '@shared/hardware'
import { fillNormal, type StreamName } from '../../random/streams'
import type { CellPlan, Side } from '../cells/cell-plan'
import { cellPlan } from '../cells/cell-plan'
import { conductanceDevice } from '../conductance'
import { programCells, type CellEffects, type ProgrammedCells } from '../conductance/program-cells'
import type { StoredParameter } from '../scales'
import { channelCount, channelOfElements, tileOfChannels } from '../tile-channels'
import { tilesOf, type TileGrid } from '../tiling'
import { elementIndex, type WeightLayout } from '../weight-layout'
import type { ArraySide, Component, ProgrammedParameter } from './components'
import { pairsThroughWires, throughWires, throughWiresWithReference } from './wires'

/** Third index of a cell stream: which array of the parameter. */
const sideIndex: Record<Side | 'reference', number> = { positive: 0, negative: 1, single: 2, reference: 3 }
const arrayIndex = (slice: number, side: Side | 'reference'): number => slice * 4 + sideIndex[side]

export interface ConductanceParameterOptions {
  parameter: StoredParameter
  grid: TileGrid | null
  force: HardwareInForce
  device: ConductanceDeviceDescription
  /** Nominal values and scales s. */
  values: Float32Array
  scale: number | Float32Array
  /** Names the draw by seed, purpose and up to two indices. */
  stream: StreamName
}

export class ConductanceParameter implements ProgrammedParameter {
  private readonly plan: CellPlan
  private readonly span: number
  private readonly effects: CellEffects
  private readonly mantissas: Float32Array
  /** A weight's place on arrays; a bias has none. */
  private readonly tiles: TilePlaces | null
  private readonly cells = new Map<number, ProgrammedCells>()
  private readonly seenArrays = new Map<string, Float32Array>()

  constructor(private readonly options: ConductanceParameterOptions) {
    const { parameter, grid, force, device, values, scale } = options
    this.plan = cellPlan(force, conductanceDevice(device).range(device))
    this.span = this.plan.range.maximum - this.plan.range.minimum
    this.effects = { levels: force.programming.levels > 0, programmingError: force.programmingError, stuckFaults: force.stuckFaults, drift: force.seconds > 0 }
    this.mantissas = mantissasOf(values, scale)
    const { layout } = parameter
    this.tiles = layout === null || grid === null ? null : new TilePlaces(layout, grid)
  }

  component(component: Component): Float32Array {
    switch (component.kind) {
      case 'value': return this.value()
      case 'value-variance': return this.valueVariance()
      case 'array': return this.array(component.slice, component.side)
      case 'array-variance': return this.arrayVariance(component.slice, component.side)
      case 'reference': return this.reference(component.slice)
      case 'reference-variance': return this.referenceVariance(component.slice)
      case 'gain': return this.channelGains(component.slice, component.of)
      case 'offset': return this.converterDraws(component.slice, component.side).offsets
      case 'nominal': return this.options.values
      case 'normals': throw new Error('The pool of deviates belongs to the chip, not to a parameter')
    }
  }

  /** w = s·Σ f·gain·(G⁺ − G⁻)/ΔG, or s·Σ f·(gain·G − G_ref)/ΔG with the digital or the programmed reference. */
  private value(): Float32Array {
    const { scale } = this.options
    const sum = new Float64Array(this.mantissas.length)
    this.plan.slices.forEach(({ factor, reference }, slice) => {
      const gains = this.elementGains(slice)
      const weight = factor / this.span
      if (reference === null) {
        const pair = this.pair(slice)
        for (let i = 0; i < sum.length; i++) sum[i]! += weight * (gains === null ? pair[i]! : gains[i]! * pair[i]!)
        return
      }
      const single = this.seen(slice, 'single')
      const references = this.referenceOfElements(slice, reference)
      for (let i = 0; i < sum.length; i++) {
        const gain = gains === null ? 1 : gains[i]!
        sum[i]! += weight * (gain * single[i]! - (references === null ? reference : gain * references[i]!))
      }
    })
    return scaled(sum, scale)
  }

  private valueVariance(): Float32Array {
    const sum = new Float64Array(this.mantissas.length)
    this.plan.slices.forEach((_, slice) => {
      const gains = this.elementGains(slice)
      for (const side of this.plan.sides) {
        const variance = this.cellVariance(slice, side)
        for (let i = 0; i < sum.length; i++) sum[i]! += variance[i]! * (gains === null ? 1 : gains[i]! ** 2)
      }
    })
    return scaledTwice(sum, this.options.scale)
  }

  private array(slice: number, side: ArraySide): Float32Array {
    const { factor } = this.plan.slices[slice]!
    const seen = side === 'pair' ? this.pair(slice) : this.seen(slice, side)
    const { gainErrors } = this.converterDraws(slice, side)
    const weight = factor / this.span
    const channels = gainErrors === null ? null : this.tiles!.channels
    const result = new Float64Array(seen.length)
    for (let i = 0; i < result.length; i++) result[i] = weight * seen[i]! * (gainErrors === null || channels === null ? 1 : 1 + gainErrors[channels[i]!]!)
    return scaled(result, this.options.scale)
  }

  private arrayVariance(slice: number, side: ArraySide): Float32Array {
    const sum = new Float64Array(this.mantissas.length)
    for (const one of side === 'pair' ? this.plan.sides : [side]) {
      const variance = this.cellVariance(slice, one)
      for (let i = 0; i < sum.length; i++) sum[i]! += variance[i]!
    }
    return scaledTwice(sum, this.options.scale)
  }

  /** f·G_ref/ΔG of the programmed reference columns, seen through the wires. */
  private reference(slice: number): Float32Array {
    const { factor } = this.plan.slices[slice]!
    const { gainErrors } = this.converterDraws(slice, 'reference')
    const { layout } = this.tiles!
    const seen = this.seenReference(slice)
    return seen.map((g, i) => {
      // Its converters are numbered by row tile, its cells are not: every row of a tile has the same error.
      const error = gainErrors === null ? 0 : gainErrors[this.referenceChannel(Math.floor(i / layout.rows), i % layout.rows)]!
      return ((factor * g) / this.span) * (1 + error)
    })
  }

  private referenceVariance(slice: number): Float32Array {
    const { factor } = this.plan.slices[slice]!
    return readVariance(this.referenceCells(slice), this.options).map((variance) => variance * (factor / this.span) ** 2)
  }

  /** The cells of one slice and side, programmed and taken to the time of inference. */
  private programmed(slice: number, side: Side): ProgrammedCells {
    return this.once(arrayIndex(slice, side), () => this.plan.goals(this.mantissas, slice, side))
  }

  private referenceCells(slice: number): ProgrammedCells {
    const { layout, grid } = this.tiles!
    const { reference } = this.plan.slices[slice]!
    return this.once(arrayIndex(slice, 'reference'), () => new Float32Array(layout.groups * grid.columnTiles * layout.rows).fill(reference ?? 0))
  }

  private once(index: number, goals: () => Float32Array): ProgrammedCells {
    const known = this.cells.get(index)
    if (known !== undefined) return known
    const { device, force, stream } = this.options
    const [first = 0, second = 0] = stream.at ?? []
    const made = programCells(goals(), device, force.programming, force.seconds, { ...stream, at: [first, second, index] }, this.effects)
    this.cells.set(index, made)
    return made
  }

  /** Conductances as the column currents show them. */
  private seen(slice: number, side: Side): Float32Array {
    const { wires } = this.options.force
    const { values } = this.programmed(slice, side)
    if (wires === null || this.tiles === null) return values
    const { layout, grid } = this.tiles
    return this.cached(`${slice}:${side}`, () =>
      this.hasReferenceColumn ? throughWiresWithReference(values, this.referenceCells(slice).values, layout, grid, wires).conductances : throughWires(values, layout, grid, wires)
    )
  }

  private seenReference(slice: number): Float32Array {
    const { wires } = this.options.force
    const { values } = this.referenceCells(slice)
    if (wires === null) return values
    const { layout, grid } = this.tiles!
    return this.cached(`${slice}:reference`, () => throughWiresWithReference(this.programmed(slice, 'single').values, values, layout, grid, wires).references)
  }

  /** G⁺ − G⁻ */
  private pair(slice: number): Float32Array {
    const { wires } = this.options.force
    if (wires?.arrangement === 'shared-columns' && this.tiles !== null) {
      const { layout, grid } = this.tiles
      return this.cached(`${slice}:pair`, () => pairsThroughWires(this.programmed(slice, 'positive').values, this.programmed(slice, 'negative').values, layout, grid, wires))
    }
    const positive = this.seen(slice, 'positive')
    const negative = this.seen(slice, 'negative')
    const difference = new Float32Array(positive.length)
    for (let i = 0; i < difference.length; i++) difference[i] = positive[i]! - negative[i]!
    return difference
  }

  private get hasReferenceColumn(): boolean {
    return this.options.force.cell.kind === 'offset' && this.options.force.cell.reference === 'column'
  }

  private cached(key: string, make: () => Float32Array): Float32Array {
    const known = this.seenArrays.get(key)
    if (known !== undefined) return known
    const made = make()
    this.seenArrays.set(key, made)
    return made
  }

  /** (f/ΔG)²·σ_read² of each cell. */
  private cellVariance(slice: number, side: Side): Float32Array {
    const { factor } = this.plan.slices[slice]!
    return readVariance(this.programmed(slice, side), this.options).map((variance) => variance * (factor / this.span) ** 2)
  }

  /** Programmed reference of each weight's row; null for a digital reference. A bias has the nominal one. */
  private referenceOfElements(slice: number, nominal: number): Float32Array | null {
    if (!this.hasReferenceColumn) return null
    if (this.tiles === null) return new Float32Array(this.mantissas.length).fill(nominal)
    const { layout, grid } = this.tiles
    const seen = this.seenReference(slice)
    const result = new Float32Array(this.mantissas.length)
    for (let group = 0; group < layout.groups; group++) {
      for (let column = 0; column < layout.columns; column++) {
        const first = (group * grid.columnTiles + Math.floor(column / grid.columnsPerTile)) * layout.rows
        for (let row = 0; row < layout.rows; row++) {
          result[elementIndex(layout, group, row, column)] = seen[first + row]!
        }
      }
    }
    return result
  }

  /** gain = Σ G(0)/Σ G(t) over the layer's cells, or over those of each tile and slice; one number per tile. */
  private tileGains(slice: number): Float64Array {
    const { force } = this.options
    const { compensation } = force
    const tileCount = this.tiles === null ? 1 : tilesOf(this.tiles.layout, this.tiles.grid)
    const before = new Float64Array(tileCount)
    const after = new Float64Array(tileCount)
    const slices = compensation === 'global' ? this.plan.slices.map((_, k) => k) : [slice]
    for (const k of slices) {
      for (const side of this.plan.sides) {
        const { programmed, values } = this.programmed(k, side)
        for (let i = 0; i < values.length; i++) {
          const tile = compensation === 'global' || this.tiles === null ? 0 : this.tiles.tileOf[this.tiles.channels[i]!]!
          before[tile]! += programmed[i]!
          after[tile]! += values[i]!
        }
      }
    }
    if (compensation === 'global') return before.fill(after[0]! > 0 ? before[0]! / after[0]! : 1)
    return before.map((sum, tile) => (after[tile]! > 0 ? sum / after[tile]! : 1))
  }

  /** Null where nothing is compensated. */
  private elementGains(slice: number): Float64Array | null {
    if (this.options.force.compensation === 'none') return null
    const gains = this.tileGains(slice)
    const { tiles } = this
    const result = new Float64Array(this.mantissas.length)
    for (let i = 0; i < result.length; i++) result[i] = gains[tiles === null ? 0 : tiles.tileOf[tiles.channels[i]!]!]!
    return result
  }

  private channelGains(slice: number, of: 'array' | 'reference'): Float32Array {
    const gains = this.tileGains(slice)
    if (of === 'reference') return Float32Array.from(gains)
    return Float32Array.from(this.tiles!.tileOf, (tile) => gains[tile]!)
  }

  private referenceChannel(groupAndColumnTile: number, row: number): number {
    const { layout, grid } = this.tiles!
    const group = Math.floor(groupAndColumnTile / grid.columnTiles)
    // The row tile of a row follows from any of its elements.
    const rowTile = Math.floor(this.tiles!.channels[elementIndex(layout, group, row, 0)]! / layout.columns)
    return rowTile * grid.columnTiles + (groupAndColumnTile % grid.columnTiles)
  }

  private converterDraws(slice: number, side: ArraySide | 'reference'): ConverterDraws {
    const { force, stream, parameter } = this.options
    const count = this.tiles === null ? 0 : side === 'reference' ? tilesOf(this.tiles.layout, this.tiles.grid) : channelCount(this.tiles.layout, this.tiles.grid)
    return drawConverters(force, count, stream, arrayIndex(slice, side === 'pair' ? 'positive' : side), parameter)
  }
}

/** Where the elements of a weight stand on arrays; found when first asked for, since most chips need it not. */
class TilePlaces {
  private elementChannels: Uint32Array | null = null
  private channelTiles: Uint32Array | null = null
  constructor(
    readonly layout: WeightLayout,
    readonly grid: TileGrid
  ) {}

  get channels(): Uint32Array {
    return (this.elementChannels ??= channelOfElements(this.layout, this.grid))
  }

  get tileOf(): Uint32Array {
    return (this.channelTiles ??= tileOfChannels(this.layout, this.grid))
  }
}

export interface ConverterDraws {
  /** Relative; null where converters have none. */
  gainErrors: Float32Array | null
  /** In units of full scale. */
  offsets: Float32Array
}

/** Gain errors and offsets of `count` converters of one array. */
export function drawConverters(force: HardwareInForce, count: number, stream: StreamName, array: number, parameter: StoredParameter): ConverterDraws {
  const { gainDeviation = 0, offsetDeviation = 0 } = force.adc ?? {}
  if (parameter.layout === null || (gainDeviation === 0 && offsetDeviation === 0)) return { gainErrors: null, offsets: new Float32Array(count) }
  const [first = 0, second = 0] = stream.at ?? []
  const normals = new Float32Array(2 * count)
  fillNormal(normals, { seed: stream.seed, purpose: 'converters', at: [first, second, array] })
  return {
    gainErrors: gainDeviation === 0 ? null : normals.subarray(0, count).map((z) => gainDeviation * z),
    offsets: normals.subarray(count).map((z) => offsetDeviation * z)
  }
}

/** m = w/s, within ±1: cells hold no more. */
function mantissasOf(values: Float32Array, scale: number | Float32Array): Float32Array {
  const mantissas = new Float32Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const s = typeof scale === 'number' ? scale : scale[i]!
    const m = s === 0 ? 0 : values[i]! / s
    mantissas[i] = m > 1 ? 1 : m < -1 ? -1 : m
  }
  return mantissas
}

function readVariance(cells: ProgrammedCells, { device, force }: ConductanceParameterOptions): Float32Array {
  const deviation = new Float32Array(cells.values.length)
  conductanceDevice(device).readDeviation(deviation, cells.values, cells.programmed, cells.goals, device, force.seconds)
  return deviation.map((sigma) => sigma * sigma)
}

/** Loops: Float32Array.from walks an iterator and takes twenty times as long. */
function scaled(values: Float64Array, scale: number | Float32Array): Float32Array {
  const result = new Float32Array(values.length)
  for (let i = 0; i < result.length; i++) result[i] = values[i]! * (typeof scale === 'number' ? scale : scale[i]!)
  return result
}

function scaledTwice(values: Float64Array, scale: number | Float32Array): Float32Array {
  const result = new Float32Array(values.length)
  for (let i = 0; i < result.length; i++) result[i] = values[i]! * (typeof scale === 'number' ? scale : scale[i]!) ** 2
  return result
}

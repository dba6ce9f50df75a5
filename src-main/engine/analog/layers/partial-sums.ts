/**
 * The arrays of one layer, one digitised current after another:
 *
 *     y = Σ_slices Σ_sides ± Σ_reads weight · Σ_tiles gain · ADC(Σ x·A + offset + noise)  −  reference
 */
import type { Adc, HardwareInForce } from '@shared/hardware'
import { cellPlan, type CellPlan } from '../cells/cell-plan'
import type { ArraySide } from '../chip/components'
import { conductanceDevice } from '../conductance'
import { converterCodes, emitCodes, emitCodeSum, emitConverter, type ChannelFactors } from '../converters'
import { emitLearntConverter } from '../learnt-converter'
import { channelOfElements } from '../tile-channels'
import { tileGrid, type TileGrid } from '../tiling'
import { elementIndex, type WeightLayout } from '../weight-layout'
import { learntRange, type AnalogLayerContext } from './analog-layer'
import { findRange, type ArrayRange, type DigitizedArray } from './array-range'
import { readWeight, type LayerInput } from './layer-input'
import { tiledForm, type ChannelPart, type ElementAt, type TiledForm } from './tiled-form'

/** Codes of so many bits are summed as bytes. */
const summedCodeBits = 8
/** A byte of weights times a byte of codes, two at a time, must fit into 16 signed bits on every processor. */
const largestCodeWeight = 128

export class PartialSums {
  private readonly grid: TileGrid
  private readonly form: TiledForm
  private readonly plan: CellPlan | null
  /** Scale per channel where it differs; null: `uniformScale`. */
  private readonly channelScales: Float32Array | null
  private readonly uniformScale: number
  /** The input of each read in the form of the layer, and its square where reads have noise. */
  private readonly reads: readonly { prepared: string[]; power: string[] | null }[]

  constructor(
    private readonly context: AnalogLayerContext,
    private readonly force: HardwareInForce,
    private readonly input: LayerInput
  ) {
    const { builder, network, layer, node, layout, hardware, scale, blockSize, probing } = context
    this.grid = tileGrid(layout, hardware.array)
    this.form = tiledForm({ builder, network, layer, node, layout, grid: this.grid, blockSize })
    this.plan = force.conductance === null ? null : cellPlan(force, conductanceDevice(force.conductance).range(force.conductance))
    this.channelScales = typeof scale === 'number' ? null : scalesOfChannels(layout, this.grid, scale)
    this.uniformScale = typeof scale === 'number' ? scale : 1
    this.reads = (input.reads?.values ?? [input.value]).map((value) => {
      const noisy = force.readNoise && !probing
      return { prepared: this.form.prepare(value), power: noisy ? this.form.prepare(builder.node('Mul', [value, value])) : null }
    })
  }

  /** Returns the layer's output before factor and bias. */
  emit(): string {
    const { plan, force } = this
    const { builder } = this.context
    const sides: ArraySide[] = plan === null || (force.cell.kind === 'differential' && force.cell.digitization === 'together') ? ['pair'] : [...plan.sides]
    let total: string | null = null
    for (let slice = 0; slice < (plan?.slices.length ?? 1); slice++) {
      for (const side of sides) {
        const term = this.array(slice, side)
        total = total === null ? term : builder.node(side === 'negative' ? 'Sub' : 'Add', [total, term])
      }
    }
    const reference = force.cell.kind === 'offset' && plan !== null ? this.reference(plan) : null
    return this.form.finish(reference === null ? total! : builder.node('Sub', [total!, reference]))
  }

  /** Digitised sum over tiles and reads of one array. */
  private array(slice: number, side: ArraySide): string {
    const { context, plan } = this
    const { layout, index } = context
    const whole = plan === null || (plan.slices.length === 1 && (side === 'pair' || side === 'single'))
    return this.digitized({
      id: whole ? `adc:${index}` : `adc:${index}:${slice}:${side}`,
      slice, side, alone: whole, columns: layout.columns, bipolar: side === 'pair', channelScales: this.channelScales, unit: this.cellUnit(slice) * this.uniformScale,
      elementAt: (group, row, column) => elementIndex(layout, group, row, column),
      weights: { kind: 'array', slice, side }, variances: { kind: 'array-variance', slice, side },
      offsets: { kind: 'offset', slice, side }, gains: { kind: 'gain', slice, of: 'array' }
    })
  }

  /** Σ over reads and tiles of what one array's converters put out. */
  private digitized(array: DigitizedArray & ArrayContents): string {
    const { form, context } = this
    const { columns } = array
    const parts = form.parts(columns)
    const slots = (component: ArrayContents['weights'] | ArrayContents['variances'], acts: boolean): string[] | null =>
      acts ? form.weights(columns, array.elementAt).map(({ dims, pack }) => context.slot('weight', component, dims, pack)) : null
    const weights = slots(array.weights, true)!
    const variances = slots(array.variances, this.force.readNoise && !context.probing)
    const sums = this.reads.map(({ prepared }) => form.partialSums(prepared, weights, columns))
    const range = this.force.adc === null ? null : this.range(array, sums)
    if (context.probing) return this.sumOfReads(sums.map((values) => form.sumTiles(values, columns)))

    const perChannel = (component: ArrayContents['gains'] | ArrayContents['offsets'], acts: boolean): (string | null)[] => this.perChannel(component, parts, acts)
    const offsets = perChannel(array.offsets, (this.force.adc?.offsetDeviation ?? 0) > 0)
    const gains = perChannel(array.gains, this.force.compensation !== 'none')
    const arriving = sums.map((values, read) => {
      const cells = variances === null ? null : form.partialSums(this.reads[read]!.power!, variances, columns)
      return values.map((value, p) => this.disturbed(value, parts[p]!, cells?.[p] ?? null, offsets[p]!, range))
    })
    if (range === null) return this.sumOfReads(arriving.map((values) => form.sumTiles(values, columns)))
    const step = this.learntStep(range, parts)
    if (gains[0] === null && this.sumsCodes(range)) return this.sumOfCodes(arriving, range, columns)
    return this.sumOfReads(
      arriving.map((values) =>
        form.sumTiles(values.map((value, p) => {
          const converted = this.converter(value, range, parts[p]!, step)
          return gains[p] === null ? converted : context.builder.node('Mul', [converted, gains[p]!])
        }), columns)
      )
    )
  }

  private range(array: DigitizedArray, sums: readonly (readonly string[])[]): ArrayRange | null {
    const parts = this.form.parts(array.columns)
    return findRange({ context: this.context, force: this.force, grid: this.grid, input: this.input }, array, sums.flatMap((values) => values.map((name, p) => ({ name, firstChannel: parts[p]!.first }))))
  }

  /** A partial sum with the noise of its cells' reads and of the conversion, in one draw, and the converter's offset. */
  private disturbed(value: string, part: ChannelPart, cells: string | null, offset: string | null, range: ArrayRange | null): string {
    const { builder } = this.context
    const adc: Adc | null = this.force.adc
    const fullScale = range === null ? null : this.fullScale(range, part)
    const conversion = adc === null || adc.noiseDeviation === 0 || fullScale === null ? null : builder.node('Mul', [fullScale, builder.scalar(adc.noiseDeviation)])
    let result = value
    const deviates = (): string => this.context.normals().deviates(this.form.positions * part.count, this.form.openDims(part.count))
    if (cells !== null) {
      const variance = conversion === null ? cells : builder.node('Add', [cells, builder.node('Mul', [conversion, conversion])])
      result = builder.node('Add', [result, builder.node('Mul', [builder.node('Sqrt', [variance]), deviates()])])
    } else if (conversion !== null) result = builder.node('Add', [result, builder.node('Mul', [deviates(), conversion])])
    return offset === null || fullScale === null ? result : builder.node('Add', [result, builder.node('Mul', [offset, fullScale])])
  }

  /** One number per channel, cut at the parts; nulls where it does not act. */
  private perChannel(component: ArrayContents['gains'] | ArrayContents['offsets'], parts: readonly ChannelPart[], acts: boolean): (string | null)[] {
    return parts.map(({ first, count }) =>
      acts ? this.context.slot('weight', component, this.form.channelDims(count), parts.length === 1 ? null : Int32Array.from({ length: count }, (_, c) => first + c)) : null
    )
  }

  /** The step of an array's converters where training learns it. */
  private learntStep({ range }: ArrayRange, parts: readonly ChannelPart[]): string | null {
    const { outputBits, codes } = this.force.adc!
    if (outputBits === 0) return null
    const values = parts.reduce((sum, { count }) => sum + this.form.positions * count, 0)
    return this.context.learntStep(learntRange('adc', outputBits, range, codes, values))
  }

  private converter(value: string, { range, factors }: ArrayRange, part: ChannelPart, learntStep: string | null = null): string {
    const { outputBits, codes } = this.force.adc!
    const channels: ChannelFactors | null = factors === null ? null : { factors: factors.slice(part.first, part.first + part.count), dims: this.form.channelDims(part.count) }
    if (learntStep !== null) return emitLearntConverter(this.context.builder, value, outputBits, converterCodes(outputBits, range, codes), learntStep, channels)
    return emitConverter(this.context.builder, value, outputBits, range, codes, channels)
  }

  /** Codes of all tiles and reads can be added as they are: one step for all, zero is zero, and weights are whole. */
  private sumsCodes({ range, factors }: ArrayRange): boolean {
    const { outputBits, codes } = this.force.adc!
    const { layout, differentiable } = this.context
    const digits = this.input.reads?.digits
    const weightsFit = digits === undefined || 2 ** (digits.bits * (this.reads.length - 1)) <= largestCodeWeight
    const several = this.reads.length > 1 || this.grid.rowTiles > 1
    return !differentiable && several && layout.groups === 1 && factors === null && outputBits > 0 && outputBits <= summedCodeBits && weightsFit && converterCodes(outputBits, range, codes).origin === 0
  }

  private sumOfCodes(arriving: readonly (readonly string[])[], { range }: ArrayRange, columns: number): string {
    const { form, context, input } = this
    const { builder } = context
    const { outputBits, codes } = this.force.adc!
    const described = converterCodes(outputBits, range, codes)
    const bytes = arriving.flatMap((values) => values.map((value) => emitCodes(builder, value, outputBits, described)))
    const { value, dims, rows } = form.stack(bytes, columns)
    const digits = input.reads?.digits ?? { bits: 0, unit: 1 }
    const perRead = rows / this.reads.length
    const weights = Uint8Array.from({ length: rows }, (_, row) => 2 ** (digits.bits * Math.floor(row / perRead)))
    const sum = emitCodeSum(builder, builder.node('Reshape', [value, builder.ints(dims)]), weights, Math.fround(described.step * digits.unit))
    return form.unstack(sum, columns)
  }

  private sumOfReads(sums: readonly string[]): string {
    const { builder } = this.context
    const { reads } = this.input
    if (reads === null) return sums[0]!
    return sums.map((sum, r) => builder.node('Mul', [sum, builder.scalar(readWeight(reads.digits, r))])).reduce((total, term) => builder.node('Add', [total, term]))
  }

  /** Full scale of each channel of a part as a constant that broadcasts over it. */
  private fullScale({ range, factors }: ArrayRange, { first, count }: ChannelPart): string {
    const data = new Float32Array(count).fill(range.maximum)
    if (factors !== null) data.forEach((value, c) => (data[c] = value * factors[first + c]!))
    return this.context.builder.constant('full_scale', { type: 'float32', dims: this.form.channelDims(count), data })
  }

  /** Current of one cell at its largest conductance with a full-scale input, in the unit of partial sums but for the scale. */
  private cellUnit(slice: number): number {
    if (this.plan === null) return this.input.fullScale
    const { range, slices } = this.plan
    return (this.input.fullScale * slices[slice]!.factor * range.maximum) / (range.maximum - range.minimum)
  }

  /** s·Σ x·G_ref/ΔG: from the inputs, or from the programmed reference columns behind their own converters. */
  private reference(plan: CellPlan): string {
    return this.force.cell.reference === 'digital' ? this.digitalReference(plan) : this.referenceColumns(plan)
  }

  private digitalReference(plan: CellPlan): string {
    const { form, input } = this
    const { builder } = this.context
    const span = plan.range.maximum - plan.range.minimum
    const total = plan.slices.reduce((sum, { factor, reference }) => sum + (factor * (reference ?? 0)) / span, 0)
    const ones = form.weights(1, () => 0).map(({ dims, pack }) =>
      builder.constant('reference_rows', { type: 'float32', dims, data: Float32Array.from(pack, (place) => (place < 0 ? 0 : 1)) })
    )
    const prepared = input.reads === null ? this.reads[0]!.prepared : form.prepare(input.value)
    return form.spread(form.partialSums(prepared, ones, 1), 1, this.columnFactors(1).map((scale) => scale * total))
  }

  /** Each read and slice behind its own converters; tiles stay apart until each column's scale is applied. */
  private referenceColumns(plan: CellPlan): string {
    const { form, context } = this
    const { builder, layout, index } = context
    const { columnTiles } = this.grid
    const parts = form.parts(columnTiles)
    const perSlice = plan.slices.map((_, slice) => {
      const array: DigitizedArray = { id: `adc:${index}:${slice}:reference`, slice, side: 'reference', alone: false, columns: columnTiles, bipolar: false, channelScales: null, unit: this.cellUnit(slice) }
      const tiled = form.weights(columnTiles, (group, row, columnTile) => (group * columnTiles + columnTile) * layout.rows + row)
      const slots = (kind: 'reference' | 'reference-variance'): string[] => tiled.map(({ dims, pack }) => context.slot('weight', { kind, slice }, dims, pack))
      const weights = slots('reference')
      const sums = this.reads.map(({ prepared }) => form.partialSums(prepared, weights, columnTiles))
      const range = this.force.adc === null ? null : this.range(array, sums)
      if (context.probing) return this.readsOfParts(sums)
      const variances = this.force.readNoise ? slots('reference-variance') : null
      const offsets = this.perChannel({ kind: 'offset', slice, side: 'reference' }, parts, (this.force.adc?.offsetDeviation ?? 0) > 0)
      const gains = this.perChannel({ kind: 'gain', slice, of: 'reference' }, parts, this.force.compensation !== 'none')
      return this.readsOfParts(
        sums.map((values, read) => {
          const cells = variances === null ? null : form.partialSums(this.reads[read]!.power!, variances, columnTiles)
          return values.map((value, p) => {
            const arriving = this.disturbed(value, parts[p]!, cells?.[p] ?? null, offsets[p]!, range)
            const converted = range === null ? arriving : this.converter(arriving, range, parts[p]!)
            return gains[p] === null ? converted : builder.node('Mul', [converted, gains[p]!])
          })
        })
      )
    })
    const total = perSlice.reduce((sum, terms) => sum.map((value, p) => builder.node('Add', [value, terms[p]!])))
    return form.spread(total, columnTiles, this.columnFactors(columnTiles))
  }

  /** Weighted sum over reads, part by part. */
  private readsOfParts(reads: readonly (readonly string[])[]): string[] {
    return reads[0]!.map((_, p) => this.sumOfReads(reads.map((values) => values[p]!)))
  }

  /** Scale of each column in each tile, 0 where a column does not lie in the tile: [group][row tile · perTile][column]. */
  private columnFactors(perTile: number): Float32Array {
    const { layout } = this.context
    const { rowTiles, columnsPerTile } = this.grid
    const factors = new Float32Array(layout.groups * rowTiles * perTile * layout.columns)
    for (let tile = 0; tile < layout.groups * rowTiles; tile++) {
      for (let column = 0; column < layout.columns; column++) {
        const columnTile = perTile === 1 ? 0 : Math.floor(column / columnsPerTile)
        factors[(tile * perTile + columnTile) * layout.columns + column] = this.channelScales?.[tile * layout.columns + column] ?? this.uniformScale
      }
    }
    return factors
  }
}

/** What of the stored parameter an array consists of. */
interface ArrayContents {
  elementAt: ElementAt
  weights: { kind: 'array'; slice: number; side: ArraySide }
  variances: { kind: 'array-variance'; slice: number; side: ArraySide }
  offsets: { kind: 'offset'; slice: number; side: ArraySide | 'reference' }
  gains: { kind: 'gain'; slice: number; of: 'array' | 'reference' }
}

/** The scale of each channel. */
function scalesOfChannels(layout: WeightLayout, grid: TileGrid, scale: Float32Array): Float32Array {
  const channels = channelOfElements(layout, grid)
  const scales = new Float32Array(layout.groups * grid.rowTiles * layout.columns)
  for (let i = 0; i < scale.length; i++) scales[channels[i]!] = scale[i]!
  return scales
}


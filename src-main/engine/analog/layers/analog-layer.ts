/**
 * An analog layer as nodes. Where nothing happens to partial sums the layer stays the node that it was, with the chip's
 * values as its weights; otherwise each array's partial sums pass noise, offset and converter, and are added digitally:
 *
 *     y = Σ_slices Σ_sides ± Σ_tiles gain · ADC(Σ x·A + offset + noise)  −  reference
 *
 * and with bit-serial inputs the same for each read, weighted.
 */
import type { Adc, Hardware, HardwareInForce } from '@shared/hardware'
import { floatAttribute, intAttribute, type Node } from '../../onnx/graph'
import type { GraphBuilder } from '../../onnx/graph-builder'
import type { AnalogLayer } from '../../onnx/layers'
import type { Network } from '../../onnx/network'
import { cellPlan, type CellPlan } from '../cells/cell-plan'
import type { ArraySide, Component } from '../chip/components'
import { conductanceDevice } from '../conductance'
import { emitConverter, type ChannelFactors, type ConverterRange } from '../converters'
import type { CalibratedPoint, ConverterChannels, RangeRule } from '../program'
import { channelOfElements, rowsOfTiles } from '../tile-channels'
import { tileGrid, type TileGrid } from '../tiling'
import { elementIndex, type WeightLayout } from '../weight-layout'
import { emitLayerInput, emitNoisePower, type LayerInput } from './layer-input'
import type { NormalSource } from './read-noise'
import { imagesIn, product, shapeOf, tiledForm, type TiledForm } from './tiled-form'

export interface PointRequest {
  id: string
  kind: 'dac' | 'adc'
  value: string
  channels: ConverterChannels | null
  rule: RangeRule
}

export interface AnalogLayerContext {
  builder: GraphBuilder
  network: Network
  node: Node
  layer: AnalogLayer
  layout: WeightLayout
  index: number
  hardware: Hardware
  /** Scale of the layer's weights: one, or one per element. */
  scale: number | Float32Array
  /** Adds an initialiser that the chip fills from the layer's weight (or bias), and returns its name. */
  slot(of: 'weight' | 'bias', component: Component, dims: readonly number[], pack: Int32Array | null): string
  /** What calibration found for a converter; null where it is not known yet, and the request is listed. */
  calibrated(request: PointRequest): CalibratedPoint | null
  /** The range that a converter was given, in the unit of the value that it reads. */
  given(id: string, range: ConverterRange): void
  /** Programs for calibration have no ADC and no noise. */
  probing: boolean
  /** The program's normal deviates. */
  normals(): NormalSource
  /** The input behind a DAC that another layer has already; made anew where it has not. */
  shared(key: string, make: () => LayerInput): LayerInput
}

/** Whether partial sums of arrays are values of their own in the program. */
export const hasPartialSums = (force: HardwareInForce): boolean => force.adc !== null || (force.readNoise && force.cell.kind === 'offset' && force.cell.reference === 'column')

/** Emits the layer; `force` must be that of `context.hardware`. */
export function emitAnalogLayer(context: AnalogLayerContext, force: HardwareInForce): void {
  const { builder, node, layer, layout, hardware } = context
  const form = tiledForm({ builder, network: context.network, layer, node, layout, grid: tileGrid(layout, hardware.array) })
  const input = layerInput(context, force, form.readAxis)
  if (!hasPartialSums(force)) return emitWhole(context, force, input)
  const sum = new PartialSums(context, force, form, input).emit()
  emitBias(context, force, input.outputFactor === null ? sum : builder.node('Mul', [sum, input.outputFactor]))
}

function layerInput(context: AnalogLayerContext, force: HardwareInForce, readAxis: number): LayerInput {
  const { builder, network, node, layer, hardware } = context
  const { dac } = force
  const needsFullScale = force.adc !== null && hardware.adc.range.kind !== 'calibrated'
  if (dac === null && !needsFullScale) return { value: layer.input, reads: null, outputFactor: null, fullScale: 1, signed: true }
  return context.shared(`${layer.input}:${readAxis}:${JSON.stringify([hardware.dac, dac === null])}`, () => {
    const { range } = hardware.dac
    const rule: RangeRule = range.kind === 'calibrated' ? { statistic: range.statistic, percentile: range.percentile, bits: dac?.inputBits ?? 0 } : { statistic: 'max', percentile: 100, bits: 0 }
    const found = context.calibrated({ id: `dac:${layer.input}`, kind: 'dac', value: layer.input, channels: null, rule })
    const { sign } = hardware.dac
    const rank = shapeOf(network, layer.input).length
    const transposed = layer.opType === 'Gemm' && intAttribute(node, 'transA', 0) === 1
    const vectorAxes = layer.opType === 'Conv' ? Array.from({ length: rank - 1 }, (_, axis) => axis + 1) : [transposed ? 0 : rank - 1]
    const maximum = range.kind === 'fixed' ? range.maximum : (found?.maximum ?? 1)
    const signed = dac === null || sign === 'auto' ? (found?.signed ?? true) : sign === 'signed'
    if (dac !== null && found !== null) context.given(`dac:${layer.input}`, { maximum: dac.range.kind === 'per-vector' ? 1 : maximum, signed })
    return emitLayerInput({ builder, value: layer.input, dac: found === null ? null : dac, range: { maximum, signed }, vectorAxes, transposed, readAxis })
  })
}

/** The layer's own node with represented values; read noise, if any, is added behind it. */
function emitWhole(context: AnalogLayerContext, force: HardwareInForce, input: LayerInput): void {
  const { builder, network, node, layer } = context
  const inputs = node.inputs.map((name, i) => (i === 0 ? input.value : name))
  const output = node.outputs[0]!
  const noisy = force.readNoise && !context.probing
  if (!noisy && input.outputFactor === null) return builder.append({ ...node, inputs })
  // A dynamic range scales the product but not the bias, which then stands behind it.
  const bare = input.outputFactor === null ? inputs : inputs.slice(0, 2)
  const result = builder.node(node.opType, bare, Object.fromEntries(node.attributes))
  let sum = result
  if (noisy) {
    const variances = context.slot('weight', { kind: 'value-variance' }, layer.weight.dims, null)
    const attributes = new Map(node.attributes)
    const alpha = floatAttribute(node, 'alpha', 1)
    if (layer.opType === 'Gemm' && alpha !== 1) attributes.set('alpha', { kind: 'float', value: alpha * alpha })
    const power = emitNoisePower(builder, input, layer.opType === 'Gemm' && intAttribute(node, 'transA', 0) === 1 ? 1 : 0)
    const variance = builder.node(node.opType, [power, variances], Object.fromEntries(attributes))
    const shape = shapeOf(network, output)
    sum = builder.node('Add', [result, noiseOf(context, variance, product(shape) / imagesIn(network), 1, openShape(network, output))])
  }
  if (input.outputFactor !== null) return emitBias(context, force, builder.node('Mul', [sum, input.outputFactor]))
  builder.node('Identity', [withBiasNoise(context, force, sum)], {}, { output })
}

/** √variance · ε */
function noiseOf({ builder, normals }: AnalogLayerContext, variance: string, elements: number, reads: number, dims: readonly number[]): string {
  return builder.node('Mul', [builder.node('Sqrt', [variance]), normals().deviates(elements, reads, dims)])
}

/** Shape of a value with the dimension that grows with the batch left open. */
function openShape(network: Network, value: string): number[] {
  const shape = shapeOf(network, value)
  const larger = network.shapes.shape(value, 2) ?? shape
  return shape.map((dim, axis) => (network.batch === 'free' && dim !== larger[axis] ? -1 : dim))
}

/** Adds the bias behind the digital sum and gives the result the layer's output name. */
function emitBias(context: AnalogLayerContext, force: HardwareInForce, sum: string): void {
  const { builder, node, layer } = context
  const output = { output: node.outputs[0]! }
  const noisy = withBiasNoise(context, force, sum)
  // A product whose bias is an Add of its own keeps that node.
  if (layer.bias === null || layer.biasNode !== null) return void builder.node('Identity', [noisy], {}, output)
  let term = biasShaped(context, layer.bias.name)
  const beta = layer.opType === 'Gemm' ? floatAttribute(node, 'beta', 1) : 1
  if (beta !== 1) term = builder.node('Mul', [term, builder.scalar(beta)])
  builder.node('Add', [noisy, term], {}, output)
}

const biasShaped = ({ builder, layer }: AnalogLayerContext, name: string): string =>
  layer.opType === 'Conv' ? builder.node('Reshape', [name, builder.ints([1, -1, ...layer.weight.dims.slice(2).map(() => 1)])]) : name

/** Read noise of the cells that hold the bias. */
function withBiasNoise(context: AnalogLayerContext, force: HardwareInForce, sum: string): string {
  const { builder, network, layer, node, hardware } = context
  if (!force.readNoise || context.probing || layer.bias === null || hardware.representation.bias === 'digital') return sum
  const beta = layer.opType === 'Gemm' ? floatAttribute(node, 'beta', 1) : 1
  const variances = context.slot('bias', { kind: 'value-variance' }, layer.bias.dims, null)
  const deviation = builder.node('Mul', [builder.node('Sqrt', [biasShaped(context, variances)]), builder.scalar(Math.abs(beta))])
  const output = node.outputs[0]!
  const deviates = context.normals().deviates(product(shapeOf(network, output)) / imagesIn(network), 1, openShape(network, output))
  return builder.node('Add', [sum, builder.node('Mul', [deviation, deviates])])
}

/** The arrays of one layer, one digitised current after another. */
class PartialSums {
  private readonly builder: GraphBuilder
  private readonly grid: TileGrid
  private readonly plan: CellPlan | null
  /** Scale per channel where it differs; null: `uniformScale`. */
  private readonly channelScales: Float32Array | null
  private readonly uniformScale: number
  private readonly prepared: string
  private readonly power: string | null

  constructor(
    private readonly context: AnalogLayerContext,
    private readonly force: HardwareInForce,
    private readonly form: TiledForm,
    private readonly input: LayerInput
  ) {
    const { builder, layout, hardware, scale } = context
    this.builder = builder
    this.grid = tileGrid(layout, hardware.array)
    this.plan = force.conductance === null ? null : cellPlan(force, conductanceDevice(force.conductance).range(force.conductance))
    this.channelScales = typeof scale === 'number' ? null : scalesOfChannels(layout, this.grid, scale)
    this.uniformScale = typeof scale === 'number' ? scale : 1
    this.prepared = form.prepare(input.reads?.value ?? input.value)
    this.power = force.readNoise && !context.probing ? builder.node('Mul', [this.prepared, this.prepared]) : null
  }

  /** Returns the layer's output before factor and bias. */
  emit(): string {
    const { builder, plan, force } = this
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

  /** Digitised sum over tiles (and reads) of one array. */
  private array(slice: number, side: ArraySide): string {
    const { context, form } = this
    const { layout, index } = context
    const { dims, pack } = form.weights(layout.columns, (group, row, column) => elementIndex(layout, group, row, column))
    const weights = context.slot('weight', { kind: 'array', slice, side }, dims, pack)
    const variances = this.force.readNoise && !context.probing ? context.slot('weight', { kind: 'array-variance', slice, side }, dims, pack) : null
    const id = this.plan === null || (this.plan.slices.length === 1 && (side === 'pair' || side === 'single')) ? `adc:${index}` : `adc:${index}:${slice}:${side}`
    const gain = this.force.compensation === 'none' ? null : context.slot('weight', { kind: 'gain', slice, of: 'array' }, form.channelDims(layout.columns), null)
    const offset = this.hasOffsets ? context.slot('weight', { kind: 'offset', slice, side }, form.channelDims(layout.columns), null) : null
    const scales = this.channelScales
    const unit = this.cellUnit(slice)
    const converted = this.digitized(weights, variances, layout.columns, {
      id, slice, offset, bipolar: side === 'pair', channelScales: scales, unit: unit * this.uniformScale
    })
    const compensated = gain === null ? converted : this.builder.node('Mul', [converted, gain])
    return this.reads(form.sumTiles(compensated, layout.columns))
  }

  /** Partial sums with noise and offset, behind their converters. */
  private digitized(weights: string, variances: string | null, columns: number, array: DigitizedArray): string {
    const { builder, form, context } = this
    const { adc } = this.force
    const sums = form.partialSums(this.prepared, weights, columns)
    const found = adc === null ? null : this.range(sums, columns, array)
    if (context.probing) return sums
    const fullScale = found === null ? null : this.fullScales(found, columns)
    const noise = this.noise(variances, columns, adc, fullScale)
    let value = noise === null ? sums : builder.node('Add', [sums, noise])
    if (array.offset !== null && fullScale !== null) value = builder.node('Add', [value, builder.node('Mul', [array.offset, fullScale])])
    if (adc === null || found === null) return value
    context.given(array.id, found.range)
    return emitConverter(builder, value, adc.outputBits, found.range, adc.codes, found.channels)
  }

  /** Noise of the cells' reads and of the conversion in one draw; null where neither has any. */
  private noise(variances: string | null, columns: number, adc: Adc | null, fullScale: string | null): string | null {
    const { builder, form, context, input } = this
    const dims = form.openDims(columns)
    const ofConversion = adc === null || adc.noiseDeviation === 0 || fullScale === null ? null : builder.node('Mul', [fullScale, builder.scalar(adc.noiseDeviation)])
    const elements = form.elementsPerImage(columns)
    const reads = input.reads?.weights.length ?? 1
    if (variances === null) return ofConversion === null ? null : builder.node('Mul', [context.normals().deviates(elements, reads, dims), ofConversion])
    const ofCells = form.partialSums(this.power!, variances, columns)
    const variance = ofConversion === null ? ofCells : builder.node('Add', [ofCells, builder.node('Mul', [ofConversion, ofConversion])])
    return noiseOf(context, variance, elements, reads, dims)
  }

  private get hasOffsets(): boolean {
    return (this.force.adc?.offsetDeviation ?? 0) > 0
  }

  /** Current of one cell at its largest conductance with a full-scale input, in the unit of the program's partial sums but for the scale. */
  private cellUnit(slice: number): number {
    if (this.plan === null) return this.input.fullScale
    const { range, slices } = this.plan
    return (this.input.fullScale * slices[slice]!.factor * range.maximum) / (range.maximum - range.minimum)
  }

  /** Range of an array's converters: calibrated, or from the description. Null while it is not known. */
  private range(sums: string, columns: number, array: DigitizedArray): FoundRange | null {
    const { context, form, force } = this
    const adc = force.adc!
    const count = product(form.channelDims(columns))
    const dims = form.channelDims(columns)
    const scales = array.channelScales?.map((scale) => (scale === 0 ? 1 : scale)) ?? null
    const byTile = adc.range.kind === 'calibrated' && adc.range.scope === 'tile'
    const group = byTile ? this.tileOfChannels(columns) : null
    // Where the range is described calibration only looks at what arrives.
    const found = context.calibrated({
      id: array.id, kind: 'adc', value: sums,
      channels: scales === null && !byTile ? null : { order: form.order, count, columns, unit: scales, group, groupCount: byTile ? this.tileCount(columns) : 1 },
      rule: adc.range.kind === 'calibrated' ? { statistic: adc.range.statistic, percentile: adc.range.percentile, bits: adc.outputBits } : { statistic: 'max', percentile: 100, bits: 0 }
    })
    if (found === null) return null
    if (adc.range.kind === 'calibrated') {
      const { perGroup } = found
      const factors = perGroup === undefined || group === null ? scales : Float32Array.from({ length: count }, (_, c) => ((scales?.[c] ?? 1) * perGroup[group[c]!]!) / found.maximum)
      return { range: { maximum: found.maximum, signed: array.bipolar || found.signed }, channels: factors === null ? null : { factors, dims } }
    }
    const range = this.describedRange(array)
    const rows = adc.range.kind === 'full-scale' ? this.rowsOfChannels(columns) : null
    const uniform = rows === null || rows.every((row) => row === rows[0])
    const factors = uniform && scales === null ? null : Float32Array.from({ length: count }, (_, c) => (scales?.[c] ?? 1) * (uniform ? 1 : rows![c]! / rows![0]!))
    const maximum = rows === null ? range.maximum : range.maximum * rows[0]!
    return { range: { ...range, maximum }, channels: factors === null ? null : { factors, dims } }
  }

  private describedRange({ slice, bipolar, unit }: DigitizedArray): ConverterRange {
    const signed = bipolar || this.input.signed
    const { range } = this.force.adc!
    if (range.kind !== 'fixed') return { maximum: unit, signed }
    const maximum = (range.perSlice[slice] ?? range.maximum) * unit
    return { maximum, signed, ...(range.minimum === null ? {} : { minimum: range.minimum * unit }) }
  }

  /** Full scale per channel as a constant that broadcasts over partial sums. */
  private fullScales({ range, channels }: FoundRange, columns: number): string {
    const dims = this.form.channelDims(columns)
    return this.builder.constant('full_scale', {
      type: 'float32', dims, data: channels === null ? new Float32Array(product(dims)).fill(range.maximum) : channels.factors.map((factor) => factor * range.maximum)
    })
  }

  private tileCount(columns: number): number {
    const { layout } = this.context
    return layout.groups * this.grid.rowTiles * (columns === layout.columns ? this.grid.columnTiles : columns)
  }

  /** Channels of whole layers lie in column tiles; of reference columns each is one. */
  private tileOfChannels(columns: number): Uint32Array {
    const { layout } = this.context
    const perTile = columns === layout.columns ? this.grid.columnsPerTile : 1
    const columnTiles = Math.ceil(columns / perTile)
    return Uint32Array.from({ length: layout.groups * this.grid.rowTiles * columns }, (_, c) => Math.floor(c / columns) * columnTiles + Math.floor((c % columns) / perTile))
  }

  private rowsOfChannels(columns: number): number[] {
    const { layout } = this.context
    const rows = rowsOfTiles(layout, this.grid)
    return Array.from({ length: layout.groups * rows.length * columns }, (_, c) => rows[Math.floor(c / columns) % rows.length]!)
  }

  private reads(sum: string): string {
    const { reads } = this.input
    return reads === null || reads.weights.length === 1 ? sum : this.form.sumReads(sum, reads.weights)
  }

  /** s·Σ x·G_ref/ΔG: from the inputs, or from the programmed reference columns behind their own converters. */
  private reference(plan: CellPlan): string {
    return this.force.cell.reference === 'digital' ? this.digitalReference(plan) : this.referenceColumns(plan)
  }

  private digitalReference(plan: CellPlan): string {
    const { builder, form, input } = this
    const span = plan.range.maximum - plan.range.minimum
    const total = plan.slices.reduce((sum, { factor, reference }) => sum + (factor * (reference ?? 0)) / span, 0)
    const { dims, pack } = form.weights(1, () => 0)
    const ones = builder.constant('reference_rows', { type: 'float32', dims, data: Float32Array.from(pack, (place) => (place < 0 ? 0 : 1)) })
    const prepared = input.reads === null ? this.prepared : form.prepare(input.value)
    return form.spread(form.partialSums(prepared, ones, 1), 1, this.columnFactors(1).map((scale) => scale * total))
  }

  private referenceColumns(plan: CellPlan): string {
    const { builder, form, context } = this
    const { layout, index } = context
    const { columnTiles } = this.grid
    const { dims, pack } = form.weights(columnTiles, (group, row, columnTile) => (group * columnTiles + columnTile) * layout.rows + row)
    const sums = plan.slices.map((_, slice) => {
      const weights = context.slot('weight', { kind: 'reference', slice }, dims, pack)
      const variances = this.force.readNoise && !context.probing ? context.slot('weight', { kind: 'reference-variance', slice }, dims, pack) : null
      const offset = this.hasOffsets ? context.slot('weight', { kind: 'offset', slice, side: 'reference' }, form.channelDims(columnTiles), null) : null
      const gain = this.force.compensation === 'none' ? null : context.slot('weight', { kind: 'gain', slice, of: 'reference' }, form.channelDims(columnTiles), null)
      const converted = this.digitized(weights, variances, columnTiles, { id: `adc:${index}:${slice}:reference`, slice, offset, bipolar: false, channelScales: null, unit: this.cellUnit(slice) })
      return gain === null ? converted : builder.node('Mul', [converted, gain])
    })
    const total = sums.reduce((sum, term) => builder.node('Add', [sum, term]))
    return this.reads(form.spread(total, columnTiles, this.columnFactors(columnTiles)))
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

interface DigitizedArray {
  id: string
  slice: number
  /** Offsets of the converters in units of full scale. */
  offset: string | null
  /** Currents of both signs: the difference of a pair. */
  bipolar: boolean
  channelScales: Float32Array | null
  /** Current of one full cell in the unit of the partial sums (of the channel's scale where these differ). */
  unit: number
}

interface FoundRange {
  range: ConverterRange
  channels: ChannelFactors | null
}

/** The scale of each channel; a channel whose elements have several is a fault of the tiling. */
function scalesOfChannels(layout: WeightLayout, grid: TileGrid, scale: Float32Array): Float32Array {
  const channels = channelOfElements(layout, grid)
  const scales = new Float32Array(layout.groups * grid.rowTiles * layout.columns)
  for (let i = 0; i < scale.length; i++) scales[channels[i]!] = scale[i]!
  return scales
}

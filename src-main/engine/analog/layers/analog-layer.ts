/**
 * An analog layer as nodes. Where nothing happens to partial sums the layer stays the node that it was, with the chip's
 * values as its weights; otherwise its arrays are emitted one by one (partial-sums.ts).
 */
import type { RangeChoice } from '@shared/calibration'
import type { Hardware, HardwareInForce } from '@shared/hardware'
import { floatAttribute, intAttribute, workingOpset, type Node } from '../../onnx/graph'
import type { GraphBuilder } from '../../onnx/graph-builder'
import { isConvolution, type AnalogLayer } from '../../onnx/layers'
import type { Network } from '../../onnx/network'
import type { Component } from '../chip/components'
import { converterCodes, stepsToFullScale, type ConverterCodeKind, type ConverterRange } from '../converters'
import type { CalibratedPoint, ConverterPoint, GivenConverter, LearntRange, RangeRule } from '../program'
import type { WeightLayout } from '../weight-layout'
import { emitLayerInput, emitNoisePower, type LayerInput } from './layer-input'
import { PartialSums } from './partial-sums'
import type { NormalSource } from './read-noise'
import { imagesIn, product, shapeOf } from './tiled-form'

export type PointRequest = Omit<ConverterPoint, 'layer'>

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
  /** Notes a converter of the layer with its range, in the unit of the value that it reads. */
  given(converter: Omit<GivenConverter, 'layer'>): void
  /** Name of a converter's step that training learns; null where its range is given. Asked once for each. */
  learntStep(range: Omit<LearntRange, 'initializer' | 'layer'>): string | null
  /** Programs for calibration have no ADC and no noise. */
  probing: boolean
  /** See TiledFormContext. */
  blockSize: number | null
  /** Gradients pass through the program: converters stay pairs of nodes that have a rule. */
  differentiable: boolean
  /** The program's normal deviates. */
  normals(): NormalSource
  /** The input behind a DAC that another layer has already; made anew where it has not. */
  shared(key: string, make: () => LayerInput): LayerInput
}

/** Whether partial sums of arrays are values of their own in the program. */
export const hasPartialSums = (force: HardwareInForce): boolean => force.adc !== null || (force.readNoise && force.cell.kind === 'offset' && force.cell.reference === 'column')

/** Emits the layer; `force` must be that of `context.hardware`. */
export function emitAnalogLayer(context: AnalogLayerContext, force: HardwareInForce): void {
  const { builder } = context
  const input = layerInput(context, force)
  if (!hasPartialSums(force)) return emitWhole(context, force, input)
  const sum = new PartialSums(context, force, input).emit()
  emitBias(context, force, input.outputFactor === null ? sum : builder.node('Mul', [sum, input.outputFactor]))
}

function layerInput(context: AnalogLayerContext, force: HardwareInForce): LayerInput {
  const { builder, network, node, layer, hardware } = context
  const { dac } = force
  const needsFullScale = force.adc !== null && hardware.adc.range.kind !== 'calibrated'
  if (dac === null && !needsFullScale) return { value: layer.input, reads: null, outputFactor: null, fullScale: 1, signed: true }
  const rank = shapeOf(network, layer.input).length
  const transposed = layer.opType === 'Gemm' && intAttribute(node, 'transA', 0) === 1
  const vectorAxes = isConvolution(layer) ? Array.from({ length: rank - 1 }, (_, axis) => axis + 1) : [transposed ? 0 : rank - 1]
  const { range, sign } = hardware.dac
  const rule: RangeRule = range.kind === 'calibrated' ? { statistic: range.statistic, percentile: range.percentile, bits: dac?.inputBits ?? 0 } : { statistic: 'max', percentile: 100, bits: 0 }
  // Layers with the same input may ask for different ranges of it.
  const id = `dac:${layer.input}${rule.statistic === 'max' ? '' : `:${Object.values(rule).join(':')}`}`
  const found = context.calibrated({ id, kind: 'dac', values: [{ name: layer.input, firstChannel: 0 }], channels: null, rule })
  const maximum = range.kind === 'fixed' ? range.maximum : (found?.maximum ?? 1)
  const signed = dac === null || sign === 'auto' ? (found?.signed ?? true) : sign === 'signed'
  if (dac !== null && found !== null) {
    context.given({
      id, kind: 'dac', array: null, bits: dac.inputBits, choice: range.kind === 'calibrated' ? choiceOf(rule) : { kind: range.kind }, perColumnScale: false, cellCurrent: null, tiles: null,
      codes: dac.streaming === 'bit-serial' ? 'sign-magnitude' : dac.codes, range: { maximum: range.kind === 'per-vector' ? 1 : maximum, signed }
    })
  }
  const converted = { maximum, signed }
  const values = product(shapeOf(network, layer.input)) / imagesIn(network)
  const learntStep = dac === null || found === null ? null : context.learntStep(learntRange('dac', dac.inputBits, converted, dac.codes, values))
  // A range that is learnt is the layer's own.
  return context.shared(`${layer.input}:${vectorAxes.join(',')}:${JSON.stringify([hardware.dac, dac === null, learntStep])}`, () =>
    emitLayerInput({ builder, value: layer.input, dac: found === null ? null : dac, range: converted, learntStep, vectorAxes, opset: network.model.opsets.get('') ?? workingOpset, transposed })
  )
}

/** What training must know of a converter to learn its range. */
export const learntRange = (kind: LearntRange['kind'], bits: number, range: ConverterRange, codes: ConverterCodeKind, values: number): Omit<LearntRange, 'initializer' | 'layer'> => ({
  kind, values, signed: range.signed, step: converterCodes(bits, range, codes).step, steps: stepsToFullScale(bits, range, codes)
})

/** A rule in the words of the calibration that is kept. */
export const choiceOf = ({ statistic, percentile }: RangeRule): RangeChoice => (statistic === 'percentile' ? { kind: statistic, percentile } : { kind: statistic })

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
    const power = emitNoisePower(builder, input)
    const variance = builder.node(node.opType, [power, variances], Object.fromEntries(attributes))
    const shape = shapeOf(network, output)
    sum = builder.node('Add', [result, noiseOf(context, variance, product(shape) / imagesIn(network), openShape(network, output))])
  }
  if (input.outputFactor !== null) return emitBias(context, force, builder.node('Mul', [sum, input.outputFactor]))
  builder.node('Identity', [withBiasNoise(context, force, sum)], {}, { output })
}

/** √variance · ε */
function noiseOf({ builder, normals }: AnalogLayerContext, variance: string, elements: number, dims: readonly number[]): string {
  return builder.node('Mul', [builder.node('Sqrt', [variance]), normals().deviates(elements, dims)])
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
  isConvolution(layer) ? builder.node('Reshape', [name, builder.ints([1, -1, ...layer.weight.dims.slice(2).map(() => 1)])]) : name

/** Read noise of the cells that hold the bias. */
function withBiasNoise(context: AnalogLayerContext, force: HardwareInForce, sum: string): string {
  const { builder, network, layer, node, hardware } = context
  if (!force.readNoise || context.probing || layer.bias === null || hardware.representation.bias === 'digital') return sum
  const beta = layer.opType === 'Gemm' ? floatAttribute(node, 'beta', 1) : 1
  const variances = context.slot('bias', { kind: 'value-variance' }, layer.bias.dims, null)
  const deviation = builder.node('Mul', [builder.node('Sqrt', [biasShaped(context, variances)]), builder.scalar(Math.abs(beta))])
  const output = node.outputs[0]!
  const deviates = context.normals().deviates(product(shapeOf(network, output)) / imagesIn(network), openShape(network, output))
  return builder.node('Add', [sum, builder.node('Mul', [deviation, deviates])])
}

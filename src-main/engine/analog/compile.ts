/**
 * The compiler from (network, hardware) to an analog program. What is ideal leaves no trace: with ideal converters the
 * program is the network itself, and chip instances differ in the values of its initialisers alone.
 */
import type { Hardware } from '@shared/hardware'
import { elementCount, floatAttribute, intAttribute, type Graph, type Node } from '../onnx/graph'
import { GraphBuilder } from '../onnx/graph-builder'
import { analogLayers } from '../onnx/classify'
import type { AnalogLayer } from '../onnx/layers'
import type { Network } from '../onnx/network'
import { emitConverter } from './converters'
import { packInto, type AnalogProgram, type Calibration, type CalibratedPoint, type ConverterPoint, type ProgramSlot } from './program'
import type { StoredParameter } from './scales'
import { emitTiledLayer } from './tiled-layer'
import { tileGrid } from './tiling'
import { weightLayout, type WeightLayout } from './weight-layout'

export interface MappedLayer {
  layer: AnalogLayer
  layout: WeightLayout
}

/** The analog layers of a network with the layout of their weights. */
export function mappedLayers(network: Network): MappedLayer[] {
  return analogLayers(network).map((layer) => {
    const node = network.model.graph.nodes[layer.nodeIndex]!
    return { layer, layout: weightLayout(layer, intAttribute(node, 'transB', 0) === 1) }
  })
}

/** Weights and biases of all analog layers; an initialiser that several layers share is stored once. */
export function networkParameters(layers: readonly MappedLayer[]): StoredParameter[] {
  const byName = new Map<string, StoredParameter>()
  layers.forEach(({ layer, layout }, index) => {
    const { weight, bias } = layer
    if (!byName.has(weight.name)) byName.set(weight.name, { name: weight.name, kind: 'weight', layer: index, layout, length: elementCount(weight.dims) })
    if (bias !== null && !byName.has(bias.name)) byName.set(bias.name, { name: bias.name, kind: 'bias', layer: index, layout: null, length: elementCount(bias.dims) })
  })
  return [...byName.values()]
}

/** The parameters that sit in analog cells under `hardware`. */
export const storedInAnalog = (parameters: readonly StoredParameter[], hardware: Hardware): StoredParameter[] =>
  parameters.filter((parameter) => parameter.kind === 'weight' || hardware.representation.bias === 'analog')

/** Current values of the parameters, in their order. */
export function parameterValues(graph: Graph, parameters: readonly StoredParameter[]): Float32Array[] {
  return parameters.map(({ name }) => {
    const tensor = graph.initializers.get(name)
    if (tensor?.type !== 'float32') throw new Error(`${name} is not a float32 initialiser`)
    return tensor.data
  })
}

export const dacActs = (hardware: Hardware): boolean => hardware.effects.inputQuantization && hardware.dac.inputBits > 0
export const adcActs = (hardware: Hardware): boolean => hardware.effects.outputQuantization && hardware.adc.outputBits > 0

/** Ranges still unknown: emit no converters, list where they will stand. */
const probing = 'probe'

/**
 * @param calibration Ranges of all converters, or `'probe'` for the program that calibration runs: the same partial
 *   sums without converters, with its converter points listed.
 */
export function compileAnalog(network: Network, hardware: Hardware, calibration: Calibration | typeof probing): AnalogProgram {
  const layers = mappedLayers(network)
  const parameters = networkParameters(layers)
  const position = new Map(parameters.map(({ name }, index) => [name, index]))
  const { graph } = network.model
  const slots: ProgramSlot[] = parameters.map(({ name }, parameter) => ({ initializer: name, parameter, pack: null }))
  if (!dacActs(hardware) && !adcActs(hardware)) {
    return { model: network.model, input: network.input.name, output: network.output.name, parameters, slots, points: [] }
  }

  const builder = new GraphBuilder(graph.name)
  for (const input of graph.inputs) builder.input(input)
  for (const [name, tensor] of graph.initializers) builder.initializer(name, tensor)
  // All names are taken first, so that fresh names cannot meet a later node's output.
  const reserved = new Set(graph.nodes.flatMap((node) => [...node.outputs]))
  for (const name of reserved) if (name !== '') builder.reserve(name)

  const points: ConverterPoint[] = []
  const converted = new Map<string, string>()
  const range = (id: string): CalibratedPoint => {
    const found = calibration === probing ? undefined : calibration.get(id)
    if (found === undefined) throw new Error(`No calibration for ${id}`)
    return found
  }
  const digitize = (value: string): string => {
    if (!dacActs(hardware)) return value
    const known = converted.get(value)
    if (known !== undefined) return known
    const id = `dac:${value}`
    if (calibration === probing) points.push({ id, kind: 'dac', value })
    const result = calibration === probing ? value : emitConverter(builder, value, hardware.dac.inputBits, withSign(range(id), hardware.dac.sign))
    converted.set(value, result)
    return result
  }

  const layerAt = new Map(layers.map((mapped, index) => [mapped.layer.nodeIndex, { ...mapped, index }]))
  graph.nodes.forEach((node, nodeIndex) => {
    const mapped = layerAt.get(nodeIndex)
    if (mapped === undefined) return builder.append(node)
    const { layer, layout, index } = mapped
    const input = digitize(layer.input)
    if (!adcActs(hardware)) return builder.append({ ...node, inputs: node.inputs.map((name, i) => (i === 0 ? input : name)) })
    const sum = emitTiledLayer({
      builder, network, layer, node, layout, input,
      grid: tileGrid(layout, hardware.array),
      addSlot(dims, pack) {
        const initializer = builder.constant(`${layer.weight.name}_tiles`, { type: 'float32', dims, data: new Float32Array(elementCount(dims)) })
        slots.push({ initializer, parameter: position.get(layer.weight.name)!, pack })
        return initializer
      },
      convert(value) {
        const id = `adc:${index}`
        if (calibration === probing) points.push({ id, kind: 'adc', value })
        return calibration === probing ? value : emitConverter(builder, value, hardware.adc.outputBits, { ...range(id), signed: true })
      }
    })
    emitBias(builder, node, layer, sum)
  })
  for (const output of graph.outputs) builder.output(output)
  return finish(network, builder, parameters, slots, points)
}

const withSign = (range: CalibratedPoint, sign: Hardware['dac']['sign']): CalibratedPoint =>
  sign === 'auto' ? range : { ...range, signed: sign === 'signed' }

/** Adds the bias behind the digital sum and gives the result the layer's output name. */
function emitBias(builder: GraphBuilder, node: Node, layer: AnalogLayer, sum: string): void {
  const output = { output: node.outputs[0]! }
  // A product whose bias is an Add of its own keeps that node.
  if (layer.bias === null || layer.biasNode !== null) return void builder.node('Identity', [sum], {}, output)
  const { opType, bias, weight } = layer
  let term = bias.name
  if (opType === 'Conv') term = builder.node('Reshape', [term, builder.ints([1, -1, ...weight.dims.slice(2).map(() => 1)])])
  const beta = opType === 'Gemm' ? floatAttribute(node, 'beta', 1) : 1
  if (beta !== 1) term = builder.node('Mul', [term, builder.scalar(beta)])
  builder.node('Add', [sum, term], {}, output)
}

/** Fills the packed initialisers with the nominal values and drops initialisers that nothing reads. */
function finish(network: Network, builder: GraphBuilder, parameters: StoredParameter[], slots: ProgramSlot[], points: ConverterPoint[]): AnalogProgram {
  const graph = builder.build()
  const used = new Set([...graph.nodes.flatMap((node) => [...node.inputs]), ...graph.outputs.map(({ name }) => name), ...subgraphReads(graph)])
  const initializers = new Map([...graph.initializers].filter(([name]) => used.has(name)))
  const values = parameterValues(network.model.graph, parameters)
  const kept = slots.filter(({ initializer }) => initializers.has(initializer))
  for (const { initializer, parameter, pack } of kept) {
    if (pack === null) continue
    const tensor = initializers.get(initializer)
    if (tensor?.type === 'float32') packInto(tensor.data, values[parameter]!, pack)
  }
  const opsets = new Map(network.model.opsets)
  if (!opsets.has('com.microsoft')) opsets.set('com.microsoft', 1)
  return {
    model: { ...network.model, opsets, graph: { ...graph, initializers } },
    input: network.input.name,
    output: network.output.name,
    parameters,
    slots: kept,
    points
  }
}

/** Names that If and Loop bodies take from the outer graph. */
function subgraphReads(graph: Graph): string[] {
  return graph.nodes.flatMap((node) =>
    [...node.attributes.values()].flatMap((attribute) =>
      attribute.kind === 'graph' ? [...attribute.value.nodes.flatMap((inner) => [...inner.inputs]), ...attribute.value.outputs.map(({ name }) => name), ...subgraphReads(attribute.value)] : []
    )
  )
}

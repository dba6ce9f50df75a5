/**
 * The compiler from (network, hardware) to an analog program. What is ideal leaves no trace: with ideal converters the
 * program is the network itself, and chip instances differ in the values of its initialisers alone.
 */
import { hardwareInForce, layerHardware, requireConsistent, sharedArrayProblems, type Hardware, type HardwareInForce } from '@shared/hardware'
import { fail, ProblemError } from '@shared/problems'
import { elementCount, intAttribute, type Graph, type Tensor } from '../onnx/graph'
import { GraphBuilder } from '../onnx/graph-builder'
import { analogLayers } from '../onnx/classify'
import type { AnalogLayer } from '../onnx/layers'
import type { Network } from '../onnx/network'
import { normalPoolRowLength, normalPoolRows, Programmer } from './chip-instance'
import { emitAnalogLayer, hasPartialSums, type PointRequest } from './layers/analog-layer'
import type { LayerInput } from './layers/layer-input'
import { NormalSource } from './layers/read-noise'
import { packInto, type AnalogProgram, type Calibration, type ConverterPoint, type GivenConverter, type LearntRange, type ProgramSlot } from './program'
import type { StoredParameter } from './scales'
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
  const firstWith = new Map<string, number>()
  layers.forEach(({ layer: { weight, bias }, layout }, index) => {
    const first = firstWith.get(weight.name) ?? index
    firstWith.set(weight.name, first)
    const use = (made: StoredParameter): void => {
      const known = byName.get(made.name)
      byName.set(made.name, known === undefined ? made : { ...known, uses: [...known.uses, index] })
    }
    use({ name: weight.name, kind: 'weight', layer: first, uses: [index], layout, length: elementCount(weight.dims) })
    if (bias !== null) use({ name: bias.name, kind: 'bias', layer: first, uses: [index], layout: null, length: elementCount(bias.dims) })
  })
  return [...byName.values()]
}

/** Node names of the analog layers, in order: overrides and places of a hardware description refer to them. */
export const layerNames = (layers: readonly MappedLayer[]): string[] => layers.map(({ layer }) => layer.node)

/** The parameters that sit in analog cells under `hardware`. */
export function storedInAnalog(parameters: readonly StoredParameter[], names: readonly string[], hardware: Hardware): StoredParameter[] {
  return parameters.filter(({ kind, uses }) =>
    uses.some((layer) => {
      const own = layerHardware(hardware, names, layer)
      return own !== 'digital' && (kind === 'weight' || own.representation.bias === 'analog')
    })
  )
}

/** Current values of the parameters, in their order. */
export function parameterValues(graph: Graph, parameters: readonly StoredParameter[]): Float32Array[] {
  return parameters.map(({ name }) => {
    const tensor = graph.initializers.get(name)
    if (tensor?.type !== 'float32') throw new Error(`${name} is not a float32 initialiser`)
    return tensor.data
  })
}

/** What holds for each layer; null where it stays digital. */
export function layersInForce(names: readonly string[], hardware: Hardware): ({ hardware: Hardware; force: HardwareInForce } | null)[] {
  return names.map((_, index) => {
    const own = layerHardware(hardware, names, index)
    return own === 'digital' ? null : { hardware: own, force: hardwareInForce(own) }
  })
}

/** The layer's nodes differ from its own one. */
const changesGraph = (force: HardwareInForce): boolean => force.dac !== null || force.readNoise || hasPartialSums(force)

/** Converter ranges must be found before the program can be compiled. */
export const needsCalibration = (network: Network, hardware: Hardware): boolean =>
  layersInForce(layerNames(mappedLayers(network)), hardware).some((layer) => layer !== null && (layer.force.dac !== null || layer.force.adc !== null))

/** Ranges of inputs must be known before partial sums can be looked at: single reads and scaled vectors follow from them. */
export const needsInputRangesFirst = (network: Network, hardware: Hardware): boolean =>
  layersInForce(layerNames(mappedLayers(network)), hardware).some((layer) => layer?.force.dac != null && layer.force.adc !== null && (layer.force.dac.streaming === 'bit-serial' || layer.force.dac.range.kind === 'per-vector'))

/** Refuses overrides of layers that the network does not have, and descriptions that do not fit together. */
function requireFitting(hardware: Hardware, layers: readonly MappedLayer[], names: readonly string[]): void {
  requireConsistent(hardware)
  const [contradiction] = sharedArrayProblems(hardware, layers.map(({ layer }) => ({ name: layer.node, sharesArraysOf: layer.sharesArraysOf })))
  if (contradiction !== undefined) throw new ProblemError(contradiction)
  for (const name of Object.keys(hardware.layers)) {
    if (names.includes(name)) continue
    const some = names.slice(0, 5).join(', ')
    fail('HARDWARE_INVALID', `hardware.layers.${name}`, `The network has no analog layer of this name; it has ${some}${names.length > 5 ? ` and ${names.length - 5} more` : ''}.`, 'Correct or remove the name.')
  }
}

export interface CompileOptions {
  /**
   * Channels of a block of ONNX Runtime's blocked layout on this processor (onnx/blocked-layout.ts); null emits convolutions
   * that need none.
   */
  blockSize?: number | null
  /** The program will be differentiated. */
  differentiable?: boolean
  /** A chip fills its initialisers before the program runs: their nominal contents, which may take long (wires), are not computed. */
  chipFollows?: boolean
  /** Layers and kinds of converters whose ranges training learns; none unless said. */
  learns?(layer: string, kind: LearntRange['kind']): boolean
}

/** What is known of converter ranges: all of them, or for a probe program those that are (perhaps none). */
export interface Ranges {
  known: Calibration
  probing: boolean
}

/**
 * @param calibration Ranges of all converters, or `'probe'` for the program that calibration runs: the same partial
 *   sums without converters, with its converter points listed; or what is known of them.
 * Problem: HARDWARE_INVALID names the field of a description that does not fit together or does not fit the network.
 */
export function compileAnalog(network: Network, hardware: Hardware, calibration: Calibration | 'probe' | Ranges, options: CompileOptions = {}): AnalogProgram {
  const ranges: Ranges = calibration === 'probe' ? { known: new Map(), probing: true } : 'probing' in calibration ? calibration : { known: calibration, probing: false }
  const layers = mappedLayers(network)
  const names = layerNames(layers)
  requireFitting(hardware, layers, names)
  const inForce = layersInForce(names, hardware)
  const parameters = networkParameters(layers)
  const position = new Map(parameters.map(({ name }, index) => [name, index]))
  const { graph } = network.model
  const slots: ProgramSlot[] = parameters.map(({ name }, parameter) => ({ initializer: name, parameter, component: { kind: 'value' }, pack: null }))
  const program = { input: network.input.name, output: network.output.name, parameters, layerNames: names }
  const nominal = nominalReaders(layers, inForce, new Set(storedInAnalog(parameters, names, hardware).map(({ name }) => name)))
  if (nominal.size === 0 && !inForce.some((layer) => layer !== null && changesGraph(layer.force))) return { ...program, model: network.model, slots, noise: null, points: [], converters: [], learntRanges: [] }

  const builder = new GraphBuilder(graph.name)
  for (const input of graph.inputs) builder.input(input)
  for (const [name, tensor] of graph.initializers) builder.initializer(name, tensor)
  // All names are taken first, so that fresh names cannot meet a later node's output.
  for (const name of new Set(graph.nodes.flatMap((node) => [...node.outputs]))) if (name !== '') builder.reserve(name)

  const scales = nominalScales(network, parameters, names, hardware)
  const points: ConverterPoint[] = []
  const converters: GivenConverter[] = []
  const learntRanges: LearntRange[] = []
  const inputs = new Map<string, LayerInput>()
  let normals: NormalSource | null = null
  const normalSource = (): NormalSource => {
    if (normals !== null) return normals
    const pool = builder.constant('normals', { type: 'float32', dims: [normalPoolRows, normalPoolRowLength], data: new Float32Array(normalPoolRows * normalPoolRowLength) })
    slots.push({ initializer: pool, parameter: -1, component: { kind: 'normals' }, pack: null })
    return (normals = new NormalSource(builder, builder.fresh('noise_windows'), pool))
  }

  /** The weight or bias itself, where arrays hold what a chip makes of it. */
  const nominalOf = new Map<string, string>()
  const nominalName = (name: string): string => {
    const tensor = graph.initializers.get(name)
    const known = nominalOf.get(name)
    if (known !== undefined || tensor?.type !== 'float32' || !position.has(name)) return known ?? name
    const initializer = builder.constant(`${name}_nominal`, tensor)
    slots.push({ initializer, parameter: position.get(name)!, component: { kind: 'nominal' }, pack: null })
    nominalOf.set(name, initializer)
    return initializer
  }

  const layerAt = new Map(layers.map((mapped, index) => [mapped.layer.nodeIndex, { ...mapped, index }]))
  graph.nodes.forEach((node, nodeIndex) => {
    if (nominal.has(node.name)) return builder.append({ ...node, inputs: node.inputs.map(nominalName) })
    const mapped = layerAt.get(nodeIndex)
    const own = mapped === undefined ? null : inForce[mapped.index]!
    if (mapped === undefined || own === null || !changesGraph(own.force)) return builder.append(node)
    const { layer, layout, index } = mapped
    emitAnalogLayer(
      {
        builder, network, node, layer, layout, index, hardware: own.hardware, probing: ranges.probing, blockSize: options.blockSize ?? null, differentiable: options.differentiable ?? false,
        scale: scales.get(layer.weight.name) ?? 1,
        slot(of, component, dims, pack) {
          const { name } = of === 'weight' ? layer.weight : layer.bias!
          const initializer = builder.constant(`${name}_${component.kind}`, { type: 'float32', dims, data: new Float32Array(elementCount(dims)) })
          slots.push({ initializer, parameter: position.get(name)!, component, pack })
          return initializer
        },
        calibrated(request: PointRequest) {
          const found = ranges.known.get(request.id)
          if (found !== undefined) return found
          if (!ranges.probing) throw new Error(`No calibration for ${request.id}`)
          if (!points.some(({ id }) => id === request.id)) points.push({ ...request, layer: layer.node })
          return null
        },
        given: (converter) => void converters.push({ ...converter, layer: layer.node }),
        learntStep({ step, ...range }) {
          if (options.learns?.(layer.node, range.kind) !== true) return null
          const initializer = builder.constant(`${layer.node}_${range.kind}_step`, { type: 'float32', dims: [], data: Float32Array.of(step) })
          learntRanges.push({ ...range, step, initializer, layer: layer.node })
          return initializer
        },
        normals: normalSource,
        shared(key, make) {
          const known = inputs.get(key)
          if (known !== undefined) return known
          const made = make()
          inputs.set(key, made)
          return made
        }
      },
      own.force
    )
  })
  for (const output of graph.outputs) builder.output(output)
  // Read through a function: the compiler does not see that closures assign it.
  const noise = noiseInput(network, builder, normals)
  return finish(network, hardware, builder, { ...program, slots, noise, points, converters, learntRanges }, options.chipFollows ?? false)
}

/** Nodes of digital layers that share a weight or bias with a layer on arrays: they compute with the value itself. */
function nominalReaders(layers: readonly MappedLayer[], inForce: ReturnType<typeof layersInForce>, stored: ReadonlySet<string>): Set<string> {
  const digital = layers.filter(({ layer }, index) => inForce[index] === null && (stored.has(layer.weight.name) || (layer.bias !== null && stored.has(layer.bias.name))))
  return new Set(digital.flatMap(({ layer }) => (layer.biasNode === null ? [layer.node] : [layer.node, layer.biasNode])))
}

/** Declares the input that names the windows of normal deviates. */
function noiseInput(network: Network, builder: GraphBuilder, normals: NormalSource | null): AnalogProgram['noise'] {
  if (normals === null) return null
  // The same name as the images' own: the runtime knows then that both dimensions are one.
  const images = network.model.graph.inputs.find(({ name }) => name === network.input.name)?.shape?.[0] ?? 'N'
  builder.input({ name: normals.input, type: 'int32', shape: [network.batch === 'free' ? images : network.batch, normals.count] })
  return { input: normals.input, count: normals.count }
}

/** Scales of the stored parameters at the nominal values, by name. */
function nominalScales(network: Network, parameters: readonly StoredParameter[], names: readonly string[], hardware: Hardware): Map<string, number | Float32Array> {
  const stored = storedInAnalog(parameters, names, hardware)
  const scales = new Programmer(stored, names, hardware).setScales(parameterValues(network.model.graph, stored))
  return new Map(stored.map(({ name }, p) => [name, scales[p]!]))
}

/** Fills the chip's initialisers with those of one chip without errors and drops initialisers that nothing reads. */
function finish(network: Network, hardware: Hardware, builder: GraphBuilder, program: Omit<AnalogProgram, 'model'>, chipFollows: boolean): AnalogProgram {
  const graph = builder.build()
  const used = new Set([...graph.nodes.flatMap((node) => [...node.inputs]), ...graph.outputs.map(({ name }) => name), ...subgraphReads(graph)])
  const initializers = new Map([...graph.initializers].filter(([name]) => used.has(name)))
  const slots = program.slots.filter(({ initializer }) => initializers.has(initializer))
  if (!chipFollows) fillNominal(network, hardware, initializers, program.parameters, slots, program.layerNames)
  const opsets = new Map(network.model.opsets)
  if (!opsets.has('com.microsoft')) opsets.set('com.microsoft', 1)
  return {
    ...program,
    slots,
    model: { ...network.model, opsets, graph: { ...graph, initializers } }
  }
}

/** The hardware with devices that do exactly what they are asked to, at once and without noise. */
export function withoutDeviceErrors(hardware: Hardware): Hardware {
  const quiet = { programmingError: false, stuckFaults: false, drift: false, readNoise: false, converterErrors: false, converterNoise: false }
  const layers = Object.entries(hardware.layers).map(([name, own]) => [name, own.effects === undefined ? own : { ...own, effects: { ...own.effects, ...quiet } }])
  return { ...hardware, effects: { ...hardware.effects, ...quiet }, layers: Object.fromEntries(layers) }
}

/** Nominal contents of the arrays: probe programs see partial sums of them. */
function fillNominal(network: Network, hardware: Hardware, initializers: Map<string, Tensor>, parameters: readonly StoredParameter[], slots: readonly ProgramSlot[], names: readonly string[]): void {
  const quiet = withoutDeviceErrors(hardware)
  const stored = storedInAnalog(parameters, names, hardware)
  const chip = new Programmer(stored, names, quiet).chip(parameterValues(network.model.graph, stored), () => ({ seed: 0, purpose: 'programming' }))
  for (const { initializer, parameter, component, pack } of slots) {
    // Values are those of the network, pools and variances stay zero.
    if (component.kind !== 'array' && component.kind !== 'reference' && component.kind !== 'gain') continue
    const tensor = initializers.get(initializer)
    const programmed = chip[stored.findIndex(({ name }) => name === parameters[parameter]?.name)]
    if (tensor?.type === 'float32' && programmed !== undefined) packInto(tensor.data, programmed.component(component), pack)
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

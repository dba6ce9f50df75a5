/** Decides for each node of an imported network whether it lies in analog arrays or is computed digitally, and why. */
import { fail } from '@shared/problems'
import { elementCount, intAttribute, type Model, type Node, type Tensor } from './graph'
import { consumersOf, dependentsOf } from './graph-queries'
import { isConvolution, isProduct, type AnalogLayer, type ProductOperator } from './layers'
import type { Network, ShapeTable } from './network'
import { floatConstant } from './passes/graph-edit'

export interface Classification {
  placement: 'analog' | 'digital'
  /** One sentence. */
  reason: string
  layer: AnalogLayer | null
}

const digital = (reason: string): Classification => ({ placement: 'digital', reason, layer: null })

/** One entry per node of `model.graph.nodes`. */
export function classifyNodes(network: { model: Model; shapes: ShapeTable }): Classification[] {
  const { graph } = network.model
  const consumers = consumersOf(graph)
  const outputs = new Set(graph.outputs.map((output) => output.name))
  const active = dependentsOf(graph, graph.inputs[0]?.name ?? '')
  const biasOf = new Map<string, AnalogLayer>()
  const firstWith = new Map<string, string>()
  const results = graph.nodes.map((node, index): Classification => {
    if (node.domain !== '') return digital(`${node.opType} of ${node.domain} runs digitally.`)
    const bias = biasOf.get(node.name)
    if (bias !== undefined) return digital(`Bias of “${bias.node}”, kept with its weights.`)
    if (!isProduct(node.opType)) return digital(describeDigital(node, graph.initializers, active))
    const layer = asLayer(node, index, graph.initializers, active)
    if (typeof layer === 'string') return digital(layer)
    if (layer.opType === 'MatMul') withBias(layer, node, consumers, outputs, graph.initializers)
    if (layer.biasNode !== null) biasOf.set(layer.biasNode, layer)
    layer.sharesArraysOf = firstWith.get(layer.weight.name) ?? null
    if (layer.sharesArraysOf === null) firstWith.set(layer.weight.name, layer.node)
    return { placement: 'analog', reason: describeAnalog(layer), layer }
  })
  return results
}

/** The analog layers in the order of the graph. */
export function analogLayers(network: { model: Model; shapes: ShapeTable }): AnalogLayer[] {
  return classifyNodes(network).flatMap(({ layer }) => (layer === null ? [] : [layer]))
}

/** Problem MODEL_OUTPUT_UNSUPPORTED or MODEL_NO_ANALOG_LAYER unless the network is a classifier that can be put on arrays. */
export function requireClassifier(network: Network): void {
  if (network.output.classes === 0) {
    const reason = network.report.notes.find((note) => note.startsWith('The output ')) ?? `Output “${network.output.name}” is no list of class scores. It can be simulated and fine-tuned; attribution and curvature need class scores.`
    fail('MODEL_OUTPUT_UNSUPPORTED', network.report.name, reason)
  }
  requireAnalogLayer(network)
}

/** Problem MODEL_NO_ANALOG_LAYER where nothing lies on arrays. */
export function requireAnalogLayer(network: Network): void {
  if (network.report.analogLayers === 0) {
    fail('MODEL_NO_ANALOG_LAYER', network.report.name, 'No node is a convolution or a matrix product with constant float32 weights.')
  }
}

/** The layer of a product, or the reason why it is none. */
function asLayer(node: Node, nodeIndex: number, initializers: ReadonlyMap<string, Tensor>, active: ReadonlySet<string>): AnalogLayer | string {
  const opType = node.opType as ProductOperator
  const [input, weightName, biasName] = node.inputs
  const tensor = initializers.get(weightName ?? '')
  if (input === undefined || weightName === undefined) return 'The node lacks an input.'
  if (tensor === undefined) {
    if (active.has(weightName) && active.has(input)) return 'Product of two activations; an array holds constant weights.'
    return initializers.has(input) ? 'The constant is the left operand of a product whose shape is not known.' : 'No constant weight.'
  }
  if (tensor.type !== 'float32') return `The weights are ${tensor.type}; arrays take float32 weights.`
  const { dims } = tensor
  const hasBias = biasName !== undefined && biasName !== ''
  const bias = hasBias ? floatConstant(initializers, biasName) : undefined
  if (hasBias && bias === undefined) return 'The bias is not a float32 constant.'
  const base = {
    node: node.name, nodeIndex, opType, input, output: node.outputs[0]!, weight: { name: weightName, dims },
    bias: bias === undefined ? null : { name: biasName!, dims: bias.dims }, sharesArraysOf: null, biasNode: null
  }
  if (elementCount(dims) === 0) return 'The constant operand is empty.'
  if (isConvolution({ opType })) {
    if (dims.length < 3 || dims.length > 5) return `A ${dims.length - 2}-dimensional convolution; arrays take 1 to 3 dimensions.`
    const groups = intAttribute(node, 'group', 1)
    const kernel = elementCount(dims.slice(2))
    return opType === 'Conv'
      ? { ...base, rows: dims[1]! * kernel, columns: dims[0]! / groups, groups }
      : { ...base, rows: dims[0]! / groups, columns: dims[1]! * kernel, groups }
  }
  if (dims.length < 2) return 'The constant operand is a vector; a matrix was expected.'
  if (dims.length > 2 && opType === 'MatMul') return { ...base, rows: dims.at(-2)!, columns: dims.at(-1)!, groups: elementCount(dims.slice(0, -2)) }
  if (intAttribute(node, 'transA', 0) === 1) return 'The activation is transposed within the product.'
  const transposed = opType === 'Gemm' && intAttribute(node, 'transB', 0) === 1
  const [rows, columns] = (transposed ? [dims[1], dims[0]] : dims) as [number, number]
  if (bias !== undefined && (bias.dims.length !== 1 || bias.dims[0] !== columns)) return 'The bias is not one value per column.'
  return { ...base, rows, columns, groups: 1 }
}

/** Takes the constant Add behind a MatMul as its bias, where nothing else sees the sum without it. */
function withBias(
  layer: AnalogLayer, node: Node, consumers: ReadonlyMap<string, Node[]>, outputs: ReadonlySet<string>, initializers: ReadonlyMap<string, Tensor>
): void {
  const value = node.outputs[0]!
  const uses = consumers.get(value) ?? []
  const add = uses[0]
  if (outputs.has(value) || uses.length !== 1 || add?.opType !== 'Add' || add.domain !== '') return
  const name = add.inputs[0] === value ? add.inputs[1]! : add.inputs[0]!
  const bias = floatConstant(initializers, name)
  const dims = layer.groups === 1 ? [layer.columns] : [...layer.weight.dims.slice(0, -2), 1, layer.columns]
  if (bias === undefined || bias.dims.length !== dims.length || bias.dims.some((dim, axis) => dim !== dims[axis])) return
  layer.bias = { name, dims: bias.dims }
  layer.biasNode = add.name
  layer.output = add.outputs[0]!
}

/** Why a layer is analog, with what its mapping costs where that is unusual. */
function describeAnalog(layer: AnalogLayer): string {
  return layer.sharesArraysOf === null ? describeMapping(layer) : `Uses the weights of “${layer.sharesArraysOf}” once more: it is computed on the same arrays.`
}

function describeMapping({ opType, weight, rows, columns, groups }: AnalogLayer): string {
  if (opType === 'ConvTranspose') return `Transposed convolution with constant float32 weights: input pixels drive the rows, kernel elements are columns, and digitised products that overlap are added digitally${groups > 1 ? `; each of its ${groups} groups takes arrays of its own` : ''}.`
  if (opType === 'Conv') {
    if (groups === 1) return 'Convolution with constant float32 weights.'
    if (weight.dims[1] === 1) return `Depthwise convolution with constant float32 weights: each of its ${groups} channels takes an array of its own and fills ${rows} × ${columns} cells of it.`
    return `Convolution in ${groups} groups with constant float32 weights; each group takes arrays of its own.`
  }
  return groups === 1 ? 'Matrix product with constant float32 weights.' : `Products with ${groups} constant float32 matrices; each takes arrays of its own.`
}

const nonlinear = new Set([
  'Relu', 'LeakyRelu', 'PRelu', 'Elu', 'Selu', 'Celu', 'Sigmoid', 'HardSigmoid', 'Tanh', 'Softplus', 'Softsign', 'Gelu', 'HardSwish', 'Mish', 'Erf', 'Clip', 'ThresholdedRelu'
])
const moves = new Set([
  'Reshape', 'Flatten', 'Transpose', 'Squeeze', 'Unsqueeze', 'Concat', 'Split', 'Slice', 'Gather', 'Pad', 'Expand', 'Identity', 'Tile', 'DepthToSpace', 'SpaceToDepth'
])

function describeDigital(node: Node, initializers: ReadonlyMap<string, Tensor>, active: ReadonlySet<string>): string {
  const { opType } = node
  if (opType.endsWith('Pool')) return 'Pooling is computed digitally.'
  if (nonlinear.has(opType)) return 'Activation function, element by element.'
  if (/Softmax$/.test(opType)) return 'Softmax is computed digitally.'
  if (/Normalization$/.test(opType)) return 'Normalisation is computed digitally.'
  if (/^Reduce|^Arg(Max|Min)$/.test(opType)) return 'Reduction along axes.'
  if (moves.has(opType)) return 'Rearranges values and computes nothing.'
  if (/^(LSTM|GRU|RNN)$/.test(opType)) return 'Recurrent layer: its products run step by step inside one operator, where arrays and converters cannot be placed, so that its weights stay digital.'
  if (/^(If|Loop|Scan|SequenceMap)$/.test(opType)) return `${opType} runs the graphs inside it as a whole, as often as the data says; products in them stay digital.`
  if (/^(Add|Sub|Mul|Div)$/.test(opType)) {
    const constant = node.inputs.some((name) => initializers.has(name))
    return constant ? 'Element by element with a constant.' : 'Element by element on activations.'
  }
  if (!node.outputs.some((output) => active.has(output))) return 'Does not depend on the input.'
  return `${opType} has no constant weight matrix.`
}

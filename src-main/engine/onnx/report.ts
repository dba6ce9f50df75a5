/** The import report: one entry per node, with what it costs, and totals. */
import type { NetworkReport, NodeReport } from '@shared/network'
import { classifyNodes, type Classification } from './classify'
import { elementCount, type AttributeValue, type Model, type Node, type Tensor } from './graph'
import { nodeUses } from './graph-queries'
import type { ShapeTable } from './network'

/** Inputs that are settings, not parameters: a shape, a limit, a scale of an image. */
const settingsOnly = new Set([
  'Reshape', 'Resize', 'Upsample', 'Clip', 'Pad', 'Slice', 'Gather', 'OneHot', 'Expand', 'Tile', 'TopK', 'Squeeze', 'Unsqueeze', 'Split',
  'QuantizeLinear', 'DequantizeLinear', 'Dropout', 'ConstantOfShape', 'Range', 'Where', 'Equal', 'Less', 'Greater', 'Pow', 'Cast'
])
const trainable = new Set(['float32', 'float64', 'float16', 'bfloat16'])

/** Names of the constants of a node that count as weights and biases: floating point, more than a single number unless it is a layer's own. */
function parameterNames(node: Node, layer: Classification['layer'], initializers: ReadonlyMap<string, Tensor>): string[] {
  if (layer !== null) return layer.bias === null ? [layer.weight.name] : [layer.weight.name, layer.bias.name]
  if (node.domain === '' && settingsOnly.has(node.opType)) return []
  return nodeUses(node).filter((name) => {
    const tensor = initializers.get(name)
    return tensor !== undefined && trainable.has(tensor.type) && tensor.dims.length > 0 && elementCount(tensor.dims) > 1
  })
}

/** Multiply–accumulate operations of one image. */
function macsOf(node: Node, shapes: ShapeTable, batch: number): number {
  if (node.domain !== '') return 0
  const size = (name: string | undefined): number => elementCount((name === undefined ? undefined : shapes.shape(name, batch)) ?? [0]) / batch
  const dims = (name: string | undefined): readonly number[] => (name === undefined ? undefined : shapes.shape(name, batch)) ?? []
  switch (node.opType) {
    case 'Conv': return Math.round(size(node.outputs[0]) * elementCount(dims(node.inputs[1]).slice(1)))
    case 'ConvTranspose': return Math.round(size(node.inputs[0]) * elementCount(dims(node.inputs[1]).slice(1)))
    case 'MatMul': return Math.round(size(node.outputs[0]) * (dims(node.inputs[0]).at(-1) ?? 0))
    case 'Gemm': {
      const transposed = node.attributes.get('transA')
      const left = dims(node.inputs[0])
      return Math.round(size(node.outputs[0]) * (left[transposed?.kind === 'int' && transposed.value === 1 ? 0 : 1] ?? 0))
    }
    default: return 0
  }
}

const longestAttribute = 80

/** An attribute as short text. */
export function describeAttribute(attribute: AttributeValue): string {
  const list = (values: readonly (number | string)[]): string => `[${values.slice(0, 20).join(', ')}${values.length > 20 ? ', …' : ''}]`
  const text = ((): string => {
    switch (attribute.kind) {
      case 'int': return String(attribute.value)
      case 'float': return String(Number(attribute.value.toPrecision(7)))
      case 'string': return attribute.value
      case 'ints':
      case 'strings': return list(attribute.value)
      case 'floats': return list(attribute.value.map((value) => Number(value.toPrecision(7))))
      case 'tensor': return `${attribute.value.type} [${attribute.value.dims.join(', ')}]`
      case 'reference': return `attribute ${attribute.name} of the call`
      case 'graph': return `graph of ${attribute.value.nodes.length} nodes`
      case 'other': return `${attribute.raw.length} bytes`
    }
  })()
  return text.length > longestAttribute ? `${text.slice(0, longestAttribute - 1)}…` : text
}

/** The shape of a value with N for the batch. For a network that is tied to a batch size that size stays a number. */
export function shapeWithBatch(shapes: ShapeTable, value: string, batch: 'free' | number): (number | 'N')[] {
  if (batch !== 'free') return [...(shapes.shape(value, batch) ?? [])]
  const one = shapes.shape(value, 1) ?? []
  const two = shapes.shape(value, 2) ?? []
  return one.map((dim, axis) => (dim === 1 && two[axis] === 2 ? 'N' : dim))
}

export interface ReportSource {
  name: string
  sha256: string
  bytes: number
  /** The file as it was read: producer and versions. */
  original: Model
  /** The imported model. */
  model: Model
  shapes: ShapeTable
  input: { name: string; shape: readonly number[] }
  output: { name: string; classes: number }
  batch: 'free' | number
  /** The exporter had fixed the batch size, and the import made it free. */
  freed: boolean
  notes: readonly string[]
  choices?: NetworkReport['choices']
}

export function buildReport(source: ReportSource): NetworkReport {
  const { model, shapes, batch } = source
  const { initializers } = model.graph
  const probeBatch = batch === 'free' ? 1 : batch
  const classes = classifyNodes(model.graph.inputs.length === 0 ? { model, shapes } : source)
  const biasNodes = new Set(classes.flatMap(({ layer }) => (layer?.biasNode == null ? [] : [layer.biasNode])))
  const counted = new Set<string>()
  const analog = new Set<string>()
  const elementsOf = (names: ReadonlySet<string>): number => [...names].reduce((total, name) => total + elementCount(initializers.get(name)!.dims), 0)
  const nodes = model.graph.nodes.map((node, index): NodeReport => {
    const { placement, reason, layer } = classes[index]!
    const names = biasNodes.has(node.name) ? [] : parameterNames(node, layer, initializers)
    const parameters = names.reduce((total, name) => total + elementCount(initializers.get(name)!.dims), 0)
    for (const name of names) counted.add(name)
    // Layers that share arrays store their weights once.
    if (layer !== null) for (const name of names) analog.add(name)
    return {
      name: node.name, opType: node.opType, domain: node.domain, placement, reason, parameters, macs: macsOf(node, shapes, probeBatch),
      inputs: node.inputs.filter((name) => name !== ''), outputs: node.outputs.filter((name) => name !== ''),
      outputShape: shapeWithBatch(shapes, node.outputs[0] ?? '', batch),
      attributes: Object.fromEntries([...node.attributes].map(([key, value]) => [key, describeAttribute(value)])),
      matrix: layer === null ? null : { rows: layer.rows, columns: layer.columns, groups: layer.groups, weightShape: [...layer.weight.dims], hasBias: layer.bias !== null, sharesArraysOf: layer.sharesArraysOf }
    }
  })
  return {
    name: source.name, sha256: source.sha256, bytes: source.bytes, producer: source.original.producer, irVersion: source.original.irVersion,
    opset: source.original.opsets.get('') ?? 0,
    input: { name: source.input.name, shape: [batch === 'free' ? 'N' : batch, ...source.input.shape] },
    output: { name: source.output.name, classes: source.output.classes },
    ...(source.choices === undefined ? {} : { choices: source.choices }),
    batch: batch !== 'free' ? 'fixed' : source.freed ? 'freed' : 'free',
    parameters: elementsOf(counted), analogParameters: elementsOf(analog), macs: nodes.reduce((total, node) => total + node.macs, 0),
    analogLayers: classes.filter(({ layer }) => layer !== null).length,
    nodes, notes: [...source.notes]
  }
}

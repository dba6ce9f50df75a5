/**
 * Replaces `auto_pad`, and `output_shape` of transposed convolutions, by explicit `pads`, so that gradients and tiles need one
 * form only (ONNX operator specifications of Conv and ConvTranspose).
 */
import { intsAttribute, stringAttribute, type AttributeValue, type Model, type Node } from '../graph'
import { withGraph } from '../graph-queries'
import type { ShapeTable } from '../network'

const padded = new Set(['Conv', 'MaxPool', 'AveragePool', 'LpPool'])

/** `shapes` says the spatial sizes of the inputs; a node whose sizes are unknown stays as it is. */
export function explicitPadding(model: Model, shapes: ShapeTable, batch: number): Model {
  const change = (node: Node): Node => {
    if (node.domain !== '') return node
    if (node.opType === 'ConvTranspose') return explicitTransposed(model, node, shapes, batch)
    return padded.has(node.opType) ? explicit(model, node, shapes, batch) : node
  }
  return withGraph(model, { nodes: model.graph.nodes.map(change) })
}

function explicit(model: Model, node: Node, shapes: ShapeTable, batch: number): Node {
  const mode = stringAttribute(node, 'auto_pad', 'NOTSET')
  if (mode === 'NOTSET') return node
  const input = shapes.shape(node.inputs[0]!, batch)
  const weightDims = node.opType === 'Conv' ? model.graph.initializers.get(node.inputs[1]!)?.dims.slice(2) : undefined
  const kernel = intsAttribute(node, 'kernel_shape', weightDims ?? [])
  if (input === undefined || kernel.length !== input.length - 2) return node
  const strides = intsAttribute(node, 'strides', kernel.map(() => 1))
  const dilations = intsAttribute(node, 'dilations', kernel.map(() => 1))
  const begin: number[] = []
  const end: number[] = []
  for (const [axis, size] of input.slice(2).entries()) {
    const stride = strides[axis] ?? 1
    const extent = ((kernel[axis] ?? 1) - 1) * (dilations[axis] ?? 1) + 1
    const total = mode === 'VALID' ? 0 : Math.max(0, (Math.ceil(size / stride) - 1) * stride + extent - size)
    const small = Math.floor(total / 2)
    begin.push(mode === 'SAME_LOWER' ? total - small : small)
    end.push(mode === 'SAME_LOWER' ? small : total - small)
  }
  const attributes = new Map<string, AttributeValue>([...node.attributes].filter(([name]) => name !== 'auto_pad'))
  attributes.set('pads', { kind: 'ints', value: [...begin, ...end] })
  return { ...node, attributes }
}

/** Total padding = stride·(input − 1) + output padding + extent of the kernel − output; where it is odd SAME_LOWER and none put more in front, SAME_UPPER behind. */
function explicitTransposed(model: Model, node: Node, shapes: ShapeTable, batch: number): Node {
  const mode = stringAttribute(node, 'auto_pad', 'NOTSET')
  if (mode === 'NOTSET' && !node.attributes.has('output_shape')) return node
  const input = shapes.shape(node.inputs[0]!, batch)?.slice(2)
  const output = shapes.shape(node.outputs[0]!, batch)?.slice(2)
  const kernel = intsAttribute(node, 'kernel_shape', model.graph.initializers.get(node.inputs[1]!)?.dims.slice(2) ?? [])
  if (input === undefined || output?.length !== kernel.length) return node
  const strides = intsAttribute(node, 'strides', kernel.map(() => 1))
  const dilations = intsAttribute(node, 'dilations', kernel.map(() => 1))
  const added = intsAttribute(node, 'output_padding', kernel.map(() => 0))
  const totals = kernel.map((size, axis) => strides[axis]! * (input[axis]! - 1) + added[axis]! + (size - 1) * dilations[axis]! + 1 - output[axis]!)
  // An output beyond the last product has no padding that says the same.
  if (totals.some((total) => total < 0)) return node
  const small = totals.map((total) => Math.floor(total / 2))
  const large = totals.map((total, axis) => total - small[axis]!)
  const attributes = new Map<string, AttributeValue>([...node.attributes].filter(([name]) => name !== 'auto_pad' && name !== 'output_shape'))
  attributes.set('pads', { kind: 'ints', value: mode === 'SAME_UPPER' ? [...small, ...large] : [...large, ...small] })
  return { ...node, attributes }
}

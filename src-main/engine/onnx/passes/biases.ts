/**
 * Finds the constant that an exporter adds behind a product and that is provably its bias, also behind nodes that only move
 * values (Keras reshapes between a layer and its bias): the constant has one value for all elements that come out of one
 * column. It becomes the bias of the product, or an Add directly behind a MatMul; to move an addition changes nothing.
 */
import { elementCount, intsAttribute, type FloatTensor, type Model, type Node } from '../graph'
import { consumersOf } from '../graph-queries'
import { isProduct } from '../layers'
import { GraphEdit, type ShapeOf } from './graph-edit'

const moving = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose', 'Identity'])

/** Larger values are not looked at. */
const mostElements = 2 ** 24

export function findBiases(model: Model, shapeOf: ShapeOf): Model {
  const edit = new GraphEdit(model, shapeOf)
  const consumers = consumersOf(model.graph)
  const outputs = new Set(model.graph.outputs.map((output) => output.name))
  const replaced = new Map<Node, Node[]>()
  for (const node of model.graph.nodes) {
    const channels = channelsOf(edit, node)
    if (channels === null) continue
    const path: Node[] = []
    let value = node.outputs[0]!
    let seen = channels.ofElements
    for (;;) {
      const [next, ...others] = outputs.has(value) ? [] : (consumers.get(value) ?? [])
      if (next === undefined || others.length > 0 || next.domain !== '' || replaced.has(next)) break
      if (next.opType === 'Add') {
        const source = next.inputs[next.inputs[0] === value ? 1 : 0]!
        const bias = biasOf(edit, value, source, next, seen, channels.count)
        if (bias !== null) attach(edit, replaced, node, path, next, source, { ...bias, dims: channels.biasDims })
        break
      }
      const moved = moving.has(next.opType) && next.inputs[0] === value ? movedElements(edit, next, seen) : null
      if (moved === null) break
      path.push(next)
      seen = moved
      value = next.outputs[0]!
    }
  }
  return edit.result(model.graph.nodes.flatMap((node) => replaced.get(node) ?? [node]))
}

interface Channels {
  count: number
  /** Channel of each element of the product. */
  ofElements: Uint32Array
  /** Shape of a bias with one value per channel. */
  biasDims: readonly number[]
}

/** The channels of a product without a bias whose weights are a constant on the right; null for anything else. */
function channelsOf(edit: GraphEdit, node: Node): Channels | null {
  if (!isProduct(node.opType) || node.domain !== '' || (node.inputs[2] ?? '') !== '') return null
  const weights = edit.float(node.inputs[1])
  const shape = edit.shape(node.outputs[0]!)
  if (weights === undefined || weights.dims.length < 2 || shape === undefined || shape.length === 0 || elementCount(shape) > mostElements) return null
  // Axes along which the channel changes.
  const leading = weights.dims.slice(0, -2)
  const first = shape.length - weights.dims.length
  const axes = node.opType === 'Conv' || node.opType === 'ConvTranspose' ? [1] : [...leading.flatMap((dim, i) => (node.opType === 'MatMul' && dim > 1 ? [first + i] : [])), shape.length - 1]
  if (axes.some((axis) => axis < 0)) return null
  const count = axes.reduce((total, axis) => total * shape[axis]!, 1)
  const strides = shape.map((_, axis) => (axes.includes(axis) ? axes.filter((later) => later > axis).reduce((total, later) => total * shape[later]!, 1) : 0))
  return { count, ofElements: indices(shape, strides), biasDims: axes.length === 1 ? [count] : [...leading, 1, shape.at(-1)!] }
}

/** Σ index·stride for each element of a value, row-major. */
function indices(shape: readonly number[], strides: readonly number[]): Uint32Array {
  let result = Uint32Array.of(0)
  shape.forEach((dim, axis) => {
    const next = new Uint32Array(result.length * dim)
    for (let i = 0; i < result.length; i++) for (let k = 0; k < dim; k++) next[i * dim + k] = result[i]! + k * strides[axis]!
    result = next
  })
  return result
}

/** Elements of the node's result, where it moves those of its input. */
function movedElements(edit: GraphEdit, node: Node, elements: Uint32Array): Uint32Array | null {
  const shape = edit.shape(node.inputs[0]!)
  const moved = edit.shape(node.outputs[0]!)
  if (shape === undefined || moved === undefined || elementCount(moved) !== elements.length) return null
  if (node.opType !== 'Transpose') return elements
  const perm = intsAttribute(node, 'perm', shape.map((_, axis) => shape.length - 1 - axis))
  const strides = shape.map((_, axis) => elementCount(shape.slice(axis + 1)))
  return indices(moved, perm.map((axis) => strides[axis]!)).map((source) => elements[source]!)
}

/** One value per channel, where the constant that is added has one. */
function biasOf(edit: GraphEdit, value: string, source: string, add: Node, elements: Uint32Array, count: number): FloatTensor | null {
  const constant = edit.float(source)
  const shape = edit.shape(value)
  const sum = edit.shape(add.outputs[0]!)
  if (constant === undefined || shape === undefined || sum === undefined || shape.length !== sum.length || shape.some((dim, axis) => dim !== sum[axis])) return null
  const dims = [...new Array<number>(shape.length - constant.dims.length).fill(1), ...constant.dims]
  const places = indices(shape, dims.map((dim, axis) => (dim === 1 ? 0 : elementCount(dims.slice(axis + 1)))))
  const data = new Float32Array(count)
  const known = new Uint8Array(count)
  for (let i = 0; i < elements.length; i++) {
    const channel = elements[i]!
    const found = constant.data[places[i]!]!
    if (known[channel] === 1 && !Object.is(data[channel], found)) return null
    data[channel] = found
    known[channel] = 1
  }
  return { type: 'float32', dims: [count], data }
}

/** Takes the Add away from behind the path and gives the bias to the product; the last node writes what the Add wrote. */
function attach(edit: GraphEdit, replaced: Map<Node, Node[]>, node: Node, path: readonly Node[], add: Node, source: string, bias: FloatTensor): void {
  const product = node.outputs[0]!
  const last = add.outputs[0]!
  const name = edit.equal(source, `${node.name}_bias`, bias)
  const sum = path.length === 0 ? last : edit.value(`${product}_with_bias`, edit.shape(product) ?? [])
  replaced.set(add, [])
  replaced.set(node, node.opType === 'MatMul' ? [node, { ...add, inputs: [product, name], outputs: [sum] }] : [{ ...node, inputs: [node.inputs[0]!, node.inputs[1]!, name], outputs: [sum] }])
  path.forEach((moved, i) => {
    const inputs = i === 0 ? [sum, ...moved.inputs.slice(1)] : moved.inputs
    replaced.set(moved, [{ ...moved, inputs, outputs: i === path.length - 1 ? [last] : moved.outputs }])
  })
}

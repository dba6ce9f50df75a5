/**
 * Brings products with a constant into one form: the activation on the left with its vectors along the last axis, the
 * constant on the right as a matrix or a batch of matrices; Gemm without factors, with nothing but one bias for each column.
 */
import { floatAttribute, intAttribute, type AttributeValue, type FloatTensor, type Model, type Node } from '../graph'
import { GraphEdit, lastExchanged, transposedMatrices, type ShapeOf } from './graph-edit'

/** The model in that form, and the shapes of its values. */
export function constantProducts(model: Model, shapeOf: ShapeOf): { model: Model; shapeOf: ShapeOf } {
  const edit = new GraphEdit(model, shapeOf)
  const nodes = model.graph.nodes.flatMap((node) => {
    if (node.domain !== '' || node.inputs.length < 2) return [node]
    if (node.opType === 'MatMul') return matMul(edit, node)
    return node.opType === 'Gemm' ? gemm(edit, node) : [node]
  })
  return { model: edit.result(nodes), shapeOf: (value) => edit.shape(value) }
}

/** The MatMul as one of an activation by constant matrices, with what must stand before and behind it. */
function matMul(edit: GraphEdit, node: Node): Node[] {
  const [left, right] = node.inputs as [string, string]
  const weights = edit.float(right)
  if (weights !== undefined) return rightConstant(edit, node, left, right, weights)
  const leftWeights = edit.float(left)
  return leftWeights === undefined || edit.initializers.has(right) ? [node] : leftConstant(edit, node, left, leftWeights, right)
}

function rightConstant(edit: GraphEdit, node: Node, input: string, name: string, weights: FloatTensor): Node[] {
  const shape = edit.shape(input)
  const rank = weights.dims.length
  if (shape === undefined || rank === 0) return [node]
  if (rank === 1) {
    const column = edit.derive(name, 'column', () => ({ ...weights, dims: [...weights.dims, 1] }))
    return shape.length < 2 ? [node] : squeezed(edit, node, [input, column], [...shape.slice(0, -1), 1], shape.length - 1)
  }
  const single = weights.dims.slice(0, -2).every((dim) => dim === 1)
  if (rank > 2 && single && shape.length >= rank) return [{ ...node, inputs: [input, edit.derive(name, 'matrix', () => ({ ...weights, dims: weights.dims.slice(-2) }))] }]
  return rank > 2 && shape.length === 1 ? asRow(edit, node, input, shape, name, weights) : [node]
}

/** A·X = (Xᵀ·Aᵀ)ᵀ */
function leftConstant(edit: GraphEdit, node: Node, name: string, weights: FloatTensor, input: string): Node[] {
  const shape = edit.shape(input)
  const rank = weights.dims.length
  if (shape === undefined || shape.length === 0 || rank === 0) return [node]
  if (shape.length === 1) {
    if (rank === 1) return [node]
    const transposed = edit.derive(name, 'transposed', () => transposedMatrices(weights))
    return rank === 2 ? [{ ...node, inputs: [input, transposed] }] : asRow(edit, node, input, shape, transposed, transposedMatrices(weights))
  }
  const upright = [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!]
  const before = edit.value(`${input}_transposed`, upright)
  const turned = edit.transpose(`${node.name}_input`, input, before, lastExchanged(shape.length))
  if (rank === 1) {
    const column = edit.derive(name, 'column', () => ({ ...weights, dims: [...weights.dims, 1] }))
    return [turned, ...squeezed(edit, node, [before, column], [...upright.slice(0, -1), 1], shape.length - 1)]
  }
  const output = edit.shape(node.outputs[0]!)
  if (output === undefined) return [node]
  const behind = edit.value(`${node.outputs[0]}_transposed`, [...output.slice(0, -2), output.at(-1)!, output.at(-2)!])
  const transposed = edit.derive(name, 'transposed', () => transposedMatrices(weights))
  return [turned, { ...node, inputs: [before, transposed], outputs: [behind] }, edit.transpose(`${node.name}_output`, behind, node.outputs[0]!, lastExchanged(output.length))]
}

/** A vector without other dimensions times a batch of matrices: as one row. */
function asRow(edit: GraphEdit, node: Node, input: string, shape: readonly number[], name: string, weights: FloatTensor): Node[] {
  const row = edit.value(`${input}_row`, [1, ...shape])
  const product = [...weights.dims.slice(0, -2), 1, weights.dims.at(-1)!]
  return [edit.node(`${node.name}_input`, 'Unsqueeze', [input, edit.axes([0])], row), ...squeezed(edit, node, [row, name], product, product.length - 2)]
}

/** The product and a Squeeze of the axis that its form has added; `shape` is that of the product. */
function squeezed(edit: GraphEdit, node: Node, inputs: readonly string[], shape: readonly number[], axis: number): Node[] {
  const product = edit.value(`${node.outputs[0]}_unsqueezed`, shape)
  return [{ ...node, inputs, outputs: [product] }, edit.node(`${node.name}_output`, 'Squeeze', [product, edit.axes([axis])], node.outputs[0]!)]
}

const scaled = (tensor: FloatTensor, factor: number): FloatTensor => ({ ...tensor, data: tensor.data.map((value) => value * factor) })

/** The [columns] form of a bias that is the same for every row of the product; undefined when it is not. */
function columnBias(tensor: FloatTensor, columns: number): FloatTensor | undefined {
  const last = tensor.dims.at(-1) ?? 1
  if (tensor.dims.slice(0, -1).some((dim) => dim !== 1)) return undefined
  if (last === columns) return { type: 'float32', dims: [columns], data: tensor.data }
  return last === 1 ? { type: 'float32', dims: [columns], data: new Float32Array(columns).fill(tensor.data[0]!) } : undefined
}

/** The transpose of a bias of two dimensions, for a product that is transposed. */
const biasTransposed = (tensor: FloatTensor): FloatTensor | undefined => {
  const [rows = 1, columns = 1] = tensor.dims.length === 1 ? [1, tensor.dims[0]] : tensor.dims
  return rows !== 1 && columns !== 1 ? undefined : { ...tensor, dims: [columns, rows] }
}

/** Y = α·A′·B′ + β·C with a constant A or B; with a constant A it is (α·B′ᵀ·A′ᵀ)ᵀ. */
function gemm(edit: GraphEdit, node: Node): Node[] {
  const [a, b, c = ''] = node.inputs as [string, string, string?]
  const right = edit.float(b)
  const left = right === undefined && !edit.initializers.has(b) ? edit.float(a) : undefined
  const weights = right ?? left
  const [input, name] = right === undefined ? [b, a] : [a, b]
  const inputShape = edit.shape(input)
  const outputShape = edit.shape(node.outputs[0]!)
  if (weights?.dims.length !== 2 || inputShape?.length !== 2 || outputShape?.length !== 2) return [node]
  const transA = intAttribute(node, 'transA', 0) === 1
  const transB = intAttribute(node, 'transB', 0) === 1
  const turnsInput = right === undefined ? !transB : transA
  const weightTransposed = right === undefined ? !transA : transB
  const columns = weights.dims[weightTransposed ? 0 : 1]!

  const nodes: Node[] = []
  const upright = turnsInput ? edit.value(`${input}_transposed`, [inputShape[1]!, inputShape[0]!]) : input
  if (turnsInput) nodes.push(edit.transpose(`${node.name}_input`, input, upright, [1, 0]))
  const alpha = floatAttribute(node, 'alpha', 1)
  const inputs = [upright, alpha === 1 ? name : edit.derive(name, `scaled_${alpha}`, () => scaled(weights, alpha))]

  const beta = floatAttribute(node, 'beta', 1)
  const constant = c === '' ? undefined : edit.float(c)
  const turned = constant === undefined || right !== undefined ? constant : biasTransposed(constant)
  const bias = turned === undefined ? undefined : columnBias(turned, columns)
  if (bias !== undefined) {
    const asItIs = right !== undefined && beta === 1 && constant?.dims.length === 1 && constant.dims[0] === columns
    inputs.push(asItIs ? c : edit.derive(c, `columns_${columns}_${beta}`, () => scaled(bias, beta)))
  }
  // What is no bias for each column is added behind the product.
  const addsBehind = c !== '' && bias === undefined
  const sum = addsBehind ? edit.value(`${node.outputs[0]}_product`, outputShape) : node.outputs[0]!
  const product = right === undefined ? edit.value(`${sum}_transposed`, [outputShape[1]!, outputShape[0]!]) : sum
  const attributes = new Map<string, AttributeValue>(weightTransposed ? [['transB', { kind: 'int', value: 1 }]] : [])
  nodes.push({ ...node, inputs, outputs: [product], attributes })
  if (right === undefined) nodes.push(edit.transpose(`${node.name}_output`, product, sum, [1, 0]))
  if (addsBehind) nodes.push(...added(edit, node, sum, c, beta))
  return nodes
}

function added(edit: GraphEdit, node: Node, sum: string, term: string, beta: number): Node[] {
  const add = (name: string): Node => edit.node(`${node.name}_add`, 'Add', [sum, name], node.outputs[0]!)
  if (beta === 1) return [add(term)]
  const factor = edit.constant('beta', { type: 'float32', dims: [], data: Float32Array.of(beta) })
  const scaledTerm = edit.value(`${term}_scaled`, edit.shape(term) ?? [])
  return [edit.node(`${node.name}_beta`, 'Mul', [term, factor], scaledTerm), add(scaledTerm)]
}

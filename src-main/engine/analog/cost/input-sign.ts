/**
 * Which values of a graph cannot be negative, from operators and constants alone. Calibration on data decides in the
 * simulation; an estimate has no data, and what it cannot exclude counts as signed.
 */
import type { Graph, Node, Tensor } from '../../onnx/graph'

/** Results that are never negative, whatever comes in. */
const rectifying = new Set(['Relu', 'Sigmoid', 'HardSigmoid', 'Softmax', 'Softplus', 'Exp', 'Abs', 'Sqrt', 'ReduceL1', 'ReduceL2', 'ReduceSumSquare'])
/** Negative only where the first input is. */
const following = new Set([
  'MaxPool', 'AveragePool', 'GlobalAveragePool', 'GlobalMaxPool', 'ReduceMean', 'ReduceSum', 'ReduceMax', 'ReduceMin',
  'Flatten', 'Reshape', 'Squeeze', 'Unsqueeze', 'Transpose', 'Identity', 'Dropout', 'Slice', 'Split', 'Gather', 'Tile', 'Expand', 'DepthToSpace', 'SpaceToDepth'
])
/** Negative only where some input is. */
const combining = new Set(['Add', 'Mul', 'Sum', 'Mean', 'Concat', 'Min'])

function isNonNegativeConstant(tensor: Tensor | undefined): boolean {
  if (tensor === undefined || !('data' in tensor)) return false
  for (const value of tensor.data) if (!(value >= 0)) return false
  return true
}

function staysNonNegative(node: Node, graph: Graph, known: ReadonlySet<string>): boolean {
  if (node.domain !== '') return false
  const has = (name: string | undefined): boolean => name !== undefined && (known.has(name) || isNonNegativeConstant(graph.initializers.get(name)))
  const { opType, inputs } = node
  if (rectifying.has(opType)) return true
  if (following.has(opType)) return has(inputs[0])
  if (combining.has(opType)) return inputs.every(has)
  if (opType === 'Max') return inputs.some(has)
  if (opType === 'Clip') return has(inputs[0]) || (inputs[1] !== undefined && inputs[1] !== '' && isNonNegativeConstant(graph.initializers.get(inputs[1])))
  // Without a value given the padding is zero; other modes repeat what is there.
  if (opType === 'Pad') return has(inputs[0]) && (inputs[2] === undefined || inputs[2] === '' || isNonNegativeConstant(graph.initializers.get(inputs[2])))
  return false
}

/** Names of the computed values that cannot be negative. */
export function nonNegativeValues(graph: Graph): Set<string> {
  const known = new Set<string>()
  for (const node of graph.nodes) {
    if (staysNonNegative(node, graph, known)) for (const output of node.outputs) known.add(output)
  }
  return known
}

/**
 * Gelu as exporters write it without the operator, x · (1 + erf(x/√2)) / 2 with the factors in any order, as one operator: forwards one pass over memory in place of five, and a
 * gradient of fewer passes. ONNX Runtime does the same by itself only where nothing else, such as a gradient, reads what lies between.
 */
import type { Graph, Node } from '../onnx/graph'
import { onlyReaders, producersOf } from '../onnx/graph-queries'
import { sameKnownShape } from './broadcast'

/** float32 constants as exporters round them. */
const relativeTolerance = 1e-6

export interface GeluOptions {
  /** Shape of a value, where known. */
  shape(value: string): readonly number[] | undefined
  /** Initialisers that are inputs to training, and no constants. */
  free: ReadonlySet<string>
}

/** The graph with such nodes as Gelu. Needs operator set 20. */
export function withFusedGelu(graph: Graph, { shape, free }: GeluOptions): Graph {
  const producers = producersOf(graph)
  const readers = onlyReaders(graph)
  const isConstant = (name: string, value: number): boolean => {
    const tensor = free.has(name) ? undefined : graph.initializers.get(name)
    return tensor?.type === 'float32' && tensor.data.length === 1 && Math.abs(tensor.data[0]! - value) <= relativeTolerance * Math.abs(value)
  }
  /** The other input of a node of two, one of which is the constant. */
  const besideConstant = ({ inputs: [a = '', b = ''] }: Node, value: number): string | undefined => (isConstant(b, value) ? a : isConstant(a, value) ? b : undefined)
  /** The node of this kind that alone reads a value, with its other input. */
  const next = (value: string, opType: string): { node: Node; other: string } | undefined => {
    const node = readers.get(value)
    return node?.opType === opType && node.domain === '' && node.inputs.length === 2 ? { node, other: node.inputs[0] === value ? node.inputs[1]! : node.inputs[0]! } : undefined
  }
  const half = (name: string): string | undefined => {
    const node = producers.get(name)
    return node?.opType === 'Mul' && readers.has(name) ? besideConstant(node, 0.5) : undefined
  }

  const fused = new Map<Node, Node>()
  for (const erf of graph.nodes.filter(({ opType, domain }) => opType === 'Erf' && domain === '')) {
    const scaled = producers.get(erf.inputs[0]!)
    const x = scaled?.opType === 'Div' && isConstant(scaled.inputs[1]!, Math.SQRT2) ? scaled.inputs[0] : scaled?.opType === 'Mul' ? besideConstant(scaled, Math.SQRT1_2) : undefined
    const sum = next(erf.outputs[0]!, 'Add')
    if (x === undefined || !readers.has(erf.inputs[0]!) || sum === undefined || !isConstant(sum.other, 1)) continue
    const first = next(sum.node.outputs[0]!, 'Mul')
    const second = first === undefined ? undefined : next(first.node.outputs[0]!, 'Mul')
    const last =
      first !== undefined && half(first.other) === x ? first.node
      : second === undefined ? undefined
      : (first?.other === x && isConstant(second.other, 0.5)) || (isConstant(first!.other, 0.5) && second.other === x) ? second.node
      : undefined
    // A constant of more axes than x gives its axes to the result.
    if (last !== undefined && sameKnownShape(shape(x), shape(last.outputs[0]!))) fused.set(last, { name: last.name, opType: 'Gelu', domain: '', inputs: [x], outputs: last.outputs, attributes: new Map() })
  }
  return { ...graph, nodes: graph.nodes.map((node) => fused.get(node) ?? node) }
}

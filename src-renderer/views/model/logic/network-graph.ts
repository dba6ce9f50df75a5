/** What is drawn of a network: one node per operator, plus the image input and the score output. */
import type { NetworkReport, NodeReport, Placement } from '@shared/network'
import { formatClasses, formatShape, listOfIntegers } from './format-network'

export interface GraphNode {
  /** `op:` and the operator's name, `input` / `output`, or `block:` and the identity of a collapsed block's first member. */
  id: string
  kind: 'input' | 'output' | 'operator' | 'block'
  /** Of a collapsed block: unsupported if one of its operators is, else analog if one is. */
  placement: Placement | null
  /** Operator with what tells it from its siblings, for example `Conv 3×3 /2`. */
  title: string
  /** Shape of the first output without the batch; of a collapsed block, what it holds. */
  subtitle: string
  /** Operator, kernel, stride, whether grouped, placement: nodes with the same signature do the same to other sizes. */
  signature: string
  width: number
  height: number
}

export interface GraphEdge {
  id: string
  source: string
  target: string
  /** Name of the ONNX value that travels along it. */
  value: string
}

export interface NetworkGraph {
  nodes: GraphNode[]
  edges: GraphEdge[]
}

export const inputNodeId = 'input'
export const outputNodeId = 'output'
export const operatorNodeId = (name: string): string => `op:${name}`
/** Name of the operator behind a graph node; null for the input and the output. */
export const operatorOfNodeId = (id: string): string | null => (id.startsWith('op:') ? id.slice(3) : null)

/** `Conv 3×3 /2 ×16 groups`: the operator and the numbers that an engineer looks for first. */
export function operatorTitle(node: NodeReport): string {
  const parts = [node.domain === '' || node.domain === 'ai.onnx' ? node.opType : `${node.domain}.${node.opType}`]
  const kernel = node.matrix && node.matrix.weightShape.length > 2 ? node.matrix.weightShape.slice(2) : listOfIntegers(node.attributes['kernel_shape'])
  if (kernel.length > 0) parts.push(kernel.join('×'))
  const strides = listOfIntegers(node.attributes['strides'])
  if (strides.some((stride) => stride > 1)) parts.push(`/${[...new Set(strides)].join('×')}`)
  if (node.matrix && node.matrix.groups > 1) parts.push(`${node.matrix.groups} groups`)
  return parts.join(' ')
}

const signatureOf = (node: NodeReport): string => `${operatorTitle(node).replace(/ \d+ groups$/, ' grouped')} ${node.placement}`

const characterWidth = 7.6
const nodePadding = 26
const widestNode = 260
/** As many characters as the widest node holds; an operator of a foreign domain may have any name. */
const longestText = Math.floor((widestNode - nodePadding) / characterWidth)
/** Text that fits into a node, its end cut where it is too long. Cut between code points, not within one. */
export function fittingText(text: string): string {
  const characters = [...text]
  return characters.length <= longestText ? text : `${characters.slice(0, longestText - 1).join('')}…`
}
export const nodeWidth = (title: string, subtitle: string): number =>
  Math.round(Math.min(widestNode, Math.max(96, nodePadding + characterWidth * Math.max([...title].length, [...subtitle].length))))

/** Edges are drawn where a value is made by one drawn node and used by another; constants are not drawn. */
export function networkGraph(report: NetworkReport): NetworkGraph {
  const maker = new Map<string, string>([[report.input.name, inputNodeId]])
  const inputShape = fittingText(formatShape(report.input.shape))
  const nodes: GraphNode[] = [
    { id: inputNodeId, kind: 'input', placement: null, title: 'Input', subtitle: inputShape, signature: 'input', width: nodeWidth('Input', inputShape), height: 40 }
  ]
  for (const node of report.nodes) {
    const id = operatorNodeId(node.name)
    const title = fittingText(operatorTitle(node))
    const subtitle = fittingText(formatShape(node.outputShape))
    nodes.push({ id, kind: 'operator', placement: node.placement, title, subtitle, signature: signatureOf(node), width: nodeWidth(title, subtitle), height: node.placement === 'digital' ? 40 : 46 })
    for (const value of node.outputs) if (value !== '') maker.set(value, id)
  }
  const classes = formatClasses(report.output.classes)
  nodes.push({ id: outputNodeId, kind: 'output', placement: null, title: 'Output', subtitle: classes, signature: 'output', width: nodeWidth('Output', classes), height: 40 })

  const edges: GraphEdge[] = []
  const connect = (value: string, target: string, position: number): void => {
    const source = maker.get(value)
    if (source !== undefined && source !== target) edges.push({ id: `e:${target}:${position}`, source, target, value })
  }
  for (const node of report.nodes) node.inputs.forEach((value, position) => connect(value, operatorNodeId(node.name), position))
  connect(report.output.name, outputNodeId, 0)
  return { nodes, edges }
}

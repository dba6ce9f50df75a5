/**
 * Which layers of a network can be trained. A layer can when every path from it to the output is made of operators with gradient rules; behind one without,
 * nothing is known of how the loss depends on what comes before.
 */
import { fail, ProblemError } from '@shared/problems'
import { ruleFor, stopsGradient } from '../autodiff/rules'
import { analogLayers } from '../onnx/classify'
import type { Node } from '../onnx/graph'
import type { Network } from '../onnx/network'

export interface BlockedLayer {
  layer: string
  /** The operator without a gradient, nearest to the output. */
  operator: Node
}

export interface Trainability {
  /** Node names of analog layers, in the order of the graph. */
  trainable: string[]
  blocked: BlockedLayer[]
}

/** @param alsoWithout Name of a node whose operator has a rule, but not in the form that it has there. */
export function trainability(network: Network, alsoWithout: string | null = null): Trainability {
  const { graph } = network.model
  /** Values on which the output depends through gradients, and the operator without one on the way. */
  const reached = new Map<string, Node | null>([[network.output.name, null]])
  for (const node of graph.nodes.toReversed()) {
    const uses = node.outputs.filter((output) => reached.has(output))
    if (uses.length === 0 || stopsGradient(node)) continue
    const behind = uses.map((output) => reached.get(output) ?? null).find((blocking) => blocking !== null) ?? null
    const blocking = behind ?? (ruleFor(node) === undefined || node.name === alsoWithout ? node : null)
    for (const input of node.inputs) if (input !== '' && (reached.get(input) ?? null) === null) reached.set(input, blocking)
  }
  const layers = analogLayers(network)
  const blocked = layers.flatMap(({ node, weight }) => {
    const operator = reached.get(weight.name) ?? null
    return operator === null ? [] : [{ layer: node, operator }]
  })
  const names = new Set(blocked.map(({ layer }) => layer))
  return { trainable: layers.map(({ node }) => node).filter((name) => !names.has(name)), blocked }
}

const operatorName = ({ domain, opType }: Node): string => (domain === '' ? opType : `${domain}.${opType}`)

/** Null where every layer can be trained. */
function trainabilityNote(network: Network): string | null {
  const { trainable, blocked } = trainability(network)
  const [first] = blocked
  if (first === undefined) return null
  return `Fine-tuning can change ${trainable.length} of ${trainable.length + blocked.length} analog layers: ${operatorName(first.operator)} at node “${first.operator.name}” has no gradient rule, and ${blocked.length === 1 ? `“${first.layer}” lies` : `${blocked.length} layers lie`} in front of it.`
}

/** The network, its report telling what cannot be trained. */
export function withTrainabilityNote(network: Network): Network {
  const note = trainabilityNote(network)
  return note === null ? network : { ...network, report: { ...network.report, notes: [...network.report.notes, note] } }
}

/** Names of layers as a person would type them, shortened. */
const listed = (names: readonly string[]): string => (names.length <= 6 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`)

/** Says of a GRADIENT_UNSUPPORTED what can be trained all the same, and passes anything else on. */
export function explainUntrainable(thrown: unknown, network: Network): never {
  if (!(thrown instanceof ProblemError) || thrown.problem.code !== 'GRADIENT_UNSUPPORTED') throw thrown
  const { where, message } = thrown.problem
  const { trainable, blocked } = trainability(network, where.replace(/^node /, ''))
  if (trainable.length === 0 || blocked.length === 0) throw thrown
  fail('GRADIENT_UNSUPPORTED', where, `${message} ${trainable.length} of ${trainable.length + blocked.length} analog layers can be trained without it.`, `Freeze the layers in front of it (Fine-tune → Layers, or --freeze): ${listed(blocked.map(({ layer }) => layer))}.`)
}

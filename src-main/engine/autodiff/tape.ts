/**
 * Reverse-mode differentiation from graph to graph. The forward nodes are walked backwards once; each node whose output
 * has a gradient and whose inputs need one is handed to its operator's rule, which appends backward nodes. A value that
 * is used several times has the sum of what its uses contribute.
 */
import { fail } from '@shared/problems'
import type { Provider } from '@shared/providers'
import type { GraphBuilder } from '../onnx/graph-builder'
import type { Node, NumericTensor, Tensor } from '../onnx/graph'
import { producersOf } from '../onnx/graph-queries'
import type { Gradient, GradientRule, RuleContext } from './gradient-rule'
import { ruleFor, stopsGradient } from './rules'

export interface TapeOptions {
  /** Holds the forward nodes in topological order; the backward nodes are appended. */
  builder: GraphBuilder
  /** Gradient of the loss with respect to the values from which to walk backwards. */
  seeds: ReadonlyMap<string, string>
  /** Values whose gradient is asked for. */
  parameters: readonly string[]
  /** Shape of every forward value between the parameters and the seeds. */
  shape(value: string): readonly number[] | undefined
  /** What will compute the graph; the CPU unless said. */
  provider?: Provider
  /** Channels of a block of the runtime's blocked layout; null, the default, where the graph is to do without it. */
  blockSize?: number | null
}

export interface Derivatives {
  /** Of each parameter; undefined where the seeds do not depend on it. */
  gradients: ReadonlyMap<string, Gradient>
  /** Shapes of all gradients, those that were summed and their sums. */
  shapes: ReadonlyMap<string, readonly number[]>
}

/**
 * The gradients of the parameters. Problem GRADIENT_UNSUPPORTED when an
 * operator on the way has no rule.
 */
export function differentiate(options: TapeOptions): Derivatives {
  const { builder, parameters } = options
  const forward = [...builder.nodes]
  const needed = dependentValues(forward, parameters)
  const contributions = new Map<string, string[]>()
  const shapes = new Map<string, readonly number[]>()
  const contribute = (value: string, gradient: string): void => {
    contributions.set(value, [...(contributions.get(value) ?? []), gradient])
    noteShape(gradient, value)
  }
  const noteShape = (gradient: string, value: string): void => {
    const shape = options.shape(value)
    if (shape !== undefined) shapes.set(gradient, shape)
  }
  for (const [value, gradient] of options.seeds) contribute(value, gradient)

  /** Sum of the contributions; called when all uses of the value have been walked. */
  const total = (value: string): Gradient => {
    const parts = contributions.get(value)
    if (parts === undefined) return undefined
    const sum = parts.reduce((left, right) => {
      const added = builder.node('Add', [left, right])
      noteShape(added, value)
      return added
    })
    contributions.set(value, [sum])
    return sum
  }

  const constants = constantsOf(builder, forward, parameters)
  const producers = producersOf({ nodes: forward })
  for (const node of forward.toReversed()) {
    if (!node.inputs.some((input) => needed.has(input)) || stopsGradient(node)) continue
    const upstream = node.outputs.map(total)
    if (upstream.every((gradient) => gradient === undefined)) continue
    const rule = ruleFor(node)
    if (rule === undefined) unsupported(node, 'no gradient rule is known for it')
    const gradients = rule.gradient(contextOf(node, upstream, { options, needed, constants, producers }))
    checkCount(rule, node, gradients)
    node.inputs.forEach((input, index) => {
      const gradient = gradients[index]
      if (gradient !== undefined && needed.has(input)) contribute(input, gradient)
    })
  }
  return { gradients: new Map(parameters.map((parameter) => [parameter, total(parameter)])), shapes }
}

/** The parameters and every value that depends on one of them through operators that pass a gradient. */
function dependentValues(nodes: readonly Node[], parameters: readonly string[]): ReadonlySet<string> {
  const dependent = new Set(parameters)
  for (const node of nodes) {
    if (stopsGradient(node) || !node.inputs.some((input) => dependent.has(input))) continue
    for (const output of node.outputs) if (output !== '') dependent.add(output)
  }
  return dependent
}

interface Known {
  options: TapeOptions
  needed: ReadonlySet<string>
  constants: ReadonlyMap<string, Tensor>
  producers: ReadonlyMap<string, Node>
}

function contextOf(node: Node, upstream: readonly Gradient[], known: Known): RuleContext {
  const { builder } = known.options
  const shape = (value: string): readonly number[] => {
    const found = known.options.shape(value) ?? known.constants.get(value)?.dims
    if (found === undefined) throw new Error(`The shape of “${value}” at node “${node.name}” (${node.opType}) is not known`)
    return found
  }
  const input = (index: number): string => node.inputs[index] ?? ''
  return {
    node,
    builder,
    provider: known.options.provider ?? 'cpu',
    blockSize: known.options.blockSize ?? null,
    shape,
    input,
    inputShape: (index) => shape(input(index)),
    outputShape: (index = 0) => shape(node.outputs[index] ?? ''),
    needs: (index) => known.needed.has(input(index)),
    outputGradient: (index) => upstream[index],
    get upstream() {
      const gradient = upstream[0]
      if (gradient === undefined) throw new Error(`The first output of “${node.name}” (${node.opType}) has no gradient`)
      return gradient
    },
    constant: (value) => {
      const tensor = known.constants.get(value)
      return tensor !== undefined && 'data' in tensor ? (tensor as NumericTensor) : undefined
    },
    producer: (value) => known.producers.get(value),
    forwardOutput: (index) => forwardOutput(builder, node, index),
    unsupported: (reason) => unsupported(node, reason)
  }
}

/** Constants by name: initialisers that are not parameters, and Constant nodes. */
function constantsOf(builder: GraphBuilder, nodes: readonly Node[], parameters: readonly string[]): ReadonlyMap<string, Tensor> {
  const constants = new Map(builder.initializers)
  for (const node of nodes) {
    const value = node.opType === 'Constant' ? node.attributes.get('value') : undefined
    if (value?.kind === 'tensor' && node.outputs[0] !== undefined) constants.set(node.outputs[0], value.value)
  }
  for (const parameter of parameters) constants.delete(parameter)
  return constants
}

/** Adds an output that the node left out, in place: nothing that was there changes. */
function forwardOutput(builder: GraphBuilder, node: Node, index: number): string {
  const position = builder.nodes.findIndex((candidate) => candidate.outputs[0] === node.outputs[0])
  const current = builder.nodes[position]
  if (current === undefined) throw new Error(`Node “${node.name}” is not in the graph`)
  const known = current.outputs[index]
  if (known !== undefined && known !== '') return known
  const added = builder.fresh(`${current.outputs[0] ?? node.name}_output_${index}`)
  const outputs = Array.from({ length: Math.max(index + 1, current.outputs.length) }, (_, n) => current.outputs[n] ?? '')
  outputs[index] = added
  builder.nodes[position] = { ...current, outputs }
  return added
}

function unsupported(node: Node, reason: string): never {
  const operator = node.domain === '' ? node.opType : `${node.domain}.${node.opType}`
  fail('GRADIENT_UNSUPPORTED', `node ${node.name}`, `The gradient of the operator ${operator} at node “${node.name}” cannot be computed: ${reason}.`)
}

function checkCount(rule: GradientRule, node: Node, gradients: readonly Gradient[]): void {
  if (gradients.length > node.inputs.length) {
    throw new Error(`The rule of ${rule.opType} returned ${gradients.length} gradients for ${node.inputs.length} inputs`)
  }
}

/** Appends nodes and constants to a graph under fresh names. Used by the analog compiler and by gradient rules. */
import type { AttributeValue, Graph, Node, NumericTensor, Tensor, ValueInfo } from './graph'

/** Shorthand for attributes: numbers that are whole become ints; use {@link float} for a float with a whole value. */
export type AttributeShorthand = number | string | readonly number[] | AttributeValue

export const float = (value: number): AttributeValue => ({ kind: 'float', value })

function toAttribute(value: AttributeShorthand): AttributeValue {
  if (typeof value === 'number') return Number.isInteger(value) ? { kind: 'int', value } : { kind: 'float', value }
  if (typeof value === 'string') return { kind: 'string', value }
  if (Array.isArray(value)) return { kind: 'ints', value: value as readonly number[] }
  return value as AttributeValue
}

export class GraphBuilder {
  readonly nodes: Node[] = []
  readonly inputs: ValueInfo[] = []
  readonly outputs: ValueInfo[] = []
  readonly initializers = new Map<string, Tensor>()
  private readonly takenNodeNames = new Set<string>()
  private readonly scalarNames = new Map<string, string>()

  /** Starts from a copy of `graph`, or empty. `taken` holds names that are not to be used, and gets the new ones. */
  constructor(readonly name: string, graph?: Graph, private readonly taken = new Set<string>()) {
    if (graph === undefined) return
    for (const input of graph.inputs) this.input(input)
    for (const [tensorName, tensor] of graph.initializers) this.initializer(tensorName, tensor)
    for (const node of graph.nodes) this.append(node)
    this.outputs.push(...graph.outputs)
  }

  /** A name that nothing in the graph uses. */
  fresh(hint: string): string {
    let candidate = hint
    for (let n = 1; this.taken.has(candidate); n++) candidate = `${hint}_${n}`
    this.taken.add(candidate)
    return candidate
  }

  /** Marks a name as taken, so that {@link fresh} does not give it to something else. */
  reserve(name: string): void {
    this.taken.add(name)
  }

  /** The same for the name of a node that is appended later. */
  reserveNode(name: string): void {
    this.takenNodeNames.add(name)
  }

  /** Nodes and values have names of their own; an imported node can have any. */
  private freshNodeName(hint: string): string {
    let candidate = hint
    for (let n = 1; this.takenNodeNames.has(candidate); n++) candidate = `${hint}_${n}`
    return candidate
  }

  input(info: ValueInfo): string {
    this.taken.add(info.name)
    this.inputs.push(info)
    return info.name
  }

  output(info: ValueInfo): void {
    this.outputs.push(info)
  }

  /** Adds a constant under exactly this name. */
  initializer(name: string, tensor: Tensor): string {
    this.taken.add(name)
    this.initializers.set(name, tensor)
    return name
  }

  /** Adds a constant under a fresh name. */
  constant(hint: string, tensor: NumericTensor): string {
    return this.initializer(this.fresh(hint), tensor)
  }

  /** A 0-dimensional float32; equal scalars are shared. */
  scalar(value: number): string {
    const key = Object.is(value, -0) ? 'float:-0' : `float:${value}`
    const known = this.scalarNames.get(key)
    if (known !== undefined) return known
    const name = this.constant('scalar', { type: 'float32', dims: [], data: Float32Array.of(value) })
    this.scalarNames.set(key, name)
    return name
  }

  /** A one-dimensional int64 (axes, shapes); equal vectors are shared. */
  ints(values: readonly number[]): string {
    const key = `ints:${values.join(',')}`
    const known = this.scalarNames.get(key)
    if (known !== undefined) return known
    const name = this.constant('ints', { type: 'int64', dims: [values.length], data: BigInt64Array.from(values, BigInt) })
    this.scalarNames.set(key, name)
    return name
  }

  /** Appends an existing node unchanged. */
  append(node: Node): void {
    this.takenNodeNames.add(node.name)
    for (const output of node.outputs) if (output !== '') this.taken.add(output)
    this.nodes.push(node)
  }

  /** Appends a node with one output and returns the output's name. */
  node(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeShorthand>> = {},
    options: { output?: string; domain?: string } = {}
  ): string {
    return this.multi(opType, inputs, [options.output ?? this.fresh(opType.toLowerCase())], attributes, options.domain)[0]!
  }

  /** Appends a node with several outputs, whose names the caller has made with {@link fresh}. */
  multi(
    opType: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Readonly<Record<string, AttributeShorthand>> = {},
    domain = ''
  ): readonly string[] {
    const entries = Object.entries(attributes).map(([key, value]) => [key, toAttribute(value)] as const)
    this.append({ name: this.freshNodeName(`${opType}:${outputs[0] ?? ''}`), opType, domain, inputs, outputs, attributes: new Map(entries) })
    return outputs
  }

  build(): Graph {
    return { name: this.name, nodes: this.nodes, inputs: this.inputs, outputs: this.outputs, initializers: this.initializers }
  }
}

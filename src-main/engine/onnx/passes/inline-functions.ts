/**
 * Calls of model-local functions are replaced by the functions' bodies, so that the rest of the import sees operators only. Exporters write
 * such functions for modules (PyTorch) and for operators that are made of others (onnxscript).
 */
import { fail } from '@shared/problems'
import { renamedAttribute } from '../codec-attribute'
import type { AttributeValue, Graph, Model, ModelFunction, Node } from '../graph'
import { allNames, eachNode, freshName, withGraph } from '../graph-queries'
import { knownDomains } from '../import-checks'
import { raiseGraph } from '../upgrade/upgrade'

/** Far more than any network has; a few functions that each call the next one twice would give 2^n of them. */
const largestNodeCount = 100_000
/** Functions within functions; modules of real networks stay below 20. ONNX Runtime takes each level on its stack. */
const largestDepth = 64
/** Longer names are not carried into the names of what is inlined. */
const longestHint = 100

type Key = string
const keyOf = (domain: string, name: string, overload = ''): Key => [domain, name, overload].join('\0')
const calledKey = (node: Node): Key => keyOf(node.domain, node.opType, node.overload)
const shown = ({ domain, name }: { domain: string; name: string }): string => `“${domain === '' ? '' : `${domain}.`}${name}”`.slice(0, 200)

/** The functions that calls can mean: in a domain of its own ONNX Runtime looks for its own operators. Problem MODEL_INVALID for doubles, for functions that call themselves in the end, and for absurd depth. */
function functionTable(model: Model, where: string): Map<Key, ModelFunction> {
  const table = new Map<Key, ModelFunction>()
  for (const each of model.functions) {
    if (knownDomains.has(each.domain)) continue
    const key = keyOf(each.domain, each.name, each.overload)
    if (table.has(key)) fail('MODEL_INVALID', where, `The function ${shown(each)} is defined twice.`)
    table.set(key, each)
  }
  const heights = new Map<Key, number>()
  const open = new Set<Key>()
  const heightOf = (key: Key, each: ModelFunction): number => {
    const known = heights.get(key)
    if (known !== undefined) return known
    if (open.has(key)) fail('MODEL_INVALID', where, `The function ${shown(each)} calls itself, directly or through others.`)
    if (open.size >= largestDepth) fail('MODEL_INVALID', where, `Functions call one another more than ${largestDepth} levels deep.`)
    open.add(key)
    let height = 1
    eachNode(bodyOf(each.nodes), (node) => {
      const callee = table.get(calledKey(node))
      if (callee !== undefined) height = Math.max(height, 1 + heightOf(calledKey(node), callee))
    })
    open.delete(key)
    if (height > largestDepth) fail('MODEL_INVALID', where, `Functions call one another more than ${largestDepth} levels deep.`)
    heights.set(key, height)
    return height
  }
  for (const [key, each] of table) heightOf(key, each)
  return table
}

const bodyOf = (nodes: readonly Node[]): Graph => ({ name: 'body', nodes, inputs: [], outputs: [], initializers: new Map() })

export interface InlinedModel {
  /** Without functions. Its default operator set is the newest of its own and those of the functions that are called. */
  model: Model
  /** Parts of an older operator set have another form now. ONNX Runtime 1.30 does not read a function's operator set and takes the model's for it. */
  isRaised: boolean
}

/** Problem MODEL_INVALID for a call that does not fit its function, and for a body that does not hold together. */
export function inlineFunctions(model: Model, where: string, notes: string[]): InlinedModel {
  const table = functionTable(model, where)
  const called = calledFunctions(model, table)
  if (called.length === 0) return { model: model.functions.length === 0 ? model : { ...model, functions: [] }, isRaised: false }
  const opsets = new Map(model.opsets)
  for (const each of called) for (const [domain, version] of each.opsets) opsets.set(domain, Math.max(version, opsets.get(domain) ?? 0))
  const target = opsets.get('') ?? 0
  const taken = allNames(model.graph)
  const raised = raiseGraph(model.graph, model.opsets.get('') ?? target, target, { rank: () => undefined, where }, taken)
  const inliner = new Inliner(table, target, taken, where)
  const graph = inliner.graph(raised)
  const names = [...new Set(called.map(({ name }) => name))]
  const list = names.slice(0, 10).map((name) => `“${name.slice(0, longestHint)}”`).join(', ')
  notes.push(`${inliner.calls} calls of functions that the file defines were replaced by their bodies: ${list}${names.length > 10 ? ' and others' : ''}.`)
  const isRaised = raised !== model.graph || inliner.isRaised
  if (isRaised) notes.push('The file and its functions use several operator sets; each is computed by the rules of its own, and the file was compared in that form, since ONNX Runtime does not tell them apart.')
  return { model: { ...withGraph(model, { nodes: graph.nodes, initializers: graph.initializers }), opsets, functions: [] }, isRaised }
}

/** The functions that a model calls, directly or through others. */
function calledFunctions(model: Model, table: ReadonlyMap<Key, ModelFunction>): ModelFunction[] {
  const found = new Set<ModelFunction>()
  const look = (graph: Graph): void => eachNode(graph, (node) => {
    const callee = table.get(calledKey(node))
    if (callee === undefined || found.has(callee)) return
    found.add(callee)
    look(bodyOf(callee.nodes))
  })
  look(model.graph)
  return [...found]
}

/** Names in a function's body → names in the model. */
type Scope = ReadonlyMap<string, string>

class Inliner {
  calls = 0
  isRaised = false
  private nodeCount = 0
  private readonly prefixes = new Set<string>()

  /** `target` is the version of the default operator set that bodies are brought to; `taken` gets the new names. */
  constructor(
    private readonly table: ReadonlyMap<Key, ModelFunction>,
    private readonly target: number,
    private readonly taken: Set<string>,
    private readonly where: string
  ) {}

  graph(graph: Graph): Graph {
    return { ...graph, nodes: graph.nodes.flatMap((node) => this.node(node)) }
  }

  private node(node: Node): Node[] {
    if (++this.nodeCount > largestNodeCount) fail('MODEL_INVALID', this.where, `With its functions written out the model has more than ${largestNodeCount} nodes.`)
    const callee = this.table.get(calledKey(node))
    if (callee !== undefined) return this.call(node, callee)
    const attributes = new Map<string, AttributeValue>()
    for (const [name, value] of node.attributes) attributes.set(name, value.kind === 'graph' ? { kind: 'graph', value: this.graph(value.value) } : value)
    return [{ ...node, attributes }]
  }

  private call(node: Node, callee: ModelFunction): Node[] {
    this.calls++
    if (node.inputs.length > callee.inputs.length || node.outputs.length > callee.outputs.length) {
      fail('MODEL_INVALID', this.where, `Node “${node.name}” calls the function ${shown(callee)} with ${node.inputs.length} inputs and ${node.outputs.length} outputs; it has ${callee.inputs.length} and ${callee.outputs.length}.`)
    }
    const body = new Body(callee, node, this.prefix(node), this.taken, this.where)
    // A body of another version is upgraded before the calls in it are replaced: those have versions of their own.
    const written = bodyOf(body.nodes())
    const raised = raiseGraph(written, callee.opsets.get('') ?? this.target, this.target, { rank: () => undefined, where: this.where }, this.taken)
    if (raised !== written) this.isRaised = true
    const constants = [...raised.initializers].map(([name, value]): Node =>
      ({ name, opType: 'Constant', domain: '', inputs: [], outputs: [name], attributes: new Map([['value', { kind: 'tensor', value }]]) }))
    return [...constants, ...raised.nodes.flatMap((each) => this.node(each))]
  }

  /** What the names of one call's values begin with. */
  private prefix(node: Node): string {
    const hint = node.name === '' || node.name.length > longestHint ? node.opType.slice(0, longestHint) : node.name
    return `${freshName(this.prefixes, this.prefixes.has(hint) ? `${hint}_${this.calls}` : hint)}/`
  }
}

/** The body of one call, in the names of the model. */
class Body {
  private readonly scope = new Map<string, string>()
  private readonly passed: Node[] = []

  constructor(
    private readonly callee: ModelFunction,
    private readonly caller: Node,
    private readonly prefix: string,
    private readonly taken: Set<string>,
    private readonly where: string
  ) {
    callee.inputs.forEach((name, i) => this.scope.set(name, caller.inputs[i] ?? ''))
    const results = new Map<string, string>()
    const isMade = new Set(callee.nodes.flatMap((node) => node.outputs))
    callee.outputs.forEach((name, i) => {
      const wanted = caller.outputs[i] ?? ''
      if (wanted === '') return
      if (isMade.has(name) && !results.has(name)) results.set(name, wanted)
      // An input that is passed on, or one value as two results.
      else this.passed.push({ name: `${prefix}${i}`, opType: 'Identity', domain: '', inputs: [name], outputs: [wanted], attributes: new Map() })
    })
    for (const name of this.madeBy(callee.nodes)) {
      if (this.scope.has(name)) this.invalid(`makes “${name}” twice`)
      this.scope.set(name, results.get(name) ?? this.fresh(name))
    }
  }

  nodes(): Node[] {
    const nodes = this.callee.nodes.map((node) => this.renamed(node, this.scope))
    return [...nodes, ...this.passed.map((node) => ({ ...node, inputs: this.resolved(node.inputs, this.scope) }))]
  }

  private invalid(what: string): never {
    fail('MODEL_INVALID', this.where, `The function ${shown(this.callee)} ${what.slice(0, 300)}.`)
  }

  private madeBy(nodes: readonly Node[]): string[] {
    return nodes.flatMap((node) => node.outputs.filter((name) => name !== ''))
  }

  private fresh(name: string): string {
    return freshName(this.taken, `${this.prefix}${name.length > longestHint ? 'value' : name}`)
  }

  private resolved(names: readonly string[], scope: Scope): string[] {
    return names.map((name) => (name === '' ? '' : scope.get(name) ?? this.invalid(`uses “${name}”, which is none of its inputs and which it does not make`)))
  }

  private renamed(node: Node, scope: Scope): Node {
    const attributes = new Map<string, AttributeValue>()
    for (const [name, value] of node.attributes) {
      const given = this.given(name, value, scope)
      if (given !== undefined) attributes.set(name, given)
    }
    const name = `${this.prefix}${node.name === '' || node.name.length > longestHint ? node.opType.slice(0, longestHint) : node.name}`
    return { ...node, name, inputs: this.resolved(node.inputs, scope), outputs: this.resolved(node.outputs, scope), attributes }
  }

  /** An attribute as the call wants it; undefined where it refers to one that is neither given nor has a default. */
  private given(name: string, value: AttributeValue, scope: Scope): AttributeValue | undefined {
    if (value.kind === 'graph') return { kind: 'graph', value: this.renamedGraph(value.value, scope) }
    if (value.kind !== 'reference') return value
    const found = this.caller.attributes.get(value.name)
    if (found?.kind === 'reference') this.invalid('is called with an attribute that refers to another')
    if (found !== undefined) return found.kind === 'other' ? { kind: 'other', raw: renamedAttribute(found.raw, name) } : found
    const fallback = this.callee.defaults.get(value.name)
    if (fallback === undefined || fallback.kind === 'reference') return undefined
    if (fallback.kind === 'graph') return { kind: 'graph', value: this.renamedGraph(fallback.value, new Map()) }
    return fallback.kind === 'other' ? { kind: 'other', raw: renamedAttribute(fallback.raw, name) } : fallback
  }

  /** A graph inside a node: its own names must not hide those of the model, which are around it now. */
  private renamedGraph(graph: Graph, around: Scope): Graph {
    const scope = new Map(around)
    const own = new Set([...graph.inputs.map(({ name }) => name), ...graph.initializers.keys(), ...this.madeBy(graph.nodes)])
    for (const name of own) scope.set(name, this.fresh(name))
    return {
      name: graph.name,
      inputs: graph.inputs.map((info) => ({ ...info, name: scope.get(info.name)! })),
      outputs: graph.outputs.map((info) => ({ ...info, name: this.resolved([info.name], scope)[0]! })),
      initializers: new Map([...graph.initializers].map(([name, tensor]) => [scope.get(name)!, tensor])),
      nodes: graph.nodes.map((node) => this.renamed(node, scope))
    }
  }
}

/** Brings a model to the operator set of imported networks, one version at a time. */
import { importedOpset, type AttributeValue, type Graph, type Model, type Node } from '../graph'
import { GraphBuilder } from '../graph-builder'
import { allNames, anyNode } from '../graph-queries'
import { uniqueNodeNames } from '../passes/normalize'
import { loweredOpset } from './lower'
import type { UpgradeContext, UpgradeRule } from './rule'
import { upgradeRules } from './rules'

/** The IR version that came with that operator set; those before 4 demand that weights are inputs. */
const importedIrVersion = 10

/** `rank` says the number of dimensions of a value, where it is known. Problem MODEL_OPSET_UNSUPPORTED. */
export function upgradeModel(model: Model, rank: UpgradeContext['rank'], where: string): Model {
  const from = model.opsets.get('') ?? importedOpset
  const graph = raiseGraph(model.graph, from, importedOpset, { rank, where }, allNames(model.graph))
  const opsets = new Map(model.opsets).set('', from < importedOpset ? importedOpset : loweredOpset(model, from))
  return uniqueNodeNames({ ...model, irVersion: Math.max(model.irVersion, importedIrVersion), opsets, graph })
}

/**
 * The graph of operator set `from` in the form of operator set `to`, if that is newer; the same graph where no operator changed. `taken` holds
 * all names of the model, and gets the new ones: a graph inside a node must not hide a name around it.
 */
export function raiseGraph(graph: Graph, from: number, to: number, context: Omit<UpgradeContext, 'builder'>, taken: Set<string>): Graph {
  let raised = graph
  for (let version = from + 1; version <= Math.min(to, importedOpset); version++) {
    const rules = new Map(upgradeRules.filter((rule) => rule.version === version).flatMap((rule) => rule.operators.map((operator) => [operator, rule] as const)))
    if (anyNode(raised, (node) => node.domain === '' && rules.has(node.opType))) raised = upgradeGraph(raised, rules, context, taken)
  }
  return raised
}

function upgradeGraph(graph: Graph, rules: ReadonlyMap<string, UpgradeRule>, context: Omit<UpgradeContext, 'builder'>, taken: Set<string>): Graph {
  const nodes = graph.nodes.map((node) => upgradeInner(node, rules, context, taken))
  const builder = new GraphBuilder(graph.name, undefined, taken)
  for (const input of graph.inputs) builder.input(input)
  for (const output of graph.outputs) builder.output(output)
  for (const [name, tensor] of graph.initializers) builder.initializer(name, tensor)
  for (const node of nodes) {
    const rule = node.domain === '' ? rules.get(node.opType) : undefined
    if (rule === undefined) builder.append(node)
    else rule.upgrade(node, { ...context, builder })
  }
  return builder.build()
}

function upgradeInner(node: Node, rules: ReadonlyMap<string, UpgradeRule>, context: Omit<UpgradeContext, 'builder'>, taken: Set<string>): Node {
  if (![...node.attributes.values()].some((attribute) => attribute.kind === 'graph')) return node
  const attributes = new Map<string, AttributeValue>()
  for (const [name, attribute] of node.attributes) {
    attributes.set(name, attribute.kind === 'graph' ? { kind: 'graph', value: upgradeGraph(attribute.value, rules, context, taken) } : attribute)
  }
  return { ...node, attributes }
}

/** Finds out whether the output is one score per class, and drops dimensions of size 1 behind the classes. */
import type { Model } from '../graph'
import { allNames, consumersOf, freshName, withGraph } from '../graph-queries'

/**
 * Number of classes of an output with this shape at this batch size; 0 with the reason when the output is something else.
 */
export function classesOf(type: string, shape: readonly number[], batch: number): { classes: number; reason: string } {
  const found = `[${shape.map((dim, axis) => (axis === 0 && dim === batch ? 'N' : dim)).join(', ')}]`
  const not = (why: string): { classes: number; reason: string } => ({ classes: 0, reason: `The output ${found} is no list of class scores: ${why}. It can be simulated and fine-tuned, for the fidelity of its output in place of an accuracy; attribution and curvature need class scores, since they measure losses of accuracy and of the cross-entropy.` })
  if (type !== 'float32') return not(`its elements are ${type}`)
  if (shape.length === 0 || shape[0] !== batch) return not('it has no batch dimension')
  const rest = [...shape.slice(1)]
  while (rest.length > 1 && rest.at(-1) === 1) rest.pop()
  if (rest.length > 1) return not('it has several dimensions per image')
  if ((rest[0] ?? 1) < 2) return not('it is one number per image')
  return { classes: rest[0]!, reason: '' }
}

/** Appends a Flatten where the output has dimensions behind the classes; the name of the output stays. */
export function flattenScores(model: Model, rank: number, notes: string[]): Model {
  const output = model.graph.outputs[0]
  if (rank === 2 || output === undefined) return model
  const taken = allNames(model.graph)
  const inner = freshName(taken, `${output.name}_unflattened`)
  const rename = (name: string): string => (name === output.name ? inner : name)
  const consumers = new Set(consumersOf(model.graph).get(output.name) ?? [])
  const nodes = model.graph.nodes.map((node) => {
    if (!consumers.has(node) && !node.outputs.includes(output.name)) return node
    return { ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) }
  })
  nodes.push({ name: freshName(new Set(nodes.map((node) => node.name)), 'flatten_scores'), opType: 'Flatten', domain: '', inputs: [inner], outputs: [output.name], attributes: new Map([['axis', { kind: 'int' as const, value: 1 }]]) })
  notes.push(`The output had ${rank} dimensions; those of size 1 behind the classes were dropped.`)
  return withGraph(model, { nodes })
}

/** Chooses the image input and the output with the scores, and checks that the program can use the input. */
import { fail } from '@shared/problems'
import type { Graph, Model, ValueInfo } from '../graph'
import { consumersOf, withGraph } from '../graph-queries'
import { dropDeadNodes, dropUnused } from './normalize'

const describe = (info: ValueInfo): string =>
  `“${info.name}” (${info.type}${info.shape === null ? '' : ` [${info.shape.map((dim) => (dim === '' ? '?' : dim)).join(', ')}]`})`

/** The network's one real input. Problem MODEL_INPUT_UNSUPPORTED. */
function chooseInput(graph: Graph, where: string, notes: string[]): ValueInfo {
  const consumers = consumersOf(graph)
  const used = graph.inputs.filter((input) => consumers.has(input.name))
  const input = used[0]
  if (input === undefined) fail('MODEL_INPUT_UNSUPPORTED', where, 'The network has no input that is used; one image input was expected.')
  if (used.length > 1) {
    fail('MODEL_INPUT_UNSUPPORTED', where, `The network has ${used.length} inputs: ${used.map(describe).join(', ')}; exactly one was expected.`)
  }
  if (input.type !== 'float32') fail('MODEL_INPUT_UNSUPPORTED', where, `Input ${describe(input)} has element type ${input.type}; float32 was expected.`)
  if (input.shape === null) fail('MODEL_INPUT_UNSUPPORTED', where, `Input “${input.name}” has no shape; [batch, …] was expected.`)
  if (input.shape.includes(0)) {
    fail('MODEL_INPUT_UNSUPPORTED', where, `Input ${describe(input)} has a dimension of size 0, so it holds no values.`, 'Export the network again with the real size of its input.')
  }
  if (input.shape.length < 2) {
    fail('MODEL_INPUT_UNSUPPORTED', where, `Input ${describe(input)} has ${input.shape.length} dimensions; a batch dimension and at least one more were expected.`)
  }
  const unused = graph.inputs.filter((other) => !used.includes(other)).map((other) => `“${other.name}”`)
  if (unused.length > 0) notes.push(`Input ${unused.join(', ')} is not used by any node and was dropped.`)
  // Old exporters write −1 for a free dimension.
  return { ...input, shape: input.shape.map((dim) => (typeof dim === 'number' && dim < 0 ? '' : dim)) }
}

/** Reduces the model to one input and its first output. Problems MODEL_INPUT_UNSUPPORTED, MODEL_OUTPUT_UNSUPPORTED. */
export function chooseInterface(model: Model, where: string, notes: string[]): Model {
  const output = model.graph.outputs[0]
  if (output === undefined) fail('MODEL_OUTPUT_UNSUPPORTED', where, 'The network has no output.')
  const others = model.graph.outputs.slice(1).map((other) => `“${other.name}”`)
  if (others.length > 0) notes.push(`The network has ${others.length + 1} outputs; “${output.name}” is used, ${others.join(', ')} dropped.`)
  const reduced = dropUnused(dropDeadNodes(withGraph(model, { outputs: [output] })))
  return withGraph(reduced, { inputs: [chooseInput(reduced.graph, where, notes)] })
}

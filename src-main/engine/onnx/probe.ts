/** Shapes of all values, from running the network with every intermediate value exposed: no shape rules per operator. */
import type { Model, Node } from './graph'
import type { ShapeTable } from './network'
import { sampleInput } from './sample-input'
import { createSession, floatTensor, runSession } from './session'

/** Shape and element type of each value in one run. */
export type Probe = ReadonlyMap<string, { dims: readonly number[]; type: string }>

/** Operators whose results are no tensors, and cannot be exposed. */
const withoutTensorResult = /^(Sequence(?!At|Length)|SplitToSequence|Optional(?!HasElement|GetElement)|ConcatFromSequence$)/
const canExpose = (node: Node): boolean => !withoutTensorResult.test(node.opType) || node.opType === 'ConcatFromSequence'

/** Runs the model on `batch` samples of `inputShape` and notes the shapes. Problem MODEL_RUNTIME_REJECTED. */
export async function probe(model: Model, inputShape: readonly number[], batch: number, where: string, only?: readonly string[]): Promise<Probe> {
  const { graph } = model
  const all = graph.nodes.filter(canExpose).flatMap((node) => node.outputs.filter((name) => name !== ''))
  const outputs = only ?? [...new Set([...all, ...graph.outputs.map((output) => output.name)])]
  const input = graph.inputs[0]!
  const shapes = new Map<string, { dims: readonly number[]; type: string }>([[input.name, { dims: [batch, ...inputShape], type: 'float32' }]])
  for (const [name, tensor] of graph.initializers) shapes.set(name, { dims: tensor.dims, type: tensor.type })
  if (outputs.length === 0) return shapes
  const session = await createSession(model, { optimization: 'disabled', outputs, where })
  try {
    const results = await runSession(session, { [input.name]: floatTensor(sampleInput(inputShape, 0, batch)) }, where)
    for (const [name, tensor] of Object.entries(results)) shapes.set(name, { dims: tensor.dims, type: tensor.type })
  } finally {
    await session.release()
  }
  return shapes
}

/** Shapes for any batch from runs with one and with two images: a dimension that doubled belongs to the batch. */
export function freeShapes(one: Probe, two: Probe): ShapeTable {
  return {
    shape(value, batch) {
      const first = one.get(value)?.dims
      const second = two.get(value)?.dims
      if (first === undefined || second === undefined || first.length !== second.length) return undefined
      const dims: number[] = []
      for (let axis = 0; axis < first.length; axis++) {
        if (second[axis] === first[axis]) dims.push(first[axis]!)
        else if (second[axis] === 2 * first[axis]!) dims.push(first[axis]! * batch)
        else return undefined
      }
      return dims
    }
  }
}

/** Shapes of a network that is tied to one batch size. */
export function fixedShapes(known: Probe, batch: number): ShapeTable {
  return { shape: (value, asked) => (asked === batch ? known.get(value)?.dims : undefined) }
}

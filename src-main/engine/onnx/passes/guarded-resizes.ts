/**
 * ONNX Runtime 1.30 copies the computed scales or sizes of a Resize into memory for one number per dimension and counts them
 * afterwards: more of them end the process. This pass puts a Reshape to that many before them, which fails in order.
 */
import type { Model, Node } from '../graph'
import { allNames, freshName, withGraph } from '../graph-queries'

/** Inputs of a node that must hold one number per dimension of its input 0. */
function perDimension({ opType, domain, inputs, attributes }: Node): number[] {
  if (domain !== '' || (opType !== 'Resize' && opType !== 'Upsample') || attributes.has('axes')) return []
  return (opType === 'Upsample' || inputs.length === 2 ? [1] : [2, 3]).filter((index) => (inputs[index] ?? '') !== '')
}

/** The same model where no Resize has computed scales or sizes. It is for running once: nothing else knows the new nodes. */
export function guardResizes(model: Model): Model {
  const { initializers, nodes } = model.graph
  const isOpen = (node: Node, index: number): boolean => (initializers.get(node.inputs[index]!)?.dims.length ?? 0) !== 1
  if (!nodes.some((node) => perDimension(node).some((index) => isOpen(node, index)))) return model
  const taken = allNames(model.graph)
  const plain = (opType: string, inputs: readonly string[]): Node =>
    ({ name: '', opType, domain: '', inputs, outputs: [freshName(taken, 'guard')], attributes: new Map() })
  const guarded = nodes.flatMap((node): Node[] => {
    const before: Node[] = []
    const inputs = [...node.inputs]
    for (const index of perDimension(node).filter((each) => isOpen(node, each))) {
      const shape = plain('Shape', [inputs[0]!])
      const rank = plain('Shape', shape.outputs)
      const counted = plain('Reshape', [inputs[index]!, rank.outputs[0]!])
      before.push(shape, rank, counted)
      inputs[index] = counted.outputs[0]!
    }
    return [...before, { ...node, inputs }]
  })
  return withGraph(model, { nodes: guarded })
}

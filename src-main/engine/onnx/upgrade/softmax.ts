/**
 * Operator set 13: Softmax, LogSoftmax and Hardmax act along one axis. Before, the tensor was seen as a matrix, cut at
 * `axis` (default 1), and they acted along its rows.
 */
import { intAttribute } from '../graph'
import { changed, type UpgradeRule } from './rule'

export const softmax: UpgradeRule = {
  operators: ['Softmax', 'LogSoftmax', 'Hardmax'],
  version: 13,
  upgrade(node, context) {
    const axis = intAttribute(node, 'axis', 1)
    const rank = context.rank(node.inputs[0]!)
    const last = { axis: { kind: 'int' as const, value: -1 } }
    if (axis === -1 || (rank !== undefined && axis === rank - 1)) {
      context.builder.append(changed(node, { set: last }))
      return
    }
    const { builder } = context
    const shape = builder.node('Shape', [node.inputs[0]!])
    const matrix = builder.node('Flatten', [node.inputs[0]!], { axis })
    const result = builder.fresh(`${node.outputs[0]}_matrix`)
    builder.append({ ...changed(node, { inputs: [matrix], set: last }), outputs: [result] })
    builder.node('Reshape', [result, shape], {}, { output: node.outputs[0]! })
  }
}

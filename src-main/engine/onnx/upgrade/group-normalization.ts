/**
 * Operator set 21: GroupNormalization has a scale and a shift for each channel. Before, it had them for each group, which
 * is what InstanceNormalization does when the groups are seen as channels.
 */
import { floatAttribute, intAttribute } from '../graph'
import { float } from '../graph-builder'
import type { UpgradeRule } from './rule'

export const groupNormalization: UpgradeRule = {
  operators: ['GroupNormalization'],
  version: 21,
  upgrade(node, { builder }) {
    const [x, scale, shift] = node.inputs as [string, string, string]
    const grouped = builder.node('Reshape', [x, builder.ints([0, intAttribute(node, 'num_groups', 1), -1])])
    const normal = builder.node('InstanceNormalization', [grouped, scale, shift], { epsilon: float(floatAttribute(node, 'epsilon', 1e-5)) })
    builder.node('Reshape', [normal, builder.node('Shape', [x])], {}, { output: node.outputs[0]! })
  }
}

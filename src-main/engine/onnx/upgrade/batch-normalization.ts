/**
 * BatchNormalization: `spatial` went away in operator set 9 (spatial = 0 had statistics per element of the image instead
 * of per channel), the outputs of training in 14.
 */
import { floatAttribute, intAttribute } from '../graph'
import { changed, type UpgradeRule } from './rule'

export const batchNormalizationSpatial: UpgradeRule = {
  operators: ['BatchNormalization'],
  version: 9,
  upgrade(node, context) {
    if (intAttribute(node, 'spatial', 1) === 1) {
      context.builder.append(changed(node, { without: ['spatial'] }))
      return
    }
    const { builder } = context
    const [x, scale, shift, mean, variance] = node.inputs as [string, string, string, string, string]
    const deviation = builder.node('Sqrt', [builder.node('Add', [variance, builder.scalar(floatAttribute(node, 'epsilon', 1e-5))])])
    const normal = builder.node('Div', [builder.node('Sub', [x, mean]), deviation])
    builder.node('Add', [builder.node('Mul', [normal, scale]), shift], {}, { output: node.outputs[0]! })
  }
}

export const batchNormalizationOutputs: UpgradeRule = {
  operators: ['BatchNormalization'],
  version: 14,
  upgrade: (node, context) => context.builder.append({ ...node, outputs: node.outputs.slice(0, 1) })
}

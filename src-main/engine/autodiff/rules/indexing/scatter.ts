/**
 * ScatterElements and ScatterND: Y is X with elements replaced by updates, or with updates added. ∂updates is ∂Y at those places; ∂X is ∂Y, with zeros at the
 * replaced places.
 */
import { intAttribute, stringAttribute } from '../../../onnx/graph'
import { filled } from '../../broadcast'
import type { GradientRule, RuleContext } from '../../gradient-rule'

function scatter(opType: 'ScatterElements' | 'ScatterND', gatherType: 'GatherElements' | 'GatherND', attributes: (context: RuleContext) => Record<string, number>): GradientRule {
  return {
    opType,
    gradient(context) {
      const { builder, node, upstream, input, inputShape, needs } = context
      const reduction = stringAttribute(node, 'reduction', 'none')
      if (reduction !== 'none' && reduction !== 'add') context.unsupported(`its reduction is ${reduction}`)
      const replaced = (): string => builder.node(opType, [upstream, input(1), filled(builder, 0, inputShape(2))], attributes(context))
      return [
        needs(0) ? (reduction === 'add' ? upstream : replaced()) : undefined,
        undefined,
        needs(2) ? builder.node(gatherType, [upstream, input(1)], attributes(context)) : undefined
      ]
    }
  }
}

export const scatterRules: readonly GradientRule[] = [
  scatter('ScatterElements', 'GatherElements', ({ node }) => ({ axis: intAttribute(node, 'axis', 0) })),
  scatter('ScatterND', 'GatherND', () => ({}))
]

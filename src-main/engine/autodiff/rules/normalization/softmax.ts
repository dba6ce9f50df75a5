/**
 * Softmax and LogSoftmax along one axis, p = softmax(x):
 *
 *     Softmax,    y = p:      ∂x = p · (∂y − Σ_axis ∂y · p)
 *     LogSoftmax, y = log p:  ∂x = ∂y − p · Σ_axis ∂y
 */
import { intAttribute } from '../../../onnx/graph'
import type { GradientRule, RuleContext } from '../../gradient-rule'

const sumAlong = ({ builder, node }: RuleContext, value: string): string =>
  builder.node('ReduceSum', [value, builder.ints([intAttribute(node, 'axis', -1)])], { keepdims: 1 })

export const softmaxRule: GradientRule = {
  opType: 'Softmax',
  gradient(context) {
    const { builder, node, upstream } = context
    const p = node.outputs[0]!
    const mean = sumAlong(context, builder.node('Mul', [upstream, p]))
    return [builder.node('Mul', [p, builder.node('Sub', [upstream, mean])])]
  }
}

export const logSoftmaxRule: GradientRule = {
  opType: 'LogSoftmax',
  gradient(context) {
    const { builder, node, upstream } = context
    const p = builder.node('Exp', [node.outputs[0]!])
    return [builder.node('Sub', [upstream, builder.node('Mul', [p, sumAlong(context, upstream)])])]
  }
}

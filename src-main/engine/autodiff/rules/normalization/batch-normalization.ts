/**
 * BatchNormalization with the stored statistics (inference): per channel c, with r = 1 / √(var + ε),
 *
 *     Y = γ · (X − μ) · r + β       X, Y [N, C, …spatial]; γ, β, μ, var [C]
 *
 *     ∂X = ∂Y · γ · r    ∂γ = r · Σ ∂Y · (X − μ)    ∂β = Σ ∂Y
 *
 * sums over all axes but the channels. The statistics are constants: a network that trains them is not supported.
 */
import { floatAttribute, intAttribute } from '../../../onnx/graph'
import type { GradientRule } from '../../gradient-rule'

export const batchNormalizationRule: GradientRule = {
  opType: 'BatchNormalization',
  gradient(context) {
    const { builder, node, upstream } = context
    if (intAttribute(node, 'training_mode', 0) === 1) context.unsupported('it computes its statistics from the batch')
    if (context.needs(3) || context.needs(4)) context.unsupported('its statistics depend on a trained parameter')
    const inputShape = context.inputShape(0)
    const others = inputShape.flatMap((_, axis) => (axis === 1 ? [] : [axis]))
    const perChannel = builder.ints([-1, ...inputShape.slice(2).map(() => 1)])
    const channelwise = (value: string): string => builder.node('Reshape', [value, perChannel])
    const sum = (value: string): string => builder.node('ReduceSum', [value, builder.ints(others)], { keepdims: 0 })

    const epsilon = builder.scalar(floatAttribute(node, 'epsilon', 1e-5))
    const inverseDeviation = builder.node('Reciprocal', [builder.node('Sqrt', [builder.node('Add', [context.input(4), epsilon])])])
    const gradientX = (): string => {
      const slope = builder.node('Mul', [context.input(1), inverseDeviation])
      return builder.node('Mul', [upstream, channelwise(slope)])
    }
    const gradientScale = (): string => {
      const centred = builder.node('Sub', [context.input(0), channelwise(context.input(3))])
      return builder.node('Mul', [sum(builder.node('Mul', [upstream, centred])), inverseDeviation])
    }
    return [
      context.needs(0) ? gradientX() : undefined,
      context.needs(1) ? gradientScale() : undefined,
      context.needs(2) ? sum(upstream) : undefined
    ]
  }
}

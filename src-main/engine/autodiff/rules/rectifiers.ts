/**
 * Piecewise activations: element by element, another slope in each interval.
 *
 *     Relu:      ∂X = ∂Y where Y > 0, else 0 (at 0: 0)
 *     LeakyRelu: ∂X = ∂Y where X > 0, else α · ∂Y
 *     PRelu:     as LeakyRelu with a trained α that is broadcast to X; ∂α = Σ ∂Y · X where X < 0
 *     Elu:       ∂X = ∂Y where X > 0, else ∂Y · (Y + α), because Y = α (exp X − 1) there
 *     HardSigmoid: Y = clip(αX + β, 0, 1): ∂X = α · ∂Y where 0 < Y < 1
 *     HardSwish: Y = X · clip(X/6 + ½, 0, 1): ∂X = ∂Y · (0 below −3, X/3 + ½ between, 1 above 3)
 *     Clip:      ∂X = ∂Y where min ≤ X ≤ max, which is where Y = X, else 0. The bounds are constants to the gradient.
 */
import { floatAttribute } from '../../onnx/graph'
import { maskWhere, sumToShape } from '../broadcast'
import type { GradientRule } from '../gradient-rule'

export const reluRule: GradientRule = {
  opType: 'Relu',
  gradient: ({ builder, node, upstream }) => [maskWhere(builder, builder.node('Greater', [node.outputs[0]!, builder.scalar(0)]), upstream)]
}

export const leakyReluRule: GradientRule = {
  opType: 'LeakyRelu',
  gradient({ builder, node, upstream, input }) {
    const alpha = builder.scalar(floatAttribute(node, 'alpha', 0.01))
    const positive = builder.node('Greater', [input(0), builder.scalar(0)])
    return [builder.node('Mul', [builder.node('Where', [positive, builder.scalar(1), alpha]), upstream])]
  }
}

export const preluRule: GradientRule = {
  opType: 'PRelu',
  gradient(context) {
    const { builder, upstream, input } = context
    const positive = builder.node('Greater', [input(0), builder.scalar(0)])
    const gradientX = (): string => builder.node('Mul', [builder.node('Where', [positive, builder.scalar(1), input(1)]), upstream])
    const gradientSlope = (): string => {
      const belowZero = builder.node('Mul', [builder.node('Min', [input(0), builder.scalar(0)]), upstream])
      return sumToShape(builder, belowZero, context.outputShape(), context.inputShape(1))
    }
    return [context.needs(0) ? gradientX() : undefined, context.needs(1) ? gradientSlope() : undefined]
  }
}

export const eluRule: GradientRule = {
  opType: 'Elu',
  gradient({ builder, node, upstream, input }) {
    const below = builder.node('Add', [node.outputs[0]!, builder.scalar(floatAttribute(node, 'alpha', 1))])
    const positive = builder.node('Greater', [input(0), builder.scalar(0)])
    return [builder.node('Mul', [builder.node('Where', [positive, builder.scalar(1), below]), upstream])]
  }
}

export const hardSigmoidRule: GradientRule = {
  opType: 'HardSigmoid',
  gradient({ builder, node, upstream }) {
    const y = node.outputs[0]!
    const inside = builder.node('And', [builder.node('Greater', [y, builder.scalar(0)]), builder.node('Less', [y, builder.scalar(1)])])
    return [builder.node('Mul', [maskWhere(builder, inside, upstream), builder.scalar(floatAttribute(node, 'alpha', 0.2))])]
  }
}

export const hardSwishRule: GradientRule = {
  opType: 'HardSwish',
  gradient({ builder, upstream, input }) {
    const between = builder.node('Add', [builder.node('Mul', [input(0), builder.scalar(1 / 3)]), builder.scalar(0.5)])
    const belowTop = builder.node('Where', [builder.node('Less', [input(0), builder.scalar(3)]), between, builder.scalar(1)])
    const slope = builder.node('Where', [builder.node('Greater', [input(0), builder.scalar(-3)]), belowTop, builder.scalar(0)])
    return [builder.node('Mul', [slope, upstream])]
  }
}

export const clipRule: GradientRule = {
  opType: 'Clip',
  gradient: ({ builder, node, upstream, input }) => [maskWhere(builder, builder.node('Equal', [node.outputs[0]!, input(0)]), upstream)]
}

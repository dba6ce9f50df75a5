/**
 * LRN: Y = X · b^(−β) with b = κ + α/n · Σ X² over a window of n channels around each (A. Krizhevsky et al., NeurIPS 2012, §3.3).
 *
 *     ∂X = ∂Y · b^(−β) − 2αβ/n · X · Σ ∂Y · X · b^(−β−1)      the sum over the channels in whose window the element is
 */
import { elementCount, floatAttribute, intAttribute } from '../../../onnx/graph'
import { algebra } from '../../algebra'
import type { GradientRule } from '../../gradient-rule'

export const lrnRule: GradientRule = {
  opType: 'LRN',
  gradient({ builder, node, upstream, input, inputShape }) {
    const { add, sub, mul, pow, reshape } = algebra(builder)
    const size = intAttribute(node, 'size', 1)
    const [alpha, beta, kappa] = [floatAttribute(node, 'alpha', 0.0001), floatAttribute(node, 'beta', 0.75), floatAttribute(node, 'bias', 1)]
    const shape = inputShape(0)
    const [n = 1, channels = 1, ...spatial] = shape
    const [before, behind] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)]
    /** Sum over channels c − front … c + back, outside of which there are zeros. */
    const windowSum = (value: string, front: number, back: number): string => {
      const plane = reshape(value, [n, 1, channels, elementCount(spatial)])
      const mean = builder.node('AveragePool', [plane], { kernel_shape: [size, 1], pads: [front, 0, back, 0], count_include_pad: 1 })
      return reshape(mul(mean, size), shape)
    }
    const x = input(0)
    const b = add(mul(windowSum(mul(x, x), before, behind), alpha / size), kappa)
    const inner = mul(mul(upstream, x), pow(b, -beta - 1))
    return [sub(mul(upstream, pow(b, -beta)), mul(mul(x, (2 * alpha * beta) / size), windowSum(inner, behind, before)))]
  }
}

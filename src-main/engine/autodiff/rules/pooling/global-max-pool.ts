/** GlobalMaxPool: Y[n,c] is the largest over all positions; ∂Y goes to the first position that has it, as in PyTorch. */
import { elementCount } from '../../../onnx/graph'
import { algebra } from '../../algebra'
import { filled } from '../../broadcast'
import type { GradientRule } from '../../gradient-rule'

export const globalMaxPoolRule: GradientRule = {
  opType: 'GlobalMaxPool',
  gradient({ builder, upstream, input, inputShape }) {
    const { reshape } = algebra(builder)
    const [n = 1, c = 1, ...spatial] = inputShape(0)
    const positions = elementCount(spatial)
    const winner = builder.node('ArgMax', [reshape(input(0), [n, c, positions])], { axis: 2, keepdims: 1 })
    const scattered = builder.node('ScatterElements', [filled(builder, 0, [n, c, positions]), winner, reshape(upstream, [n, c, 1])], { axis: 2 })
    return [reshape(scattered, inputShape(0))]
  }
}

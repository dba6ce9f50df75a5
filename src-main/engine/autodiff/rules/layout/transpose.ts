/** Transpose: Y's axis a is X's axis perm[a] (reversed order unless said), so ∂X is ∂Y under the inverse permutation. */
import { intsAttribute } from '../../../onnx/graph'
import type { GradientRule } from '../../gradient-rule'

export const transposeRule: GradientRule = {
  opType: 'Transpose',
  gradient({ builder, node, upstream, inputShape }) {
    const reversed = inputShape(0).map((_, axis, dims) => dims.length - 1 - axis)
    const perm = intsAttribute(node, 'perm', reversed)
    const inverse = perm.map((_, axis) => perm.indexOf(axis))
    return [builder.node('Transpose', [upstream], { perm: inverse })]
  }
}

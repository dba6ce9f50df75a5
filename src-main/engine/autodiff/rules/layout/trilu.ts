/** Trilu keeps one triangle of a matrix: ∂X is that triangle of ∂Y. */
import { intAttribute } from '../../../onnx/graph'
import type { GradientRule } from '../../gradient-rule'

export const triluRule: GradientRule = {
  opType: 'Trilu',
  gradient: ({ builder, node, upstream, input }) => [builder.node('Trilu', input(1) === '' ? [upstream] : [upstream, input(1)], { upper: intAttribute(node, 'upper', 1) })]
}

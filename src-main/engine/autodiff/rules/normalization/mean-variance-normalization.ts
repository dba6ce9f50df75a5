/** MeanVarianceNormalization: Y = x̂ over the given axes (standardize.ts); ONNX adds 1e-9 to the deviation, here 1e-18 to the variance. */
import { intsAttribute } from '../../../onnx/graph'
import { fromFront, type GradientRule } from '../../gradient-rule'
import { momentsOf, standardize } from './standardize'

export const meanVarianceNormalizationRule: GradientRule = {
  opType: 'MeanVarianceNormalization',
  gradient({ builder, node, upstream, input, inputShape }) {
    const shape = inputShape(0)
    const axes = intsAttribute(node, 'axes', [0, 2, 3]).map((axis) => fromFront(axis, shape.length))
    return [standardize(builder, input(0), shape, axes, momentsOf(builder, input(0), shape, axes, 1e-18)).gradient(upstream)]
  }
}

/**
 * Relu: ∂X = ∂Y where Y > 0, else 0; at 0 it is 0, as in PyTorch. The mask is HardSigmoid(Y) = max(0, min(1, α·Y)), one pass over memory where Greater and Cast are two; its slope
 * brings every positive number that float32 holds in full precision (from 1.2e-38) to 1.
 */
import { float } from '../../../onnx/graph-builder'
import type { GradientRule } from '../../gradient-rule'

const maskSlope = 3e38

export const reluRule: GradientRule = {
  opType: 'Relu',
  gradient: ({ builder, node, upstream }) => [builder.node('Mul', [builder.node('HardSigmoid', [node.outputs[0]!], { alpha: float(maskSlope), beta: float(0) }), upstream])]
}

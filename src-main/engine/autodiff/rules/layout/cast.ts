/** Cast is the identity between floating-point types; a cast to whole numbers or truth values ends the gradient. */
import { intAttribute } from '../../../onnx/graph'
import { onnxFloat } from '../../broadcast'
import type { GradientRule } from '../../gradient-rule'

/** TensorProto.DataType FLOAT16, DOUBLE, BFLOAT16 */
const otherFloats: readonly number[] = [10, 11, 16]

export const castRule: GradientRule = {
  opType: 'Cast',
  gradient(context) {
    const to = intAttribute(context.node, 'to', onnxFloat)
    if (otherFloats.includes(to)) context.unsupported('gradients are computed in float32 only')
    return [to === onnxFloat ? context.upstream : undefined]
  }
}

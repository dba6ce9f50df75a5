/** Cast is the identity between floating-point types; a cast to whole numbers or truth values ends the gradient. */
import { intAttribute, type Node } from '../../../onnx/graph'
import { onnxFloat } from '../../broadcast'
import type { GradientRule } from '../../gradient-rule'

/** TensorProto.DataType FLOAT16, DOUBLE, BFLOAT16 */
const otherFloats: readonly number[] = [10, 11, 16]

const target = (node: Node): number => intAttribute(node, 'to', onnxFloat)

export const castsToFloat = (node: Node): boolean => target(node) === onnxFloat || otherFloats.includes(target(node))

export const castRule: GradientRule = {
  opType: 'Cast',
  gradient(context) {
    if (target(context.node) !== onnxFloat) context.unsupported('gradients are computed in float32 only')
    return [context.upstream]
  }
}

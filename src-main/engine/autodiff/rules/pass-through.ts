/**
 * Operators that hand the gradient on unchanged.
 *
 * Identity and Dropout (which does nothing in inference) are the identity. Round, Floor and Ceil are quantisers: their
 * derivative is zero almost everywhere, and the *straight-through estimator* takes that of the identity in its place, so
 * that what lies in front of a quantiser can be trained. Cast is the identity between floating-point types; a cast to
 * whole numbers or truth values ends the gradient.
 */
import { intAttribute } from '../../onnx/graph'
import { onnxFloat } from '../broadcast'
import type { GradientRule } from '../gradient-rule'

const passing = (opType: string): GradientRule => ({ opType, gradient: (context) => [context.upstream] })

export const identityRule = passing('Identity')
export const roundRule = passing('Round')
export const floorRule = passing('Floor')
export const ceilRule = passing('Ceil')

export const dropoutRule: GradientRule = {
  opType: 'Dropout',
  gradient(context) {
    const trainingMode = context.input(2)
    const training = trainingMode === '' ? undefined : context.constant(trainingMode)
    if (trainingMode !== '' && (training === undefined || Number(training.data[0]) !== 0)) context.unsupported('it runs in training mode')
    return [context.upstream]
  }
}

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

/**
 * DepthToSpace and SpaceToDepth move blocks of b × b positions into channels and back: reshape to six axes, exchange, reshape. ∂X takes the same way back.
 *
 *     DCR: [N, b, b, C, H, W] → [N, C, H, b, W, b]      CRD: [N, C, b, b, H, W] → [N, C, H, b, W, b]
 *
 * SpaceToDepth is the inverse of DCR.
 */
import { intAttribute, stringAttribute } from '../../../onnx/graph'
import { algebra } from '../../algebra'
import type { GradientRule } from '../../gradient-rule'

const order = { DCR: [0, 3, 4, 1, 5, 2], CRD: [0, 1, 4, 2, 5, 3] } as const

/** perm⁻¹ */
const inverse = (perm: readonly number[]): number[] => perm.map((_, axis) => perm.indexOf(axis))

export const depthToSpaceRule: GradientRule = {
  opType: 'DepthToSpace',
  gradient({ builder, node, upstream, inputShape }) {
    const { reshape, transpose } = algebra(builder)
    const b = intAttribute(node, 'blocksize', 1)
    const [n = 1, depth = 1, h = 1, w = 1] = inputShape(0)
    const perm = stringAttribute(node, 'mode', 'DCR') === 'CRD' ? order.CRD : order.DCR
    const six = reshape(upstream, [n, depth / (b * b), h, b, w, b])
    return [reshape(transpose(six, inverse(perm)), inputShape(0))]
  }
}

export const spaceToDepthRule: GradientRule = {
  opType: 'SpaceToDepth',
  gradient({ builder, node, upstream, inputShape }) {
    const { reshape, transpose } = algebra(builder)
    const b = intAttribute(node, 'blocksize', 1)
    const [n = 1, c = 1, h = 1, w = 1] = inputShape(0)
    const six = reshape(upstream, [n, b, b, c, h / b, w / b])
    return [reshape(transpose(six, order.DCR), inputShape(0))]
  }
}

/**
 * LayerNormalization over the axes from `axis` on, and RMSNormalization, which subtracts no mean: Y = γ · x̂ + β (standardize.ts).
 *
 *     ∂x̂ = ∂Y · γ      ∂γ = Σ ∂Y · x̂      ∂β = Σ ∂Y      sums over the axes along which γ and β were broadcast
 */
import { floatAttribute, intAttribute } from '../../../onnx/graph'
import { algebra } from '../../algebra'
import { sumToShape } from '../../broadcast'
import { fromFront, type GradientRule } from '../../gradient-rule'
import { momentsOf, standardize } from './standardize'

const overLastAxes = (opType: string, centred: boolean): GradientRule => ({
  opType,
  gradient(context) {
    const { builder, node, upstream, input, inputShape, needs } = context
    if (context.outputGradient(1) !== undefined || context.outputGradient(2) !== undefined) context.unsupported('its mean or deviation is used further')
    const { mul } = algebra(builder)
    const shape = inputShape(0)
    const first = fromFront(intAttribute(node, 'axis', -1), shape.length)
    const axes = shape.map((_, axis) => axis).slice(first)
    // LayerNormalization gives its mean and inverse deviation as further outputs, but not with every provider.
    const moments = centred && context.provider === 'cpu' ? { mean: context.forwardOutput(1), r: context.forwardOutput(2) } : momentsOf(builder, input(0), shape, axes, floatAttribute(node, 'epsilon', 1e-5), centred)
    const { normal, gradient } = standardize(builder, input(0), shape, axes, moments)
    return [
      needs(0) ? gradient(mul(upstream, input(1))) : undefined,
      needs(1) ? sumToShape(builder, mul(upstream, normal), shape, inputShape(1)) : undefined,
      needs(2) ? sumToShape(builder, upstream, shape, inputShape(2)) : undefined
    ].slice(0, node.inputs.length)
  }
})

export const layerNormalizationRule = overLastAxes('LayerNormalization', true)
export const rmsNormalizationRule = overLastAxes('RMSNormalization', false)

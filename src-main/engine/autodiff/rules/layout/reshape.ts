/**
 * Reshape, Flatten, Squeeze, Unsqueeze: the elements stay in row-major order, so the gradient is the upstream gradient in
 * the shape of the input.
 */
import { reshape } from '../../broadcast'
import type { GradientRule } from '../../gradient-rule'

const reshaping = (opType: string): GradientRule => ({
  opType,
  gradient: (context) => [reshape(context.builder, context.upstream, context.outputShape(), context.inputShape(0))]
})

export const reshapeRule = reshaping('Reshape')
export const flattenRule = reshaping('Flatten')
export const squeezeRule = reshaping('Squeeze')
export const unsqueezeRule = reshaping('Unsqueeze')

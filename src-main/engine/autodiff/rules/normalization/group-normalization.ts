/**
 * GroupNormalization and InstanceNormalization: Y = γ · x̂ + β, x̂ standardised over the channels of a group and all positions of one image; a group is one
 * channel for InstanceNormalization. γ and β [C] (or one value per group, before operator set 21).
 */
import { elementCount, floatAttribute, intAttribute } from '../../../onnx/graph'
import { algebra } from '../../algebra'
import type { GradientRule } from '../../gradient-rule'
import { momentsOf, standardize } from './standardize'

const overGroups = (opType: string, groupsOf: (channels: number, given: number) => number): GradientRule => ({
  opType,
  gradient({ builder, node, upstream, input, inputShape, needs }) {
    const { mul, reshape, sum } = algebra(builder)
    const [n = 1, channels = 1, ...spatial] = inputShape(0)
    const groups = groupsOf(channels, intAttribute(node, 'num_groups', 1))
    // γ of one value per group, or per channel.
    const parts = elementCount(inputShape(1)) === groups ? [n, groups, 1, (channels / groups) * elementCount(spatial)] : [n, groups, channels / groups, elementCount(spatial)]
    const perPart = [1, parts[1]!, parts[2]!, 1]
    const x = reshape(input(0), parts)
    const g = reshape(upstream, parts)
    const { normal, gradient } = standardize(builder, x, parts, [2, 3], momentsOf(builder, x, parts, [2, 3], floatAttribute(node, 'epsilon', 1e-5)))
    const total = (value: string): string => reshape(sum(value, [0, 3]), inputShape(1))
    return [
      needs(0) ? reshape(gradient(mul(g, reshape(input(1), perPart))), inputShape(0)) : undefined,
      needs(1) ? total(mul(g, normal)) : undefined,
      needs(2) ? total(g) : undefined
    ]
  }
})

export const groupNormalizationRule = overGroups('GroupNormalization', (_, given) => given)
export const instanceNormalizationRule = overGroups('InstanceNormalization', (channels) => channels)

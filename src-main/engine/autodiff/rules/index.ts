/** The table of gradient rules. A new operator is one file beside this one and one line here. */
import type { Node } from '../../onnx/graph'
import type { GradientRule } from '../gradient-rule'
import { addRule, divRule, mulRule, negRule, subRule, sumRule, whereRule } from './arithmetic'
import { averagePoolRule, globalAveragePoolRule } from './average-pool'
import { batchNormalizationRule } from './batch-normalization'
import { concatRule, splitRule } from './concat-split'
import { convRule } from './conv'
import { absRule, erfRule, expRule, logRule, powRule, reciprocalRule, sigmoidRule, softplusRule, sqrtRule, tanhRule } from './functions'
import { gemmRule } from './gemm'
import { matMulRule } from './matmul'
import { maxPoolRule } from './max-pool'
import { castRule, ceilRule, dropoutRule, floorRule, identityRule, roundRule } from './pass-through'
import { quantizationRules } from './quantization'
import { clipRule, eluRule, hardSigmoidRule, hardSwishRule, leakyReluRule, preluRule, reluRule } from './rectifiers'
import { expandRule, reduceMeanRule, reduceSumRule } from './reductions'
import { flattenRule, reshapeRule, squeezeRule, unsqueezeRule } from './reshape'
import { padRule, sliceRule } from './slice-pad'
import { logSoftmaxRule, softmaxRule } from './softmax'
import { transposeRule } from './transpose'

export const gradientRules: readonly GradientRule[] = [
  convRule, gemmRule, matMulRule,
  addRule, subRule, mulRule, divRule, negRule, sumRule, whereRule,
  reluRule, leakyReluRule, preluRule, eluRule, hardSigmoidRule, hardSwishRule, clipRule,
  sigmoidRule, tanhRule, expRule, logRule, sqrtRule, absRule, reciprocalRule, erfRule, softplusRule, powRule,
  identityRule, dropoutRule, castRule, roundRule, floorRule, ceilRule,
  maxPoolRule, averagePoolRule, globalAveragePoolRule,
  reshapeRule, flattenRule, squeezeRule, unsqueezeRule, transposeRule,
  concatRule, splitRule, sliceRule, padRule,
  reduceSumRule, reduceMeanRule, expandRule,
  softmaxRule, logSoftmaxRule, batchNormalizationRule,
  ...quantizationRules
]

/**
 * Operators whose output is a constant to the gradient: their derivative is zero wherever it exists, or their output is
 * an index, a shape, a truth value or a random draw.
 */
const stopping = new Set([
  'Shape', 'Size', 'ConstantOfShape', 'ArgMax', 'ArgMin', 'Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Not', 'And', 'Or',
  'Xor', 'IsNaN', 'IsInf', 'NonZero', 'OneHot', 'Sign', 'EyeLike', 'RandomNormalLike', 'RandomUniformLike', 'Multinomial', 'Bernoulli'
])

export const stopsGradient = (node: Node): boolean => node.domain === '' && stopping.has(node.opType)

const byName = new Map(gradientRules.map((rule) => [`${rule.domain ?? ''}:${rule.opType}`, rule]))

/** The rule of a node's operator; undefined where there is none. */
export const ruleFor = (node: Node): GradientRule | undefined => byName.get(`${node.domain}:${node.opType}`)

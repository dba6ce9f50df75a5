/** The table of gradient rules. A new operator is one file in one of the folders beside this one, and one line here. */
import type { Node } from '../../onnx/graph'
import type { GradientRule } from '../gradient-rule'
import { celuRule } from './activations/celu'
import { clipRule } from './activations/clip'
import { eluRule } from './activations/elu'
import { geluRule, runtimeGeluRules } from './activations/gelu'
import { hardSigmoidRule } from './activations/hard-sigmoid'
import { hardSwishRule } from './activations/hard-swish'
import { leakyReluRule } from './activations/leaky-relu'
import { mishRule } from './activations/mish'
import { preluRule } from './activations/prelu'
import { reluRule } from './activations/relu'
import { seluRule } from './activations/selu'
import { sigmoidRule } from './activations/sigmoid'
import { softplusRule } from './activations/softplus'
import { softsignRule } from './activations/softsign'
import { quickGeluRule, swishRule } from './activations/swish'
import { tanhRule } from './activations/tanh'
import { thresholdedReluRule } from './activations/thresholded-relu'
import { absRule } from './elementwise/abs'
import { addRule } from './elementwise/add'
import { cosRule } from './elementwise/cos'
import { divRule } from './elementwise/div'
import { erfRule } from './elementwise/erf'
import { expRule } from './elementwise/exp'
import { logRule } from './elementwise/log'
import { maxRule } from './elementwise/max'
import { meanRule } from './elementwise/mean'
import { minRule } from './elementwise/min'
import { mulRule } from './elementwise/mul'
import { negRule } from './elementwise/neg'
import { powRule } from './elementwise/pow'
import { reciprocalRule } from './elementwise/reciprocal'
import { sinRule } from './elementwise/sin'
import { sqrtRule } from './elementwise/sqrt'
import { subRule } from './elementwise/sub'
import { sumRule } from './elementwise/sum'
import { whereRule } from './elementwise/where'
import { gatherRule } from './indexing/gather'
import { gatherElementsRule } from './indexing/gather-elements'
import { gatherNdRule } from './indexing/gather-nd'
import { scatterRules } from './indexing/scatter'
import { castRule, castsToFloat } from './layout/cast'
import { concatRule, splitRule } from './layout/concat-split'
import { depthToSpaceRule, spaceToDepthRule } from './layout/depth-to-space'
import { dropoutRule } from './layout/dropout'
import { expandRule } from './layout/expand'
import { identityRule } from './layout/identity'
import { padRule } from './layout/pad'
import { flattenRule, reshapeRule, squeezeRule, unsqueezeRule } from './layout/reshape'
import { resizeRule } from './layout/resize'
import { sliceRule } from './layout/slice'
import { tileRule } from './layout/tile'
import { transposeRule } from './layout/transpose'
import { triluRule } from './layout/trilu'
import { batchNormalizationRule } from './normalization/batch-normalization'
import { groupNormalizationRule, instanceNormalizationRule } from './normalization/group-normalization'
import { layerNormalizationRule, rmsNormalizationRule } from './normalization/layer-normalization'
import { lrnRule } from './normalization/lrn'
import { meanVarianceNormalizationRule } from './normalization/mean-variance-normalization'
import { logSoftmaxRule, softmaxRule } from './normalization/softmax'
import { averagePoolRule, globalAveragePoolRule } from './pooling/average-pool'
import { globalMaxPoolRule } from './pooling/global-max-pool'
import { globalLpPoolRule, lpPoolRule } from './pooling/lp-pool'
import { maxPoolRule } from './pooling/max-pool'
import { convRule } from './products/conv'
import { convTransposeRule } from './products/conv-transpose'
import { einsumRule } from './products/einsum'
import { gemmRule } from './products/gemm'
import { matMulRule } from './products/matmul'
import { cumSumRule } from './reductions/cum-sum'
import { reduceExtremumRules } from './reductions/reduce-extremum'
import { reduceL1Rule } from './reductions/reduce-l1'
import { reduceL2Rule } from './reductions/reduce-l2'
import { reduceLogSumRule } from './reductions/reduce-log-sum'
import { reduceLogSumExpRule } from './reductions/reduce-log-sum-exp'
import { reduceMeanRule } from './reductions/reduce-mean'
import { reduceSumRule } from './reductions/reduce-sum'
import { reduceSumSquareRule } from './reductions/reduce-sum-square'
import { quantizationRules } from './straight-through/quantization'
import { roundingRules } from './straight-through/rounding'

export const gradientRules: readonly GradientRule[] = [
  convRule, convTransposeRule, gemmRule, matMulRule, einsumRule,
  addRule, subRule, mulRule, divRule, negRule, absRule, powRule, sqrtRule, expRule, logRule, reciprocalRule, erfRule, sinRule, cosRule, minRule, maxRule, sumRule, meanRule, whereRule,
  reluRule, leakyReluRule, preluRule, eluRule, seluRule, celuRule, thresholdedReluRule, hardSigmoidRule, hardSwishRule, clipRule, sigmoidRule, tanhRule, softplusRule, softsignRule, mishRule, geluRule,
  ...runtimeGeluRules, swishRule, quickGeluRule,
  softmaxRule, logSoftmaxRule, batchNormalizationRule, layerNormalizationRule, rmsNormalizationRule, groupNormalizationRule, instanceNormalizationRule, meanVarianceNormalizationRule, lrnRule,
  maxPoolRule, averagePoolRule, lpPoolRule, globalMaxPoolRule, globalAveragePoolRule, globalLpPoolRule,
  identityRule, dropoutRule, castRule, reshapeRule, flattenRule, squeezeRule, unsqueezeRule, transposeRule, expandRule, tileRule, concatRule, splitRule, sliceRule, padRule, resizeRule, depthToSpaceRule, spaceToDepthRule, triluRule,
  gatherRule, gatherElementsRule, gatherNdRule, ...scatterRules,
  reduceSumRule, reduceMeanRule, ...reduceExtremumRules, reduceL1Rule, reduceL2Rule, reduceSumSquareRule, reduceLogSumRule, reduceLogSumExpRule, cumSumRule,
  ...roundingRules, ...quantizationRules
]
/**
 * Operators whose output is a constant to the gradient: their derivative is zero wherever it exists, or their output is
 * an index, a shape, a truth value or a random draw.
 */
const stopping = new Set([
  'Shape', 'Size', 'ConstantOfShape', 'ArgMax', 'ArgMin', 'Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Not', 'And', 'Or',
  'Xor', 'IsNaN', 'IsInf', 'NonZero', 'OneHot', 'Sign', 'EyeLike', 'RandomNormalLike', 'RandomUniformLike', 'Multinomial', 'Bernoulli', 'Range'
])

/** A cast to anything but a floating-point type ends the gradient as well. */
export const stopsGradient = (node: Node): boolean => node.domain === '' && (stopping.has(node.opType) || (node.opType === 'Cast' && !castsToFloat(node)))

const byName = new Map(gradientRules.map((rule) => [`${rule.domain ?? ''}:${rule.opType}`, rule]))

/** The rule of a node's operator; undefined where there is none. */
export const ruleFor = (node: Node): GradientRule | undefined => byName.get(`${node.domain}:${node.opType}`)

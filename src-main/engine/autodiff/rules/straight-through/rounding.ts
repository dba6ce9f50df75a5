/**
 * Round, Floor and Ceil are quantisers: their derivative is zero almost everywhere, and the *straight-through estimator* takes that of the identity in its
 * place, so that what lies in front of a quantiser can be trained (Y. Bengio et al., arXiv:1308.3432).
 */
import type { GradientRule } from '../../gradient-rule'

export const roundingRules: readonly GradientRule[] = ['Round', 'Floor', 'Ceil'].map((opType) => ({ opType, gradient: (context) => [context.upstream] }))

/** Identity: ∂X = ∂Y. */
import type { GradientRule } from '../../gradient-rule'

export const identityRule: GradientRule = { opType: 'Identity', gradient: (context) => [context.upstream] }

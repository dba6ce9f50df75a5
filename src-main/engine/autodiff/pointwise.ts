/** Rules of functions of one element. */
import { algebra, type Algebra } from './algebra'
import type { GradientRule, RuleContext } from './gradient-rule'

/** What a function of one element needs: its operators, ∂Y, X and Y. */
export interface Pointwise extends Algebra {
  context: RuleContext
  upstream: string
  x: string
  y: string
}

/** A rule from a function that gives ∂X. X and Y have one shape. */
export function pointwise(opType: string, gradient: (given: Pointwise) => string, domain = ''): GradientRule {
  return {
    opType,
    domain,
    gradient: (context) => [gradient({ ...algebra(context.builder), context, upstream: context.upstream, x: context.input(0), y: context.node.outputs[0]! })]
  }
}

/** What reductions share: which axes, and the way back from the reduced shape. */
import { elementCount, intAttribute } from '../../../onnx/graph'
import { algebra, type Algebra } from '../../algebra'
import { constantInts, fromFront, type GradientRule, type RuleContext } from '../../gradient-rule'

/** Axes of a reduction: an input, or an attribute in older operator sets; none given means all, or none at all. */
function reducedAxes(context: RuleContext, rank: number): readonly number[] {
  const attribute = context.node.attributes.get('axes')
  const given = constantInts(context, 1) ?? (attribute?.kind === 'ints' ? attribute.value : [])
  if (given.length > 0) return given.map((axis) => fromFront(axis, rank))
  return intAttribute(context.node, 'noop_with_empty_axes', 0) === 1 ? [] : Array.from({ length: rank }, (_, axis) => axis)
}

/** ∂Y and Y in a shape that X broadcasts with: reduced axes have size 1. */
export interface Reduction extends Algebra {
  context: RuleContext
  upstream: string
  x: string
  y: string
  axes: readonly number[]
  /** Elements that one result is made of. */
  count: number
}

/** A rule from ∂X, which may still have reduced axes of size 1: it is expanded to the shape of X. */
export function reductionRule(opType: string, gradient: (given: Reduction) => string): GradientRule {
  return {
    opType,
    gradient(context) {
      const operators = algebra(context.builder)
      const shape = context.inputShape(0)
      const axes = reducedAxes(context, shape.length)
      const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
      const found = gradient({
        ...operators, context, axes, count: elementCount(shape.filter((_, axis) => axes.includes(axis))), x: context.input(0),
        upstream: operators.reshape(context.upstream, kept), y: operators.reshape(context.node.outputs[0]!, kept)
      })
      return [operators.expand(found, shape)]
    }
  }
}

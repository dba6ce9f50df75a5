/** What normalisations over a group of elements share: x̂ = (x − μ) · r over some axes, μ the mean and r = 1 / √(variance + ε). */
import { elementCount } from '../../../onnx/graph'
import type { GraphBuilder } from '../../../onnx/graph-builder'
import { algebra } from '../../algebra'

export interface Standardized {
  /** x̂, shape of x. */
  normal: string
  /**
   * ∂x from g = ∂x̂: r · (g − mean(g) − x̂ · mean(g · x̂)), because μ and r depend on every element of the group; without the mean of g where nothing was
   * subtracted.
   */
  gradient(upstream: string): string
}

/** μ, absent where nothing is subtracted, and r = 1 / √(variance + ε) or 1 / √(mean of squares + ε); in the shape of x with 1 along the axes. */
export interface Moments {
  mean?: string
  r: string
}

/** The moments of x, for operators that do not give them themselves. */
export function momentsOf(builder: GraphBuilder, x: string, shape: readonly number[], axes: readonly number[], epsilon: number, centred = true): Moments {
  const { add, sub, mul, sqrt, reciprocal } = algebra(builder)
  const average = averageOver(builder, shape, axes)
  const mean = centred ? average(x) : undefined
  const difference = mean === undefined ? x : sub(x, mean)
  const r = reciprocal(sqrt(add(average(mul(difference, difference)), epsilon)))
  return mean === undefined ? { r } : { mean, r }
}

export function standardize(builder: GraphBuilder, x: string, shape: readonly number[], axes: readonly number[], { mean, r }: Moments): Standardized {
  const { sub, mul } = algebra(builder)
  const average = averageOver(builder, shape, axes)
  const normal = mul(mean === undefined ? x : sub(x, mean), r)
  return {
    normal,
    gradient(upstream) {
      const around = mean === undefined ? upstream : sub(upstream, average(upstream))
      return mul(r, sub(around, mul(normal, average(mul(upstream, normal)))))
    }
  }
}

function averageOver(builder: GraphBuilder, shape: readonly number[], axes: readonly number[]): (value: string) => string {
  const { mul, sum } = algebra(builder)
  const share = 1 / elementCount(axes.map((axis) => shape[axis] ?? 1))
  return (value) => mul(sum(value, axes), share)
}

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

/** @param centred False: r = 1 / √(mean of squares + ε), and no mean is subtracted. */
export function standardize(builder: GraphBuilder, x: string, shape: readonly number[], axes: readonly number[], epsilon: number, centred = true): Standardized {
  const { add, sub, mul, sum, sqrt, reciprocal } = algebra(builder)
  const share = 1 / elementCount(axes.map((axis) => shape[axis] ?? 1))
  const mean = (value: string): string => mul(sum(value, axes), share)
  const difference = centred ? sub(x, mean(x)) : x
  const r = reciprocal(sqrt(add(mean(mul(difference, difference)), epsilon)))
  const normal = mul(difference, r)
  return {
    normal,
    gradient(upstream) {
      const around = centred ? sub(upstream, mean(upstream)) : upstream
      return mul(r, sub(around, mul(normal, mean(mul(upstream, normal)))))
    }
  }
}

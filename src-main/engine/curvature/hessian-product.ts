/**
 * Products of the Hessian H of the loss with a vector, by central differences of the gradient:
 *
 *     H v ≈ (∇L(w + h v) − ∇L(w − h v)) / 2h      h = relativeStep · ‖w‖ / ‖v‖
 *
 * The error of the formula is of third derivatives, h²; that of single precision ∝ 1/h.
 */
import type { LossSurface } from './loss-surface'
import { combine, norm, scale, type Vector } from './vectors'

/** Of the norm of the weights: a hundred times what rounds away in single precision would disturb, small beside the distances over which trained networks bend. */
export const relativeStep = 1e-3

export class HessianProduct {
  private readonly moved
  private readonly forward
  private readonly length: number

  constructor(
    private readonly surface: LossSurface,
    /** w, at which the Hessian is taken. */
    private readonly weights: Vector
  ) {
    this.moved = surface.empty()
    this.forward = surface.empty()
    this.length = norm(weights)
  }

  /** Writes H v to `product`, which may not be `v`. A vector of zeros gives zeros. */
  async of(v: Vector, product: Vector): Promise<void> {
    const size = norm(v)
    if (size === 0) {
      for (const array of product) array.fill(0)
      return
    }
    const h = (relativeStep * this.length) / size
    combine(this.moved, this.weights, h, v)
    await this.surface.at(this.moved, this.forward)
    combine(this.moved, this.weights, -h, v)
    await this.surface.at(this.moved, product as Float32Array[])
    combine(product, this.forward, -1, product)
    scale(product, 1 / (2 * h))
  }
}

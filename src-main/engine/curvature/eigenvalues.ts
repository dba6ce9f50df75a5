/**
 * Eigenvalues of the Hessian of largest magnitude, by power iteration; each further one orthogonal to those found before.
 * An eigenvalue comes with the residual ‖Hv − λv‖: some eigenvalue of H lies within it.
 */
import { fillNormal } from '../random/streams'
import type { HessianProduct } from './hessian-product'
import type { LossSurface } from './loss-surface'
import { combine, dot, norm, scale, type Vector } from './vectors'

export interface Eigenvalue {
  value: number
  residual: number
  iterations: number
  vector: Vector
}

export interface EigenvalueOptions {
  seed: number
  /** Iterations at most. */
  iterations: number
  /** Ends when the eigenvalue changes by less than this fraction of itself. */
  tolerance: number
}

/** The next eigenvalue besides those in `known`. `between` is called between products: the place to pause and to stop. */
export async function nextEigenvalue(surface: LossSurface, hessian: HessianProduct, known: readonly Eigenvalue[], options: EigenvalueOptions, between: () => Promise<void>): Promise<Eigenvalue> {
  const vector = surface.empty()
  const product = surface.empty()
  const residual = surface.empty()
  vector.forEach((array, p) => fillNormal(array, { seed: options.seed, purpose: 'curvatureStart', at: [known.length, p] }))
  let value = 0
  for (let iteration = 1; ; iteration++) {
    withoutComponents(vector, known)
    scale(vector, 1 / Math.max(norm(vector), Number.MIN_VALUE))
    await hessian.of(vector, product)
    withoutComponents(product, known)
    const before = value
    value = dot(vector, product)
    combine(residual, product, -value, vector)
    const settled = iteration > 1 && Math.abs(value - before) <= options.tolerance * Math.abs(value)
    if (settled || iteration === options.iterations || value === 0) return { value, residual: norm(residual), iterations: iteration, vector }
    vector.forEach((array, p) => array.set(product[p]!))
    await between()
  }
}

/** Takes the components along known eigenvectors off. */
function withoutComponents(vector: Vector, known: readonly Eigenvalue[]): void {
  for (const { vector: axis } of known) combine(vector, vector, -dot(vector, axis), axis)
}

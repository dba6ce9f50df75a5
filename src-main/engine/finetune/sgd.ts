/** Stochastic gradient descent with momentum and weight decay, as PyTorch defines it. */

export interface SgdSettings {
  learningRate: number
  momentum: number
  weightDecay: number
  /** Without it: classical momentum. */
  nesterov?: boolean
}

/**
 * g ← g + λ·w;  v ← μ·v + g;  w ← w − η·v, with Nesterov's momentum w ← w − η·(g + μ·v); element by element, in place.
 * @param factor Applied to the gradient first (norm clipping).
 */
export function sgdStep(weights: Float32Array, velocity: Float32Array, gradient: Float32Array, factor: number, settings: SgdSettings): void {
  const { learningRate, momentum, weightDecay, nesterov = false } = settings
  for (let i = 0; i < weights.length; i++) {
    const g = factor * gradient[i]! + weightDecay * weights[i]!
    const v = momentum * velocity[i]! + g
    velocity[i] = v
    weights[i] = weights[i]! - learningRate * (nesterov ? g + momentum * v : v)
  }
}

/** Euclidean norm over all arrays together. */
export function gradientNorm(gradients: readonly Float32Array[]): number {
  let sum = 0
  for (const gradient of gradients) for (let i = 0; i < gradient.length; i++) sum += gradient[i]! * gradient[i]!
  return Math.sqrt(sum)
}

/** Factor that brings a gradient of norm `norm` to at most `limit`; 1 when `limit` is 0. */
export const clipFactor = (norm: number, limit: number): number => (limit > 0 && norm > limit ? limit / norm : 1)

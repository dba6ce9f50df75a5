/**
 * Monotone piecewise cubic interpolation: passes through every point and is monotone wherever the points are, so that a
 * measured deviation never becomes negative between points.
 * Source: F. N. Fritsch and R. E. Carlson, SIAM J. Numer. Anal. 17, 238 (1980); slopes by the weighted harmonic mean of
 * F. N. Fritsch and J. Butland, SIAM J. Sci. Stat. Comput. 5, 300 (1984).
 */
export class MonotoneCubic {
  private readonly slopes: Float64Array

  /** @param x Strictly increasing, at least two. */
  constructor(
    private readonly x: Float64Array,
    private readonly y: Float64Array
  ) {
    const n = x.length
    if (n < 2 || y.length !== n) throw new Error('Interpolation needs at least two points.')
    const secants = new Float64Array(n - 1)
    for (let i = 0; i < n - 1; i++) {
      if (!(x[i + 1]! > x[i]!)) throw new Error('The points must be strictly increasing.')
      secants[i] = (y[i + 1]! - y[i]!) / (x[i + 1]! - x[i]!)
    }
    this.slopes = new Float64Array(n)
    for (let i = 1; i < n - 1; i++) {
      const before = secants[i - 1]!
      const after = secants[i]!
      if (before * after <= 0) continue
      const widthBefore = x[i]! - x[i - 1]!
      const widthAfter = x[i + 1]! - x[i]!
      const first = 2 * widthAfter + widthBefore
      const second = widthAfter + 2 * widthBefore
      this.slopes[i] = (first + second) / (first / before + second / after)
    }
    // One-sided at the ends, where no neighbour can be overshot: the secant is the monotone choice.
    this.slopes[0] = secants[0]!
    this.slopes[n - 1] = secants[n - 2]!
  }

  /** Value at `at`; the first and last value are held outside of the points. */
  evaluate(at: number): number {
    const { x, y, slopes } = this
    const last = x.length - 1
    if (!(at > x[0]!)) return y[0]!
    if (at >= x[last]!) return y[last]!
    let low = 0
    let high = last
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (x[middle]! <= at) low = middle
      else high = middle
    }
    const width = x[high]! - x[low]!
    const t = (at - x[low]!) / width
    const s = 1 - t
    // Cubic Hermite form on [x_low, x_high].
    return (
      (1 + 2 * t) * s * s * y[low]! +
      t * s * s * width * slopes[low]! +
      t * t * (3 - 2 * t) * y[high]! -
      t * t * s * width * slopes[high]!
    )
  }
}

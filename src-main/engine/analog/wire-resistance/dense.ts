/**
 * The two dense kernels that the block joins are made of. Matrices are row-major in contiguous arrays without padding,
 * and every product runs along contiguous rows of both operands.
 */

/**
 * C = A·Bᵀ, with A (p × k), B (q × k) and C (p × q).
 *
 * @param lowerOnly compute only the tiles that touch the lower triangle, for a product that is known to be symmetric
 */
export function multiplyTransposed(c: Float64Array, a: Float64Array, p: number, b: Float64Array, q: number, k: number, lowerOnly = false): void {
  // Tiles of 2 × 4 keep eight sums in registers: six loads for eight multiplications.
  let i = 0
  for (; i + 1 < p; i += 2) {
    const a0 = i * k
    const a1 = a0 + k
    const limit = lowerOnly ? Math.min(q, i + 2) : q
    let j = 0
    for (; j < limit && j + 3 < q; j += 4) {
      const b0 = j * k
      const b1 = b0 + k
      const b2 = b1 + k
      const b3 = b2 + k
      let c00 = 0
      let c01 = 0
      let c02 = 0
      let c03 = 0
      let c10 = 0
      let c11 = 0
      let c12 = 0
      let c13 = 0
      for (let l = 0; l < k; l++) {
        const x0 = a[a0 + l]!
        const x1 = a[a1 + l]!
        const y0 = b[b0 + l]!
        const y1 = b[b1 + l]!
        const y2 = b[b2 + l]!
        const y3 = b[b3 + l]!
        c00 += x0 * y0
        c01 += x0 * y1
        c02 += x0 * y2
        c03 += x0 * y3
        c10 += x1 * y0
        c11 += x1 * y1
        c12 += x1 * y2
        c13 += x1 * y3
      }
      const o0 = i * q + j
      const o1 = o0 + q
      c[o0] = c00
      c[o0 + 1] = c01
      c[o0 + 2] = c02
      c[o0 + 3] = c03
      c[o1] = c10
      c[o1 + 1] = c11
      c[o1 + 2] = c12
      c[o1 + 3] = c13
    }
    for (; j < limit; j++) {
      const b0 = j * k
      let c0 = 0
      let c1 = 0
      for (let l = 0; l < k; l++) {
        const y = b[b0 + l]!
        c0 += a[a0 + l]! * y
        c1 += a[a1 + l]! * y
      }
      c[i * q + j] = c0
      c[i * q + q + j] = c1
    }
  }
  if (i < p) {
    const limit = lowerOnly ? Math.min(q, i + 1) : q
    for (let j = 0; j < limit; j++) {
      let sum = 0
      for (let l = 0; l < k; l++) sum += a[i * k + l]! * b[j * k + l]!
      c[i * q + j] = sum
    }
  }
}

/** Replaces the n × n matrix by its inverse: Gauss–Jordan elimination with row exchanges. @param exchanges scratch, n or more */
export function invertInPlace(matrix: Float64Array, n: number, exchanges: Int32Array): void {
  for (let k = 0; k < n; k++) {
    let pivotRow = k
    for (let i = k + 1; i < n; i++) if (Math.abs(matrix[i * n + k]!) > Math.abs(matrix[pivotRow * n + k]!)) pivotRow = i
    exchanges[k] = pivotRow
    if (pivotRow !== k) exchangeRows(matrix, n, k, pivotRow)
    const rowK = k * n
    const pivot = matrix[rowK + k]!
    if (!(Math.abs(pivot) > 0)) throw new Error('the wire network is singular, which resistors cannot be')
    const reciprocal = 1 / pivot
    matrix[rowK + k] = 1
    for (let j = 0; j < n; j++) matrix[rowK + j]! *= reciprocal
    for (let i = 0; i < n; i++) {
      if (i === k) continue
      const rowI = i * n
      const factor = matrix[rowI + k]!
      if (factor === 0) continue
      matrix[rowI + k] = 0
      for (let j = 0; j < n; j++) matrix[rowI + j]! -= factor * matrix[rowK + j]!
    }
  }
  // Row exchanges of the matrix are column exchanges of its inverse, undone in reverse order.
  for (let k = n - 1; k >= 0; k--) {
    const other = exchanges[k]!
    if (other === k) continue
    for (let i = 0; i < n; i++) {
      const kept = matrix[i * n + k]!
      matrix[i * n + k] = matrix[i * n + other]!
      matrix[i * n + other] = kept
    }
  }
}

function exchangeRows(matrix: Float64Array, n: number, first: number, second: number): void {
  for (let j = 0; j < n; j++) {
    const kept = matrix[first * n + j]!
    matrix[first * n + j] = matrix[second * n + j]!
    matrix[second * n + j] = kept
  }
}

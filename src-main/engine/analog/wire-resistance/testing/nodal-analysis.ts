/**
 * References that share nothing with the solver under test but Ohm's and Kirchhoff's laws.
 */

export interface WireArray {
  conductances: Float64Array | Float32Array
  rows: number
  columns: number
  rowSegment: number
  columnSegment: number
  driver?: number
  sense?: number
}

/**
 * The transfer matrix by dense nodal analysis: one unknown voltage per cell and wire, nodes joined by resistance 0
 * merged into one, Gaussian elimination with row exchanges. O((2·rows·columns)³): small arrays only.
 */
export function transferMatrixByNodalAnalysis(array: WireArray): Float64Array {
  const { conductances, rows, columns, rowSegment, columnSegment, driver = 0, sense = 0 } = array
  const cells = rows * columns
  // Nodes: row wire, column wire, drivers, sense nodes. Merged ones point to their representative.
  const parent = Array.from({ length: 2 * cells + rows + columns }, (_, node) => node)
  const find = (node: number): number => (parent[node] === node ? node : find(parent[node]!))
  const driverOf = (row: number): number => 2 * cells + row
  const senseOf = (column: number): number => 2 * cells + rows + column
  const resistors: { from: number; to: number; conductance: number }[] = []
  const connect = (from: number, to: number, resistance: number): void => {
    // The fixed nodes (drivers, sense nodes) are named last, so that they stay representatives.
    if (resistance === 0) parent[find(from)] = find(to)
    else resistors.push({ from, to, conductance: 1 / resistance })
  }
  for (let i = 0; i < rows; i++) {
    for (let j = columns - 1; j >= 0; j--) {
      if (j > 0) connect(i * columns + j, i * columns + j - 1, rowSegment)
      else connect(i * columns, driverOf(i), rowSegment + driver)
    }
  }
  for (let j = 0; j < columns; j++) {
    for (let i = 0; i < rows; i++) {
      if (i < rows - 1) connect(cells + i * columns + j, cells + (i + 1) * columns + j, columnSegment)
      else connect(cells + i * columns + j, senseOf(j), columnSegment + sense)
    }
  }
  for (let cell = 0; cell < cells; cell++) resistors.push({ from: cell, to: cells + cell, conductance: conductances[cell]! })

  const unknown = new Map<number, number>()
  for (let node = 0; node < 2 * cells; node++) {
    const root = find(node)
    if (root < 2 * cells && !unknown.has(root)) unknown.set(root, unknown.size)
  }
  const n = unknown.size
  // Right-hand side i: driver i at 1 V, everything else fixed at 0 V.
  const system = Array.from({ length: n }, () => new Float64Array(n + rows))
  for (const { from, to, conductance } of resistors) {
    for (const [node, other] of [
      [find(from), find(to)],
      [find(to), find(from)]
    ] as const) {
      const k = unknown.get(node)
      if (k === undefined) continue
      system[k]![k]! += conductance
      const l = unknown.get(other)
      if (l !== undefined) system[k]![l]! -= conductance
      else if (other < senseOf(0)) system[k]![n + other - 2 * cells]! += conductance
    }
  }
  eliminate(system, n)
  const voltage = (node: number, driven: number): number => {
    const root = find(node)
    const k = unknown.get(root)
    return k === undefined ? (root === driverOf(driven) ? 1 : 0) : system[k]![n + driven]!
  }
  const result = new Float64Array(cells)
  for (let driven = 0; driven < rows; driven++) {
    for (let j = 0; j < columns; j++) {
      // The sum of the cell currents, well-conditioned whatever the wires.
      for (let i = 0; i < rows; i++) {
        const cell = i * columns + j
        result[driven * columns + j]! += conductances[cell]! * (voltage(cell, driven) - voltage(cells + cell, driven))
      }
    }
  }
  return result
}

/** Gauss–Jordan elimination with row exchanges; the right-hand sides are the columns from n on. */
function eliminate(system: Float64Array[], n: number): void {
  const width = system[0]?.length ?? 0
  for (let k = 0; k < n; k++) {
    let pivot = k
    for (let i = k + 1; i < n; i++) if (Math.abs(system[i]![k]!) > Math.abs(system[pivot]![k]!)) pivot = i
    ;[system[k], system[pivot]] = [system[pivot]!, system[k]!]
    const rowK = system[k]!
    const reciprocal = 1 / rowK[k]!
    for (let j = k; j < width; j++) rowK[j]! *= reciprocal
    for (let i = 0; i < n; i++) {
      const rowI = system[i]!
      const factor = rowI[k]!
      if (i === k || factor === 0) continue
      for (let j = k; j < width; j++) rowI[j]! -= factor * rowK[j]!
    }
  }
}

export interface IterativeSolution {
  /** Column currents. */
  currents: Float64Array
  steps: number
  /** ‖residual‖ / ‖right-hand side‖ of the system, recomputed at the end. */
  residual: number
}

/**
 * Column currents for one vector of drive voltages by conjugate gradients on the cell currents: (1/G + R_row + R_column)·i
 * = V, symmetrised with i = D^½·q, D = G, so that a cell with G = 0 only drops out: (1 + D^½·R·D^½)·q = D^½·V. The drops
 * R·i are prefix sums along the wires. For arrays that are too large for dense analysis.
 */
export function columnCurrentsByConjugateGradients(array: WireArray, voltages: Float64Array, tolerance: number): IterativeSolution {
  const { conductances, rows, columns, rowSegment, columnSegment, driver = 0, sense = 0 } = array
  const cells = rows * columns
  const root = Float64Array.from(conductances, Math.sqrt)
  const current = new Float64Array(cells)
  const apply = (out: Float64Array, q: Float64Array): void => {
    for (let cell = 0; cell < cells; cell++) current[cell] = root[cell]! * q[cell]!
    for (let i = 0; i < rows; i++) {
      // The current through the segment before cell j is the sum of the cells from j on.
      let through = 0
      for (let j = columns - 1; j >= 0; j--) out[i * columns + j] = through += current[i * columns + j]!
      let drop = driver * through
      for (let j = 0; j < columns; j++) out[i * columns + j] = drop += rowSegment * out[i * columns + j]!
    }
    for (let j = 0; j < columns; j++) {
      let drop = 0
      for (let i = 0; i < rows; i++) {
        drop += current[i * columns + j]!
        current[i * columns + j] = drop
      }
      drop *= sense
      for (let i = rows - 1; i >= 0; i--) out[i * columns + j]! += drop += columnSegment * current[i * columns + j]!
    }
    for (let cell = 0; cell < cells; cell++) out[cell] = q[cell]! + root[cell]! * out[cell]!
  }
  const dot = (a: Float64Array, b: Float64Array): number => {
    let sum = 0
    for (let cell = 0; cell < cells; cell++) sum += a[cell]! * b[cell]!
    return sum
  }
  const right = Float64Array.from(root, (value, cell) => value * voltages[Math.floor(cell / columns)]!)
  const q = new Float64Array(cells)
  const residual = right.slice()
  const direction = right.slice()
  const image = new Float64Array(cells)
  const norm = dot(right, right)
  let square = norm
  let steps = 0
  for (; steps < 10 * cells && square > tolerance * tolerance * norm; steps++) {
    apply(image, direction)
    const alpha = square / dot(direction, image)
    for (let cell = 0; cell < cells; cell++) {
      q[cell]! += alpha * direction[cell]!
      residual[cell]! -= alpha * image[cell]!
    }
    const next = dot(residual, residual)
    const beta = next / square
    for (let cell = 0; cell < cells; cell++) direction[cell] = residual[cell]! + beta * direction[cell]!
    square = next
  }
  apply(image, q)
  for (let cell = 0; cell < cells; cell++) image[cell]! -= right[cell]!
  const currents = new Float64Array(columns)
  for (let cell = 0; cell < cells; cell++) currents[cell % columns]! += root[cell]! * q[cell]!
  return { currents, steps, residual: norm === 0 ? 0 : Math.sqrt(dot(image, image) / norm) }
}

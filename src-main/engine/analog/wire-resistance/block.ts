/**
 * A rectangular part of the array, seen from the wires that cross its border.
 *
 * Ports, in this order: left (one per row), bottom (one per column), right (one per row, absent where the row wires
 * end), top (one per column, absent where the column wires begin). Left and bottom are *voltage ports*: the voltage u is
 * given, the current into the block is the answer. Right and top are *current ports*: the current i drawn out of the
 * block is given, the voltage is the answer. In this mixed form Kirchhoff's laws read
 *
 *   ⎡current in ⎤   ⎡Y  Kᵀ⎤ ⎡u⎤
 *   ⎣voltage out⎦ = ⎣K  −Z⎦ ⎣i⎦ = M·(u, i),     M symmetric, Y and Z positive semidefinite,
 *
 * and nothing becomes infinite for a wire without resistance or a cell without conductance, as it would in a pure
 * admittance or impedance matrix.
 */
import { invertInPlace, multiplyTransposed } from './dense'

/** Size of a block and which wires leave it; with this the order of its ports is known. */
export interface BlockShape {
  height: number
  width: number
  /** Row wires go on to the right. */
  right: boolean
  /** Column wires come from above. */
  top: boolean
}

export const portCount = (shape: BlockShape): number => shape.height * (shape.right ? 2 : 1) + shape.width * (shape.top ? 2 : 1)

/** First index of each side's ports. */
export const sideStart = (shape: BlockShape, side: 'left' | 'bottom' | 'right' | 'top'): number => {
  if (side === 'left') return 0
  if (side === 'bottom') return shape.height
  return side === 'right' ? shape.height + shape.width : shape.height * (shape.right ? 2 : 1) + shape.width
}

/**
 * The block of one cell: its row segment lies to its left, its column segment below it. With the cell current
 * g·(u_left − u_bottom − r_row·i_right + r_column·i_top), g = G / (1 + G·(r_row + r_column)), M is the matrix of two
 * wires passing through plus g·w·wᵀ with w = (1, −1, −r_row, r_column) over (left, bottom, right, top).
 */
export function writeCell(m: Float64Array, offset: number, shape: BlockShape, conductance: number, rowSegment: number, columnSegment: number): void {
  const g = conductance / (1 + conductance * (rowSegment + columnSegment))
  const n = portCount(shape)
  m[offset] = g
  m[offset + 1] = m[offset + n] = -g
  m[offset + n + 1] = g
  if (shape.right) {
    m[offset + 2] = m[offset + 2 * n] = 1 - g * rowSegment
    m[offset + n + 2] = m[offset + 2 * n + 1] = g * rowSegment
    m[offset + 2 * n + 2] = -rowSegment * (1 - g * rowSegment)
  }
  if (shape.top) {
    const t = n - 1
    m[offset + t] = m[offset + t * n] = g * columnSegment
    m[offset + n + t] = m[offset + t * n + 1] = 1 - g * columnSegment
    m[offset + t * n + t] = -columnSegment * (1 - g * columnSegment)
    if (shape.right) m[offset + 2 * n + t] = m[offset + t * n + 2] = -g * rowSegment * columnSegment
  }
}

/** One of the two blocks of a join: where its matrix lies, which ports are joined, and where the others go. */
export interface JoinSide {
  offset: number
  /** Ports of this block. */
  ports: number
  /** First joined port; `interfaceSize` of them follow each other. */
  interfaceStart: number
  /** Ports that stay, and the index that each has in the joined block. */
  kept: Int32Array
  keptAs: Int32Array
  keptCount: number
}

/** Scratch memory of joins with at most `ports` kept ports a side and `interfaceSize` joined wires. */
export class JoinScratch {
  readonly z: Float64Array
  readonly y: Float64Array
  readonly inverse: Float64Array
  readonly s: Float64Array
  readonly exchanges: Int32Array
  readonly supplyRows: Float64Array
  readonly loadRows: Float64Array
  readonly u: Float64Array
  readonly v: Float64Array
  readonly product: Float64Array
  constructor(ports: number, interfaceSize: number) {
    const square = interfaceSize * interfaceSize
    const panel = ports * interfaceSize
    this.z = new Float64Array(square)
    this.y = new Float64Array(square)
    this.inverse = new Float64Array(square)
    this.s = new Float64Array(square)
    this.exchanges = new Int32Array(interfaceSize)
    this.supplyRows = new Float64Array(panel)
    this.loadRows = new Float64Array(panel)
    this.u = new Float64Array(panel)
    this.v = new Float64Array(panel)
    this.product = new Float64Array(ports * ports)
  }
}

/**
 * Joins the current ports of one block (the *supply*) to the voltage ports of another (the *load*).
 *
 * With a wires in between, u = B_s·e_s − Z·i and i = B_l·e_l + Y·u, where e are the inputs at the ports that stay:
 *   u = N⁻¹·(B_s·e_s − Z·B_l·e_l),  N = 1 + Z·Y  (eigenvalues ≥ 1: never singular)
 * and the joined matrix has the blocks (A_s, A_l: the two matrices at the ports that stay)
 *   supply, supply  A_s + B_sᵀ·(Y·N⁻¹)·B_s
 *   supply, load    (N⁻¹·B_s)ᵀ·B_l
 *   load, load      A_l − B_lᵀ·(N⁻¹·Z)·B_l
 * Both products in brackets are symmetric. Costs about 3a³ + a²·(2·n_s + n_l) + a·(n_s + n_l)²/2 multiplications.
 *
 * @param m holds both matrices and receives the joined one at `target`, `joinedPorts` × `joinedPorts`
 */
export function join(
  m: Float64Array,
  supply: JoinSide,
  load: JoinSide,
  interfaceSize: number,
  target: number,
  joinedPorts: number,
  scratch: JoinScratch
): void {
  const a = interfaceSize
  const { z, y, inverse, s, supplyRows, loadRows, u, v, product } = scratch
  for (let i = 0; i < a; i++) {
    const fromSupply = supply.offset + (supply.interfaceStart + i) * supply.ports + supply.interfaceStart
    const fromLoad = load.offset + (load.interfaceStart + i) * load.ports + load.interfaceStart
    for (let j = 0; j < a; j++) {
      z[i * a + j] = -m[fromSupply + j]!
      y[i * a + j] = m[fromLoad + j]!
    }
  }
  copyInterfaceRows(supplyRows, m, supply, a)
  copyInterfaceRows(loadRows, m, load, a)

  multiplyTransposed(inverse, z, a, y, a, a)
  for (let i = 0; i < a; i++) inverse[i * a + i]! += 1
  invertInPlace(inverse, a, scratch.exchanges)

  const ns = supply.keptCount
  const nl = load.keptCount
  multiplyTransposed(u, supplyRows, ns, inverse, a, a)
  multiplyTransposed(v, u, ns, y, a, a)
  multiplyTransposed(product, v, ns, supplyRows, ns, a, true)
  writeSymmetric(m, target, joinedPorts, supply, product, 1)

  multiplyTransposed(product, u, ns, loadRows, nl, a)
  for (let e = 0; e < ns; e++) {
    const row = supply.keptAs[e]!
    for (let f = 0; f < nl; f++) {
      const column = load.keptAs[f]!
      const value = product[e * nl + f]!
      m[target + row * joinedPorts + column] = value
      m[target + column * joinedPorts + row] = value
    }
  }

  multiplyTransposed(s, inverse, a, z, a, a)
  multiplyTransposed(v, loadRows, nl, s, a, a)
  multiplyTransposed(product, v, nl, loadRows, nl, a, true)
  writeSymmetric(m, target, joinedPorts, load, product, -1)
}

/** Rows of the ports that stay, columns of the joined ones, packed. */
function copyInterfaceRows(rows: Float64Array, m: Float64Array, side: JoinSide, a: number): void {
  for (let e = 0; e < side.keptCount; e++) {
    const from = side.offset + side.kept[e]! * side.ports + side.interfaceStart
    for (let j = 0; j < a; j++) rows[e * a + j] = m[from + j]!
  }
}

/** Writes (old matrix) + sign·product at the kept ports; only the lower triangle of the product is read. */
function writeSymmetric(m: Float64Array, target: number, n: number, side: JoinSide, product: Float64Array, sign: number): void {
  for (let e = 0; e < side.keptCount; e++) {
    const row = side.keptAs[e]!
    const from = side.offset + side.kept[e]! * side.ports
    for (let f = 0; f <= e; f++) {
      const column = side.keptAs[f]!
      const value = m[from + side.kept[f]!]! + sign * product[e * side.keptCount + f]!
      m[target + row * n + column] = value
      m[target + column * n + row] = value
    }
  }
}

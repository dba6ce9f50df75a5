/**
 * Wire resistance of a crossbar array: the exact matrix that takes row drive voltages to column currents.
 *
 * The array is cut in halves again and again down to single cells; going back up, blocks are joined along the wires
 * that cross the cut (see `block.ts`, derivation in the README). This is nested dissection: about 30·n³ multiplications
 * for n × n cells, whatever the resistances, without iteration.
 */
import { join, JoinScratch, portCount, sideStart, writeCell, type BlockShape, type JoinSide } from './block'

/** Any consistent units: siemens and ohm, or 1/R_on and R_on. */
export interface TransferMatrixOptions {
  /** rows × columns, row-major, finite and ≥ 0. Zero is a cell that is not there. */
  conductances: Float64Array | Float32Array
  rows: number
  columns: number
  /** Resistance of each segment of the row wires: from the driver to the first cell, and from cell to cell. ≥ 0. */
  rowSegment: number
  /** Resistance of each segment of the column wires: from cell to cell, and from the last cell to the sense node. ≥ 0. */
  columnSegment: number
  /** In series with the first segment of each row: the driver's output resistance. Default 0. */
  driver?: number
  /** In series with the last segment of each column: the sense amplifier's input resistance. Default 0. */
  sense?: number
}

/**
 * A (rows × columns, row-major) with I = Aᵀ·V: row i is driven by V_i at the side of column 0 and open at its other end,
 * column j ends in a virtual ground below the last row and gives the current I_j. A ≥ 0, and A = G without
 * resistance. With all rows driven alike no column gives more than without resistance, but a single element may exceed its
 * G: current finds its way through other cells and the wires of undriven rows (sneak paths), even where G = 0.
 *
 * @throws RangeError where a size, a conductance or a resistance is no physical one
 */
export function transferMatrix(options: TransferMatrixOptions): Float64Array {
  const { rows, columns, rowSegment, columnSegment, driver = 0, sense = 0 } = options
  requireResistances({ rowSegment, columnSegment, driver, sense })
  const rowSegments = new Float64Array(columns).fill(rowSegment)
  const columnSegments = new Float64Array(rows).fill(columnSegment)
  rowSegments[0]! += driver
  columnSegments[rows - 1]! += sense
  return transferMatrixOfSegments(options.conductances, rowSegments, columnSegments)
}

/**
 * The same with segments of different length: `rowSegments[j]` is the resistance just before column j in every row,
 * `columnSegments[i]` the one just after row i in every column.
 */
export function transferMatrixOfSegments(
  conductances: Float64Array | Float32Array,
  rowSegments: Float64Array,
  columnSegments: Float64Array
): Float64Array {
  const rows = columnSegments.length
  const columns = rowSegments.length
  if (rows < 1 || columns < 1 || conductances.length !== rows * columns) {
    throw new RangeError(`${conductances.length} conductances given for an array of ${rows} × ${columns} cells`)
  }
  for (const conductance of conductances) {
    if (!(conductance >= 0 && conductance < Infinity)) throw new RangeError(`a conductance of ${conductance} is not a finite number ≥ 0`)
  }
  const network = new ArrayNetwork(conductances, rowSegments, columnSegments)
  return network.transferMatrix()
}

export function requireResistances(resistances: Record<string, number>): void {
  for (const [name, value] of Object.entries(resistances)) {
    if (!(value >= 0 && value < Infinity)) throw new RangeError(`${name} is ${value}; a resistance is a finite number ≥ 0`)
  }
}

const halves = (length: number): [number, number] => [Math.ceil(length / 2), Math.floor(length / 2)]

class ArrayNetwork {
  private readonly rows: number
  private readonly columns: number
  /** A stack of block matrices: a block's halves lie above it while they are made. */
  private readonly stack: Float64Array
  private readonly scratch: JoinScratch
  private readonly supply: JoinSide
  private readonly load: JoinSide

  constructor(
    private readonly conductances: Float64Array | Float32Array,
    private readonly rowSegments: Float64Array,
    private readonly columnSegments: Float64Array
  ) {
    this.rows = columnSegments.length
    this.columns = rowSegments.length
    this.stack = new Float64Array(stackSize(this.rows, this.columns))
    // A cut crosses the shorter side of its block.
    const widest = Math.min(this.rows, this.columns)
    const ports = 2 * (this.rows + this.columns)
    this.scratch = new JoinScratch(ports, widest)
    this.supply = newJoinSide(ports)
    this.load = newJoinSide(ports)
  }

  transferMatrix(): Float64Array {
    const { rows, columns, stack } = this
    const shape = { height: rows, width: columns, right: false, top: false }
    this.build(0, 0, shape, 0)
    const n = portCount(shape)
    const result = new Float64Array(rows * columns)
    for (let i = 0; i < rows; i++) {
      // The current into the sense node is the negative of the one into the block; "0 −" gives no −0.
      for (let j = 0; j < columns; j++) result[i * columns + j] = 0 - stack[i * n + rows + j]!
    }
    return result
  }

  /** Leaves the matrix of the block whose first cell is (row, column) at `offset` of the stack. */
  private build(row: number, column: number, shape: BlockShape, offset: number): void {
    const { height, width, right, top } = shape
    if (height === 1 && width === 1) {
      const conductance = this.conductances[row * this.columns + column]!
      writeCell(this.stack, offset, shape, conductance, this.rowSegments[column]!, this.columnSegments[row]!)
      return
    }
    const n = portCount(shape)
    if (width >= height) {
      const [leftWidth, rightWidth] = halves(width)
      const left = { height, width: leftWidth, right: true, top }
      const rightHalf = { height, width: rightWidth, right, top }
      const second = offset + portCount(left) ** 2
      const target = second + portCount(rightHalf) ** 2
      this.build(row, column, left, offset)
      this.build(row, column + leftWidth, rightHalf, second)
      const { supply, load } = this
      open(supply, left, offset, 'right')
      open(load, rightHalf, second, 'left')
      keep(supply, 0, height, 0)
      keep(supply, height, leftWidth, height)
      keep(load, height, rightWidth, height + leftWidth)
      if (right) keep(load, sideStart(rightHalf, 'right'), height, sideStart(shape, 'right'))
      if (top) {
        keep(supply, sideStart(left, 'top'), leftWidth, sideStart(shape, 'top'))
        keep(load, sideStart(rightHalf, 'top'), rightWidth, sideStart(shape, 'top') + leftWidth)
      }
      join(this.stack, supply, load, height, target, n, this.scratch)
      this.stack.copyWithin(offset, target, target + n * n)
    } else {
      const [upperHeight, lowerHeight] = halves(height)
      const upper = { height: upperHeight, width, right, top }
      const lower = { height: lowerHeight, width, right, top: true }
      const second = offset + portCount(upper) ** 2
      const target = second + portCount(lower) ** 2
      this.build(row, column, upper, offset)
      this.build(row + upperHeight, column, lower, second)
      const { supply, load } = this
      open(supply, lower, second, 'top')
      open(load, upper, offset, 'bottom')
      keep(load, 0, upperHeight, 0)
      keep(supply, 0, lowerHeight, upperHeight)
      keep(supply, lowerHeight, width, height)
      if (right) {
        keep(load, sideStart(upper, 'right'), upperHeight, sideStart(shape, 'right'))
        keep(supply, sideStart(lower, 'right'), lowerHeight, sideStart(shape, 'right') + upperHeight)
      }
      if (top) keep(load, sideStart(upper, 'top'), width, sideStart(shape, 'top'))
      join(this.stack, supply, load, width, target, n, this.scratch)
      this.stack.copyWithin(offset, target, target + n * n)
    }
  }
}

/** Numbers on the stack while a block with all of its ports is made. */
function stackSize(height: number, width: number): number {
  const own = (2 * (height + width)) ** 2
  if (height === 1 && width === 1) return own
  const [firstHeight, firstWidth] = width >= height ? [height, halves(width)[0]] : [halves(height)[0], width]
  const half = (2 * (firstHeight + firstWidth)) ** 2
  return Math.max(half + stackSize(firstHeight, firstWidth), 2 * half + own)
}

const newJoinSide = (ports: number): JoinSide => ({
  offset: 0,
  ports: 0,
  interfaceStart: 0,
  kept: new Int32Array(ports),
  keptAs: new Int32Array(ports),
  keptCount: 0
})

function open(side: JoinSide, shape: BlockShape, offset: number, joined: 'left' | 'bottom' | 'right' | 'top'): void {
  side.offset = offset
  side.ports = portCount(shape)
  side.interfaceStart = sideStart(shape, joined)
  side.keptCount = 0
}

/** `count` ports from `from` on stay, as those from `as` on of the joined block. */
function keep(side: JoinSide, from: number, count: number, as: number): void {
  for (let i = 0; i < count; i++) {
    side.kept[side.keptCount] = from + i
    side.keptAs[side.keptCount++] = as + i
  }
}

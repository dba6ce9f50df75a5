/**
 * Arrays of differential pairs with wire resistance: the signed matrix that takes the input voltages to the difference
 * of the currents of the positive and the negative cells.
 */
import { requireResistances, transferMatrix, transferMatrixOfSegments, type TransferMatrixOptions } from './transfer-matrix'

export interface DifferentialOptions extends Omit<TransferMatrixOptions, 'conductances'> {
  /** rows × columns, row-major, as in TransferMatrixOptions. */
  positive: Float64Array | Float32Array
  negative: Float64Array | Float32Array
}

/** Two arrays, each with wires of its own, both driven with +V: A⁺ − A⁻ (rows × columns). */
export function separateArraysMatrix(options: DifferentialOptions): Float64Array {
  const { positive, negative, ...wires } = options
  const result = transferMatrix({ ...wires, conductances: positive })
  const subtracted = transferMatrix({ ...wires, conductances: negative })
  for (let k = 0; k < result.length; k++) result[k]! -= subtracted[k]!
  return result
}

/**
 * One array whose column wires carry the positive and the negative cells together: each input has two row wires, driven
 * with +V and −V, and the column's current is already the difference. The cells of a pair share one node of the column
 * wire, which has `columnSegment` per pair.
 *
 * @param options.pairSegment resistance of the column wire between the positive cell and the negative one of a pair
 *   below it. Default 0. With `columnSegment` here as well, the wire has equal segments from cell to cell.
 * @returns rows × columns
 */
export function interleavedMatrix(options: DifferentialOptions & { pairSegment?: number }): Float64Array {
  const { positive, negative, rows, columns, rowSegment, columnSegment, driver = 0, sense = 0, pairSegment = 0 } = options
  requireResistances({ rowSegment, columnSegment, driver, sense, pairSegment })
  const cells = rows * columns
  if (positive.length !== cells || negative.length !== cells) {
    throw new RangeError(`${positive.length} and ${negative.length} conductances given for ${rows} × ${columns} pairs`)
  }
  const conductances = new Float64Array(2 * cells)
  const columnSegments = new Float64Array(2 * rows)
  for (let i = 0; i < rows; i++) {
    conductances.set(positive.subarray(i * columns, (i + 1) * columns), 2 * i * columns)
    conductances.set(negative.subarray(i * columns, (i + 1) * columns), (2 * i + 1) * columns)
    columnSegments[2 * i] = pairSegment
    columnSegments[2 * i + 1] = columnSegment
  }
  const rowSegments = new Float64Array(columns).fill(rowSegment)
  rowSegments[0]! += driver
  columnSegments[2 * rows - 1]! += sense
  const both = transferMatrixOfSegments(conductances, rowSegments, columnSegments)
  const result = new Float64Array(cells)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[i * columns + j] = both[2 * i * columns + j]! - both[(2 * i + 1) * columns + j]!
  }
  return result
}

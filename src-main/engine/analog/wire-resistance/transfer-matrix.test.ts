import { describe, expect, it } from 'vitest'
import { interleavedMatrix, separateArraysMatrix } from './differential'
import { columnCurrentsByConjugateGradients, transferMatrixByNodalAnalysis } from './testing/nodal-analysis'
import { columnCurrents, largestDifference, randomConductances, randomVoltages } from './testing/random-array'
import { transferMatrix } from './transfer-matrix'

/** Relative to the largest element: rounding of a few hundred unknowns at condition numbers below 1e5. */
const nodalTolerance = 1e-9
/** Rounding where two solves, or one solve and a bound, should agree exactly. */
const roundingTolerance = 1e-12

const arrays = [
  { name: 'one cell', rows: 1, columns: 1, rowSegment: 0.1, columnSegment: 0.2, driver: 0.3, sense: 0.4 },
  { name: 'one row', rows: 1, columns: 9, rowSegment: 0.1, columnSegment: 0.2 },
  { name: 'one column', rows: 11, columns: 1, rowSegment: 0.1, columnSegment: 0.2 },
  { name: 'square', rows: 8, columns: 8, rowSegment: 1e-3, columnSegment: 1e-3 },
  { name: 'wide, driver and sense', rows: 5, columns: 14, rowSegment: 0.02, columnSegment: 0.05, driver: 0.3, sense: 0.7 },
  { name: 'tall, driver and sense', rows: 13, columns: 6, rowSegment: 0.02, columnSegment: 0.05, driver: 0.3, sense: 0.7 },
  { name: 'row wires without resistance', rows: 7, columns: 9, rowSegment: 0, columnSegment: 0.05 },
  { name: 'column wires without resistance', rows: 7, columns: 9, rowSegment: 0.05, columnSegment: 0 },
  { name: 'only driver and sense', rows: 6, columns: 7, rowSegment: 0, columnSegment: 0, driver: 0.3, sense: 0.7 },
  { name: 'only a sense resistance', rows: 6, columns: 7, rowSegment: 0, columnSegment: 0, sense: 0.7 },
  { name: 'wires as bad as the cells', rows: 9, columns: 8, rowSegment: 1, columnSegment: 2 }
]

describe('transfer matrix', () => {
  it.each(arrays)('equals dense nodal analysis: $name', ({ name: _, ...array }) => {
    for (const seed of [1, 2, 3]) {
      const given = { ...array, conductances: randomConductances(array.rows * array.columns, seed, array.rows * array.columns === 1 ? 0 : 0.2) }
      expect(largestDifference(transferMatrix(given), transferMatrixByNodalAnalysis(given))).toBeLessThan(nodalTolerance)
    }
  })

  it('takes single-precision conductances, and arrays with none at all', () => {
    const conductances = Float32Array.from(randomConductances(30, 4))
    const array = { conductances, rows: 5, columns: 6, rowSegment: 0.1, columnSegment: 0.1 }
    expect(largestDifference(transferMatrix(array), transferMatrixByNodalAnalysis(array))).toBeLessThan(nodalTolerance)
    expect(transferMatrix({ ...array, conductances: new Float64Array(30) }).every((value) => Math.abs(value) === 0)).toBe(true)
  })

  it('is the conductance matrix itself where no wire has resistance', () => {
    const conductances = randomConductances(17 * 12, 5)
    expect(transferMatrix({ conductances, rows: 17, columns: 12, rowSegment: 0, columnSegment: 0 })).toEqual(conductances)
  })

  it('does not depend on the unit of resistance', () => {
    const conductances = randomConductances(12 * 10, 6)
    const array = { conductances, rows: 12, columns: 10, rowSegment: 0.01, columnSegment: 0.02 }
    const inMicrosiemens = transferMatrix({
      ...array,
      conductances: conductances.map((value) => value * 1e-6),
      rowSegment: 1e4,
      columnSegment: 2e4
    }).map((value) => value * 1e6)
    expect(largestDifference(inMicrosiemens, transferMatrix(array))).toBeLessThan(roundingTolerance)
  })

  it('is reciprocal: the array seen from its columns is the transposed one', () => {
    // Exchanging the roles of rows and columns turns the array by half a turn about its driver-to-sense diagonal.
    const rows = 9
    const columns = 14
    const conductances = randomConductances(rows * columns, 7)
    const turned = new Float64Array(rows * columns)
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) turned[(columns - 1 - j) * rows + (rows - 1 - i)] = conductances[i * columns + j]!
    }
    const matrix = transferMatrix({ conductances, rows, columns, rowSegment: 0.03, columnSegment: 0.05, driver: 0.2, sense: 0.4 })
    const other = transferMatrix({
      conductances: turned,
      rows: columns,
      columns: rows,
      rowSegment: 0.05,
      columnSegment: 0.03,
      driver: 0.4,
      sense: 0.2
    })
    const back = matrix.map((_, k) => other[(columns - 1 - (k % columns)) * rows + (rows - 1 - Math.floor(k / columns))]!)
    expect(largestDifference(back, matrix)).toBeLessThan(roundingTolerance)
  })

  it('draws no more than without resistance, and less the more resistance there is', () => {
    const rows = 21
    const columns = 18
    const conductances = randomConductances(rows * columns, 8)
    const total = (matrix: Float64Array): Float64Array => columnCurrents(matrix, new Float64Array(rows).fill(1), columns)
    let previous = total(conductances)
    for (const resistance of [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1]) {
      const matrix = transferMatrix({ conductances, rows, columns, rowSegment: resistance, columnSegment: resistance })
      const currents = total(matrix)
      // Passive: no element is negative, and all rows driven alike give every column no more than its cells can carry.
      expect(Math.min(...matrix)).toBeGreaterThanOrEqual(-roundingTolerance)
      currents.forEach((value, j) => expect(value).toBeLessThan(previous[j]!))
      previous = currents
    }
  })

  it('lets sneak currents pass by a cell that is not there', () => {
    // Row 0 → cell (0,0) → cell (1,0) → wire of row 1, which its driver holds at 0 V only through resistance → cell (1,1).
    const array = { conductances: Float64Array.of(1, 0, 1, 1), rows: 2, columns: 2, rowSegment: 0.1, columnSegment: 0.1 }
    expect(transferMatrix(array)[1]!).toBeGreaterThan(1e-4)
  })

  it('changes in proportion to a small resistance', () => {
    // First order: A = G − G·(R_row·G + R_column·G); the next order is ten times smaller for a tenth of the resistance.
    const conductances = randomConductances(64, 9)
    const change = (resistance: number): Float64Array =>
      transferMatrix({ conductances, rows: 8, columns: 8, rowSegment: resistance, columnSegment: resistance }).map(
        (value, k) => (value - conductances[k]!) / resistance
      )
    const difference = (first: number, second: number): number => largestDifference(change(first), change(second))
    const ratio = difference(1e-4, 1e-5) / difference(1e-5, 1e-6)
    expect(ratio).toBeGreaterThan(9)
    expect(ratio).toBeLessThan(11)
  })

  it.each([
    { rows: 128, columns: 128, resistance: 1e-3 },
    { rows: 97, columns: 150, resistance: 1e-4 },
    { rows: 400, columns: 7, resistance: 1e-2 }
  ])('equals conjugate gradients on $rows × $columns cells at $resistance', ({ rows, columns, resistance }) => {
    const array = {
      conductances: randomConductances(rows * columns, 10),
      rows,
      columns,
      rowSegment: resistance,
      columnSegment: 2 * resistance,
      driver: 0.01,
      sense: 0.02
    }
    const voltages = randomVoltages(rows, 11)
    const solution = columnCurrentsByConjugateGradients(array, voltages, 1e-14)
    expect(solution.residual).toBeLessThan(1e-13)
    expect(largestDifference(columnCurrents(transferMatrix(array), voltages, columns), solution.currents)).toBeLessThan(nodalTolerance)
  })

  it('refuses what no array can be', () => {
    const array = { conductances: new Float64Array(6), rows: 2, columns: 3, rowSegment: 1, columnSegment: 1 }
    expect(() => transferMatrix({ ...array, rows: 3 })).toThrow('6 conductances given for an array of 3 × 3')
    expect(() => transferMatrix({ ...array, conductances: new Float64Array(0), rows: 0 })).toThrow(RangeError)
    expect(() => transferMatrix({ ...array, rowSegment: -1 })).toThrow('rowSegment is -1')
    expect(() => transferMatrix({ ...array, sense: NaN })).toThrow('sense is NaN')
    expect(() => transferMatrix({ ...array, conductances: new Float64Array(6).fill(-1) })).toThrow('a conductance of -1')
  })
})

describe('differential arrays', () => {
  const rows = 6
  const columns = 5
  const positive = randomConductances(rows * columns, 12)
  const negative = randomConductances(rows * columns, 13)
  const wires = { rows, columns, rowSegment: 0.02, columnSegment: 0.05, driver: 0.1, sense: 0.2 }

  it('subtract two arrays with wires of their own', () => {
    const expected = transferMatrixByNodalAnalysis({ ...wires, conductances: positive })
    transferMatrixByNodalAnalysis({ ...wires, conductances: negative }).forEach((value, k) => (expected[k]! -= value))
    expect(largestDifference(separateArraysMatrix({ ...wires, positive, negative }), expected)).toBeLessThan(nodalTolerance)
  })

  it('are one array with twice the rows where the column wires are shared and every cell has its segment', () => {
    const conductances = new Float64Array(2 * rows * columns)
    for (let i = 0; i < rows; i++) {
      conductances.set(positive.subarray(i * columns, (i + 1) * columns), 2 * i * columns)
      conductances.set(negative.subarray(i * columns, (i + 1) * columns), (2 * i + 1) * columns)
    }
    const both = transferMatrixByNodalAnalysis({ ...wires, rows: 2 * rows, conductances })
    const expected = positive.map((_, k) => {
      const first = 2 * Math.floor(k / columns) * columns + (k % columns)
      return both[first]! - both[first + columns]!
    })
    const matrix = interleavedMatrix({ ...wires, positive, negative, pairSegment: wires.columnSegment })
    expect(largestDifference(matrix, expected)).toBeLessThan(nodalTolerance)
  })

  it('with shared column wires see the order within a pair only where the pair has a segment of its own', () => {
    const matrix = interleavedMatrix({ ...wires, positive, negative })
    const exchanged = interleavedMatrix({ ...wires, positive: negative, negative: positive })
    expect(largestDifference(exchanged.map((value) => -value), matrix)).toBeLessThan(roundingTolerance)
    const apart = interleavedMatrix({ ...wires, positive, negative, pairSegment: 0.05 })
    expect(largestDifference(apart, matrix)).toBeGreaterThan(1e-3)
  })
})

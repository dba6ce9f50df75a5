/**
 * Time of the exact transfer matrix of one tile, in one thread, and what conjugate gradients on the cell currents (the
 * method that it replaced) would take: its steps for one drive vector to 1e-10 and the time of min(rows, columns) such
 * solves. The difference is that of the column currents for that vector, relative to the largest.
 *
 * Usage: node build/run-ts.mjs benchmarks/wire-resistance.ts [size …]
 */
import { median } from 'simple-statistics'
import { columnCurrentsByConjugateGradients } from '../src-main/engine/analog/wire-resistance/testing/nodal-analysis'
import { columnCurrents, largestDifference, randomConductances, randomVoltages } from '../src-main/engine/analog/wire-resistance/testing/random-array'
import { transferMatrix } from '../src-main/engine/analog/wire-resistance/transfer-matrix'

const given = process.argv.slice(2).map(Number).filter((size) => size > 0)
const sizes = given.length > 0 ? given : [64, 128, 256]
const resistances = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2]
const rounds = 3

const seconds = (task: () => void): number => {
  const start = performance.now()
  task()
  return (performance.now() - start) / 1000
}

console.log('size   r/R_on   direct s   difference   CG steps   CG residual   CG s (all right-hand sides)')
for (const size of sizes) {
  const conductances = randomConductances(size * size, 1)
  const voltages = randomVoltages(size, 1)
  for (const resistance of resistances) {
    const array = { conductances, rows: size, columns: size, rowSegment: resistance, columnSegment: resistance }
    let matrix: Float64Array = new Float64Array(0)
    const direct = median(Array.from({ length: rounds }, () => seconds(() => (matrix = transferMatrix(array)))))
    let solution = columnCurrentsByConjugateGradients(array, voltages, 1e-10)
    const iterative = median(Array.from({ length: rounds }, () => seconds(() => (solution = columnCurrentsByConjugateGradients(array, voltages, 1e-10)))))
    const difference = largestDifference(columnCurrents(matrix, voltages, size), solution.currents)
    const cells = [size, resistance.toExponential(0), direct.toFixed(3), difference.toExponential(1), solution.steps, solution.residual.toExponential(1), (iterative * size).toFixed(2)]
    const widths = [4, 9, 11, 13, 11, 14, 8]
    console.log(cells.map((cell, k) => String(cell).padStart(widths[k]!)).join(''))
  }
}

/** The same arrays as netlists, solved by a circuit simulator that we did not write (Debian: apt-get install ngspice). */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { columnCurrents, largestDifference, randomConductances, randomVoltages } from './testing/random-array'
import { transferMatrix } from './transfer-matrix'

/** The tolerance that is asked for; ngspice's own iteration is set to end far below it, and the two were seen to agree to 1e-11. */
const tolerance = 1e-6

const available = spawnSync('ngspice', ['--version']).status === 0

interface Wires {
  rows: number
  columns: number
  rowSegment: number
  columnSegment: number
  driver: number
  sense: number
}

/** A resistance of 0 ohm is a voltage source of 0 V, because ngspice replaces small resistors by larger ones. */
function netlist(array: Wires, conductances: Float64Array, voltages: Float64Array): string {
  const { rows, columns, rowSegment, columnSegment, driver, sense } = array
  const lines = ['* crossbar array']
  const wire = (name: string, from: string, to: string, ohm: number): void => {
    lines.push(ohm === 0 ? `V${name} ${from} ${to} 0` : `R${name} ${from} ${to} ${ohm}`)
  }
  for (let i = 0; i < rows; i++) {
    lines.push(`Vin${i} in${i} 0 ${voltages[i]!}`)
    wire(`d${i}`, `in${i}`, `a${i}`, driver)
    for (let j = 0; j < columns; j++) {
      wire(`r${i}x${j}`, j === 0 ? `a${i}` : `r${i}x${j - 1}`, `r${i}x${j}`, rowSegment)
      wire(`c${i}x${j}`, `c${i}x${j}`, i === rows - 1 ? `b${j}` : `c${i + 1}x${j}`, columnSegment)
      const conductance = conductances[i * columns + j]!
      if (conductance > 0) lines.push(`Rg${i}x${j} r${i}x${j} c${i}x${j} ${1 / conductance}`)
    }
  }
  for (let j = 0; j < columns; j++) {
    wire(`s${j}`, `b${j}`, `out${j}`, sense)
    lines.push(`Vout${j} out${j} 0 0`)
  }
  lines.push('.options reltol=1e-12 abstol=1e-18 vntol=1e-15 gmin=1e-20', '.control', 'set filetype=ascii', 'op')
  // A raw file has all digits; "print" gives seven at most.
  const currents = Array.from({ length: columns }, (_, j) => `i(vout${j})`)
  return [...lines, `write currents.raw ${currents.join(' ')}`, '.endc', '.end', ''].join('\n')
}

function solve(text: string, columns: number): Float64Array {
  const folder = mkdtempSync(join(tmpdir(), 'ngspice-'))
  try {
    writeFileSync(join(folder, 'array.cir'), text)
    const { stdout, stderr } = spawnSync('ngspice', ['-b', 'array.cir'], { cwd: folder, encoding: 'utf8' })
    const raw = join(folder, 'currents.raw')
    if (!existsSync(raw)) throw new Error(`ngspice wrote no currents:\n${stdout}\n${stderr}`)
    // "Variables:" number, name, kind, …; "Values:" the point's number and one value for each. ngspice adds a voltage of
    // its own choice as the axis, so the values are found by name.
    const [names = '', values = ''] = (readFileSync(raw, 'utf8').split('\nVariables:')[1] ?? '').split('Values:')
    const numbers = values.trim().split(/\s+/).slice(1).map(Number)
    return Float64Array.from({ length: columns }, (_, j) => {
      const index = new RegExp(`(\\d+)\\s+i\\(vout${j}\\)`).exec(names)?.[1]
      if (index === undefined) throw new Error(`ngspice wrote no current of column ${j}`)
      return numbers[Number(index)]!
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Conductances in siemens, 0 … 100 µS, and resistances in ohm. */
const arrays: Wires[] = [
  { rows: 1, columns: 4, rowSegment: 3, columnSegment: 5, driver: 100, sense: 50 },
  { rows: 4, columns: 4, rowSegment: 1, columnSegment: 1, driver: 0, sense: 0 },
  { rows: 16, columns: 16, rowSegment: 1, columnSegment: 1, driver: 0, sense: 0 },
  { rows: 16, columns: 16, rowSegment: 50, columnSegment: 20, driver: 500, sense: 200 },
  { rows: 9, columns: 16, rowSegment: 0, columnSegment: 10, driver: 0, sense: 0 },
  { rows: 16, columns: 5, rowSegment: 10, columnSegment: 0, driver: 0, sense: 0 },
  { rows: 12, columns: 7, rowSegment: 2000, columnSegment: 3000, driver: 1000, sense: 1000 }
]

const title = 'wire resistance against ngspice' + (available ? '' : ' (not installed; Debian: apt-get install ngspice)')

describe.skipIf(!available)(title, () => {
  it.each(arrays)('$rows × $columns cells, $rowSegment and $columnSegment ohm, driver $driver, sense $sense', (array) => {
    for (const seed of [1, 2]) {
      const conductances = randomConductances(array.rows * array.columns, seed).map((value) => value * 1e-4)
      const voltages = randomVoltages(array.rows, seed)
      const expected = solve(netlist(array, conductances, voltages), array.columns)
      const currents = columnCurrents(transferMatrix({ ...array, conductances }), voltages, array.columns)
      expect(largestDifference(currents, expected)).toBeLessThan(tolerance)
      // The comparison would fail without the wires.
      expect(largestDifference(columnCurrents(conductances, voltages, array.columns), expected)).toBeGreaterThan(100 * tolerance)
    }
  })
})
